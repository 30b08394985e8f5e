"""A run with its lease, its finished steps, and its journal of events."""

from typing import Any, ClassVar, cast

from django.conf import settings
from django.db import models
from django.db.models import Q, Value

from glms.core.models import OwnedQuerySet, Timestamped, WorkspaceRow
from inference.messages import Decided, Decision


class RunStatus(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


AT_WORK = (RunStatus.QUEUED, RunStatus.RUNNING)
OPEN = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING)


class Run(WorkspaceRow):
    """One answer.

    attempt is the fence: it grows with each claim, and a worker writes only while it is its own.
    crashes counts attempts that ended without a word. lease_until is on the database's clock. waiting: the calls that
    it last paused for, `[{call_id, waits_for}]`. functions: those that the caller of this run executes.
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
    waiting: Any = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    functions: Any = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    cost = models.DecimalField(max_digits=18, decimal_places=8, null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=RunStatus.values), name="run_status_known"),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(status__in=OPEN), name="one_open_run_a_conversation"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lease_until"], condition=Q(status__in=AT_WORK), name="run_open_by_lease"),
            models.Index(
                fields=["id"],
                condition=Q(status__in=AT_WORK, cancel_requested_at__isnull=False),
                name="run_open_to_cancel",
            ),
        ]


class RunDecision(Timestamped):
    """What somebody decided of a call that waits: text is a reason, or the result of a function they ran."""

    run: Any = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="decisions")
    call_id = models.CharField(max_length=80)
    decision = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    failed = models.BooleanField(default=False)
    decided_by: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "call_id"], name="one_decision_a_call")]

    @property
    def decided(self) -> Decided:
        """As the loop reads it."""
        return Decided(decision=cast("Decision", self.decision), text=self.text, failed=self.failed)


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


class PassageUse(models.Model):
    """A passage of a document that an answer was given under a number; cited: the answer refers to it.

    The document may be gone: only its id is kept.
    """

    run: Any = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="passages")
    document_id = models.UUIDField()
    chunk_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    cited = models.BooleanField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "number"], name="passage_number_once_a_run")]
        indexes: ClassVar = [models.Index(fields=["document_id", "run"], name="passage_use_by_document")]
