"""Files that come in parts (tus 1.0.0): each part is kept as it comes, so that a broken upload goes on where it was."""

import tempfile
from typing import IO, BinaryIO, cast
from uuid import UUID

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from glms.accounts.models import User
from glms.core.errors import AppError, Conflict, InvalidRequest
from glms.core.text import file_name
from glms.library import shelf
from glms.library.housekeeping import UNFINISHED, upload_drop
from glms.library.models import Upload
from glms.library.selectors import base_to_edit, upload_get
from glms.library.services.documents import MAX_SIZE, Arrived, document_add

log = structlog.get_logger(__name__)

MAX_OPEN = 200
CHUNK = 1 << 20


class TooLarge(AppError):
    status, code = 413, "body_too_large"


def upload_create(*, user: User, base_id: UUID, name: str, size: int) -> Upload:
    """Announce a file. Raises NotFound, Forbidden, InvalidRequest, TooLarge."""
    base = base_to_edit(user=user, base_id=base_id)
    if size == 0:
        raise InvalidRequest("The file is empty.", code="empty_file", param="Upload-Length")
    if size > MAX_SIZE:
        raise TooLarge(f"A document may have {MAX_SIZE // 2**20} MB at most.")
    if Upload.objects.filter(owner=user, document=None, created_at__gt=timezone.now() - UNFINISHED).count() >= MAX_OPEN:
        raise InvalidRequest(f"{MAX_OPEN} of your uploads are unfinished; finish or drop some first.")
    return Upload.objects.create(owner=user, base=base, name=file_name(name), size=size)


def upload_append(*, user: User, upload_id: UUID, offset: int, body: IO[bytes]) -> tuple[Upload, bool]:
    """Keep a part, also one that breaks off; with the last one the file becomes a document.

    Returns the upload, and whether the document's content was there already. Raises NotFound, Forbidden,
    InvalidRequest, Conflict when the part does not begin where the last one ended, or another is on its way.
    """
    upload = upload_get(user=user, upload_id=upload_id)
    if upload.received != offset:
        raise Conflict(f"The next part begins at {upload.received}.", code="wrong_offset")
    key, size = _keep(upload, body, most=upload.size - offset)
    with transaction.atomic():
        now = Upload.objects.select_for_update().get(pk=upload.pk)
        if now.received != offset:
            default_storage.delete(key)
            raise Conflict(f"The next part begins at {now.received}.", code="wrong_offset")
        if size:
            now.parts = [*now.parts, {"offset": offset, "size": size, "key": key}]
            now.received = offset + size
            now.save(update_fields=["parts", "received", "updated_at"])
        else:
            default_storage.delete(key)
    is_known = False
    if now.received == now.size and now.document_id is None:
        is_known = _finish(user, now)
    return now, is_known


def _keep(upload: Upload, body: IO[bytes], *, most: int) -> tuple[str, int]:
    """What came of a part, in the file store. Raises InvalidRequest when it is longer than what is missing."""
    with tempfile.TemporaryFile() as part:
        size = 0
        try:
            while data := body.read(CHUNK):
                size += len(data)
                if size > most:
                    raise InvalidRequest("This is more than was announced.", param="Upload-Length")
                part.write(data)
        except OSError:  # it broke off: what came is kept
            log.info("upload_broke_off", upload=str(upload.pk), size=size)
        part.seek(0)
        return shelf.put_file(upload.base_id, cast("BinaryIO", part)), size


def _finish(user: User, upload: Upload) -> bool:
    """Make a document of the parts. Returns whether the content was there already."""
    with tempfile.TemporaryFile() as whole:
        for part in upload.parts:
            with default_storage.open(part["key"]) as stored:
                for data in stored.chunks(CHUNK):
                    whole.write(data)
        whole.seek(0)
        arrived = Arrived(name=upload.name, file=cast("BinaryIO", whole), size=upload.size)
        document, made = document_add(user=user, base_id=upload.base_id, arrived=arrived)
    with transaction.atomic():
        shelf.drop(part["key"] for part in upload.parts)
        upload.document, upload.parts = document, []
        upload.save(update_fields=["document", "parts", "updated_at"])
    return not made


@transaction.atomic
def upload_delete(*, user: User, upload_id: UUID) -> None:
    """Drop an upload; a document that it became stays. Raises NotFound."""
    upload_drop(upload_get(user=user, upload_id=upload_id))
