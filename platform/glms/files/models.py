"""A stored file: its row, and under `key` its bytes in the file store."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from glms.core.models import OwnedQuerySet, WorkspaceRow


class FileOrigin(models.TextChoices):
    USER = "user"
    TOOL = "tool"


class StoredFile(WorkspaceRow):
    """`key` is random: a name that somebody gave never becomes a path. `message`: the one it was sent with."""

    owner: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    conversation: Any = models.ForeignKey("conversations.Conversation", on_delete=models.CASCADE, related_name="files")
    message: Any = models.ForeignKey(
        "conversations.Message", on_delete=models.SET_NULL, null=True, blank=True, related_name="files"
    )
    origin = models.CharField(max_length=4, choices=FileOrigin.choices)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=80, unique=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(origin__in=FileOrigin.values), name="file_origin_known")
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="file_by_expiry")
        ]

    def __str__(self) -> str:
        return self.name
