"""Which files a user may see."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from glms.accounts.models import User
from glms.conversations.selectors import conversation_get
from glms.core.errors import NotFound
from glms.files.models import FileOrigin, StoredFile


def file_list(*, user: User, conversation_id: UUID) -> QuerySet[StoredFile]:
    """The files of one conversation. Raises NotFound."""
    conversation = conversation_get(user=user, conversation_id=conversation_id)
    return StoredFile.objects.filter(_is_kept(), conversation=conversation)


def file_get(*, user: User, file_id: UUID) -> StoredFile:
    """Raises NotFound."""
    found = StoredFile.objects.for_user(user).filter(_is_kept(), pk=file_id, conversation__deleted_at=None).first()
    if found is None:
        raise NotFound("There is no such file; it may have expired.")
    return found


def files_for_tools(*, conversation_id: UUID) -> QuerySet[StoredFile]:
    """What the conversation's tools may read, the oldest first: sent by its user, whose run it is, or made by tools."""
    rows = StoredFile.objects.filter(_is_kept(), conversation_id=conversation_id)
    return rows.exclude(origin=FileOrigin.USER, message=None).order_by("id")


def _is_kept() -> Q:
    """Expired files are gone from the moment on, not from when their bytes are."""
    return Q(expires_at=None) | Q(expires_at__gt=timezone.now())


def files_of(message_ids: list[UUID]) -> dict[UUID, list[StoredFile]]:
    """The files sent with each of these messages, whose reader was checked before."""
    found: dict[UUID, list[StoredFile]] = {}
    for file in StoredFile.objects.filter(message__in=message_ids).order_by("id"):
        if file.message_id:
            found.setdefault(file.message_id, []).append(file)
    return found
