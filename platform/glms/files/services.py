"""What can be done with files: keep, attach to a message, delete."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from glms.accounts.models import User
from glms.conversations.models import Conversation, Message
from glms.conversations.services import conversation_locked
from glms.core.errors import InvalidRequest, NotFound
from glms.core.text import file_name
from glms.files.kinds import media_type_of
from glms.files.models import FileOrigin, StoredFile
from glms.files.selectors import file_get
from glms.files.store import FOLDER, file_drop

MAX_SIZE = 50 * 2**20
MAX_FILES = 200
MAX_TOTAL = 500 * 2**20
"""Bytes of one file, files of one conversation, and bytes of all of them."""
UNSENT = timedelta(days=2)
"""For which an uploaded file that was never sent is kept."""


@transaction.atomic
def file_add(*, user: User, conversation_id: UUID, name: str, data: bytes) -> StoredFile:
    """Keep a file that the user brings. Raises NotFound, InvalidRequest."""
    conversation = conversation_locked(user=user, conversation_id=conversation_id)
    expires = timezone.now() + UNSENT
    return _store(conversation, name=name, data=data, origin=FileOrigin.USER, expires_at=expires)


@transaction.atomic
def artefact_add(*, conversation_id: UUID, name: str, data: bytes) -> StoredFile:
    """Keep a file that a tool made for the conversation's user. Raises InvalidRequest; NotFound when it was deleted."""
    conversation = Conversation.objects.select_for_update().filter(pk=conversation_id, deleted_at=None).first()
    if conversation is None:
        raise NotFound("There is no such conversation.")
    keep = settings.ARTEFACT_KEEP
    expires = timezone.now() + keep if keep else None
    return _store(conversation, name=name, data=data, origin=FileOrigin.TOOL, expires_at=expires)


def _store(
    conversation: Conversation, *, name: str, data: bytes, origin: FileOrigin, expires_at: datetime | None
) -> StoredFile:
    _check_room(conversation, len(data))
    clean = file_name(name)
    key = default_storage.save(f"{FOLDER}/{conversation.pk}/{uuid4().hex}", ContentFile(data))
    return StoredFile.objects.create(
        workspace_id=conversation.workspace_id,
        owner_id=conversation.owner_id,
        conversation=conversation,
        origin=origin,
        name=clean,
        media_type=media_type_of(clean, data[:512]),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        key=key,
        expires_at=expires_at,
    )


def _check_room(conversation: Conversation, size: int) -> None:
    if size > MAX_SIZE:
        raise InvalidRequest(f"A file may have {MAX_SIZE // 2**20} MB at most.", param="file")
    if size == 0:
        raise InvalidRequest("The file is empty.", param="file")
    used = StoredFile.objects.filter(conversation=conversation).aggregate(count=Count("id"), total=Sum("size"))
    if used["count"] >= MAX_FILES or (used["total"] or 0) + size > MAX_TOTAL:
        raise InvalidRequest(
            f"A conversation may have {MAX_FILES} files and {MAX_TOTAL // 2**20} MB; delete some first.", param="file"
        )


def files_attach(*, message: Message, file_ids: Iterable[UUID]) -> None:
    """Send these files with a message: they are kept from now on. Raises NotFound when one is of elsewhere."""
    wanted = set(file_ids)
    rows = StoredFile.objects.filter(
        pk__in=wanted, conversation_id=message.conversation_id, origin=FileOrigin.USER, message=None
    )
    if rows.update(message=message, expires_at=None) != len(wanted):
        raise NotFound("One of these files is not there, or was sent before; attach it again.", param="file_ids")


def file_delete(*, user: User, file_id: UUID) -> None:
    """Delete a file and its bytes. Raises NotFound."""
    file_drop(file_get(user=user, file_id=file_id))
