"""What goes for good, and when: expired files, those of deleted conversations, bytes of no file, sandbox folders."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from glms.conversations.models import Conversation
from glms.files.models import StoredFile
from glms.files.store import FOLDER, file_drop
from glms.sandbox.client import SandboxClient, SandboxUnavailable

log = structlog.get_logger(__name__)

RESTORABLE = timedelta(days=30)
"""After which a deleted conversation that is restored has no files any more."""
UNFINISHED = timedelta(days=1)
"""Younger bytes without a file may be those of an upload whose row is about to be written."""
BATCH = 200


def files_expire() -> int:
    """Delete what has expired: uploads that were never sent, what tools made, the files of deleted conversations.

    Returns how many.
    """
    count = 0
    while dropped := _expire_some():
        count += dropped
    if count:
        log.info("files_expired", count=count)
    return count


@transaction.atomic
def _expire_some() -> int:
    now = timezone.now()
    late = Q(expires_at__lt=now) | Q(conversation__deleted_at__lt=now - RESTORABLE)
    # locked: one that is being sent in this moment stays
    rows = list(StoredFile.objects.filter(late).select_for_update(skip_locked=True, of=("self",))[:BATCH])
    for file in rows:
        file_drop(file)
    return len(rows)


def bytes_sweep() -> int:
    """Delete bytes that no file has: left by a write that failed, or by a workspace that was deleted. How many."""
    try:
        folders, _ = default_storage.listdir(FOLDER)
    except FileNotFoundError:  # nobody has brought a file yet
        return 0
    count = sum(_sweep_folder(conversation_id) for conversation_id in folders if _is_id(conversation_id))
    if count:
        log.info("bytes_swept", count=count)
    return count


def _sweep_folder(conversation_id: str) -> int:
    folder = f"{FOLDER}/{conversation_id}"
    keys = {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
    lost = keys - set(StoredFile.objects.filter(key__in=keys).values_list("key", flat=True))
    before = timezone.now() - UNFINISHED
    old = [key for key in lost if default_storage.get_modified_time(key) < before]
    for key in old:
        default_storage.delete(key)
    if len(old) == len(keys) and not _lives(conversation_id):
        with suppress(OSError):
            default_storage.delete(folder)
    return len(old)


def sandbox_forget() -> int:
    """Delete the interpreters' folders of conversations that are gone, or unused for as long as artefacts are kept.

    Returns how many. What is still kept for the user is put back when the conversation goes on.
    """
    client = SandboxClient(settings.SANDBOX_SOCKET)
    try:
        idle = {name: seconds for name, seconds in async_to_sync(client.kept)().items() if _is_id(name)}
        gone = [name for name, seconds in idle.items() if not _lives(name) or _is_late(seconds)]
        for name in gone:
            async_to_sync(client.forget)(name)
    except SandboxUnavailable:  # nothing runs there, and nothing can be asked of it
        return 0
    if gone:
        log.info("sandbox_forgot", count=len(gone))
    return len(gone)


def _is_late(seconds: float) -> bool:
    keep: timedelta | None = settings.ARTEFACT_KEEP
    return keep is not None and seconds > keep.total_seconds()


def _is_id(name: str) -> bool:
    with suppress(ValueError):
        return str(UUID(name)) == name
    return False


def _lives(conversation_id: str) -> bool:
    """Whether the conversation is there, or could be restored."""
    rows = Conversation.objects.filter(pk=conversation_id)
    return rows.filter(Q(deleted_at=None) | Q(deleted_at__gte=timezone.now() - RESTORABLE)).exists()
