"""An agent with its draft, and its versions, which never change."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from glms.core.models import SharedQuerySet, Visibility, WorkspaceRow


class Agent(WorkspaceRow):
    owner: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE)
    name = models.CharField(max_length=80)
    draft: Any = models.JSONField()
    draft_revision = models.PositiveIntegerField(default=1)
    published: Any = models.ForeignKey(
        "agents.AgentVersion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["workspace", "-updated_at"], name="agent_by_workspace"),
            models.Index(fields=["owner", "-updated_at"], name="agent_by_owner"),
        ]

    def __str__(self) -> str:
        return self.name


class AgentVersion(WorkspaceRow):
    """A config that some run or publication used. `number` is None for a draft that was tried and not published."""

    agent: Any = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(null=True, blank=True)
    content_hash = models.CharField(max_length=64)
    config: Any = models.JSONField()
    notes = models.CharField(max_length=2000, blank=True)
    made_by: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agent", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["agent", "content_hash"], condition=Q(number=None), name="tried_draft_once"
            ),
        ]
