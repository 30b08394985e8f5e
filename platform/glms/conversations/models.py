"""A conversation and its messages: a tree, whose branch down to `head` is the one shown."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from glms.core.models import OwnedQuerySet, Timestamped, WorkspaceRow


class TitleSource(models.TextChoices):
    """Who made the title: the first words, the model, or the user, whose title stays."""

    AUTO = "auto"
    MODEL = "model"
    USER = "user"


class MessageRole(models.TextChoices):
    USER = "user"
    ASSISTANT = "assistant"


class Conversation(WorkspaceRow):
    """`revision` grows with every change that another window must learn of."""

    owner: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agent: Any = models.ForeignKey("agents.Agent", on_delete=models.CASCADE, related_name="conversations")
    is_test = models.BooleanField(default=False)
    title = models.CharField(max_length=120, blank=True)
    title_source = models.CharField(max_length=5, choices=TitleSource.choices, default=TitleSource.AUTO)
    variables: Any = models.JSONField(default=dict)
    head: Any = models.ForeignKey(
        "conversations.Message", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveBigIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "-updated_at"], name="conversation_by_owner")]

    def __str__(self) -> str:
        return self.title or str(self.pk)


class Message(Timestamped):
    """One node of the tree. A reply's text is filled in when its run ends; until then the run has it."""

    workspace: Any = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    conversation: Any = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    parent: Any = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    role = models.CharField(max_length=10, choices=MessageRole.choices)
    text = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=MessageRole.values), name="message_role_known"),
        ]
