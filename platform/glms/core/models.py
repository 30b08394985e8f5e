"""The base of every row: a time-ordered id, its workspace, its times; and who may see it."""

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from uuid import UUID

import uuid_utils.compat
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from glms.accounts.models import User


M = TypeVar("M", bound=models.Model, covariant=True)  # noqa: PLC0105


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): ids sort by the time they were made."""
    made: UUID = uuid_utils.compat.uuid7()
    return made


class Visibility(models.TextChoices):
    PRIVATE = "private"
    WORKSPACE = "workspace"


class Timestamped(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class OwnedQuerySet(models.QuerySet[M]):
    """Rows of one maker, inside a workspace that the maker still belongs to."""

    def for_user(self, user: "User") -> Self:
        return self.filter(owner=user, workspace__memberships__user=user)


class SharedQuerySet(models.QuerySet[M]):
    """Rows that are private to their maker or shared with the workspace."""

    def for_user(self, user: "User") -> Self:
        visible = Q(owner=user) | Q(visibility=Visibility.WORKSPACE)
        return self.filter(visible, workspace__memberships__user=user)


class WorkspaceRow(Timestamped):
    """A row that belongs to exactly one workspace."""

    workspace: Any = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class IdempotencyKey(models.Model):
    """The answer that was given to a create with this key, for the same request sent again."""

    user_id = models.UUIDField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user_id", "key"], name="idempotency_key_once")]
