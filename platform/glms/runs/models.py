"""A run with its lease, its finished steps, and its journal of events."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from glms.core.models import OwnedQuerySet, WorkspaceRow


class RunStatus(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (RunStatus.QUEUED, RunStatus.RUNNING)


class Run(WorkspaceRow):
    """One answer.

    attempt is the fence: it grows with each claim, and a worker writes only while it is its own.
    crashes counts attempts that ended without a word. lease_until is on the database's clock.
    """

    owner: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    conversation: Any = models.ForeignKey("conversations.Conversation", on_delete=models.CASCADE, related_name="runs")
    message: Any = models.OneToOneField("conversations.Message", on_delete=models.CASCADE, related_name="run")
    version: Any = models.ForeignKey("agents.AgentVersion", on_delete=models.RESTRICT, related_name="+")
    status = models.CharField(max_length=10, choices=RunStatus.choices, default=RunStatus.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    crashes = models.PositiveIntegerField(default=0)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    deadline_at = models.DateTimeField()
    last_seq = models.PositiveIntegerField(default=0)
    model = models.CharField(max_length=200, blank=True)
    prompt_tokens = models.PositiveBigIntegerField(default=0)
    completion_tokens = models.PositiveBigIntegerField(default=0)
    error: Any = models.JSONField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=RunStatus.values), name="run_status_known"),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(status__in=OPEN), name="one_open_run_per_conversation"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lease_until"], condition=Q(status__in=OPEN), name="run_open_by_lease"),
            models.Index(
                fields=["id"],
                condition=Q(status__in=OPEN, cancel_requested_at__isnull=False),
                name="run_open_to_cancel",
            ),
        ]


class RunItem(models.Model):
    """A finished turn or a started call, as clients read it; `position` counts from 1 in the order of events."""

    run: Any = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    opened_seq = models.PositiveIntegerField()
    closed_seq = models.PositiveIntegerField(null=True)
    data: Any = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "position"], name="item_position_once")]


class RunEvent(models.Model):
    """One line of a journal. Partitioned by the time in `run_id`, so that old deltas are dropped whole."""

    pk = models.CompositePrimaryKey("run_id", "seq")
    run_id = models.UUIDField()
    seq = models.IntegerField()
    type = models.CharField(max_length=32)
    body: Any = models.JSONField()

    class Meta:
        managed = False
        db_table = "runs_runevent"
