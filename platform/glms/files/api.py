"""Files over HTTP: they go in as a form's file and come out as downloads; only checked pictures are shown."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import File, Router, Schema, Status, UploadedFile

from glms.accounts.auth import acting
from glms.core.errors import InvalidRequest
from glms.core.http import Page
from glms.files import selectors, services
from glms.files.kinds import PICTURES
from glms.files.models import StoredFile

router = Router(tags=["files"])
conversation_router = Router(tags=["conversations"])


class FileOut(Schema):
    id: UUID
    conversation_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    origin: Literal["user", "tool"]
    created_at: datetime
    expires_at: datetime | None


def file_out(file: StoredFile) -> FileOut:
    """What a client reads of a file."""
    return FileOut.model_validate(file, from_attributes=True)


@conversation_router.post("/{uuid:conversation_id}/files", response={201: FileOut})
def file_upload(request: HttpRequest, conversation_id: UUID, file: File[UploadedFile]) -> Status[FileOut]:
    """Bring a file into a conversation; name it in `file_ids` of the message that it belongs to, within two days."""
    if file.size is None or file.size > services.MAX_SIZE:
        raise InvalidRequest(f"A file may have {services.MAX_SIZE // 2**20} MB at most.", param="file")
    made = services.file_add(
        user=acting(request), conversation_id=conversation_id, name=file.name or "", data=file.read()
    )
    return Status(201, file_out(made))


@conversation_router.get("/{uuid:conversation_id}/files", response=Page[FileOut])
def file_list(request: HttpRequest, conversation_id: UUID) -> Page[FileOut]:
    """All files of a conversation, the newest first: those that were brought, and those that tools made."""
    rows = selectors.file_list(user=acting(request), conversation_id=conversation_id)
    return Page(items=[file_out(row) for row in rows.order_by("-id")])


@router.get("/{uuid:file_id}", response=FileOut)
def file_get(request: HttpRequest, file_id: UUID) -> FileOut:
    """One file, without its content."""
    return file_out(selectors.file_get(user=acting(request), file_id=file_id))


@router.get("/{uuid:file_id}/content", openapi_extra={"responses": {200: {"content": {"*/*": {}}}}})
def file_content(request: HttpRequest, file_id: UUID, *, download: bool = False) -> HttpResponse:
    """The bytes. Pictures may be shown in a page, everything else is a download; nothing in it can run."""
    file = selectors.file_get(user=acting(request), file_id=file_id)
    shown = file.media_type in PICTURES and not download
    with default_storage.open(file.key) as stored:
        response = HttpResponse(stored.read(), content_type=file.media_type if shown else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(not shown, file.name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@router.delete("/{uuid:file_id}", response={204: None})
def file_delete(request: HttpRequest, file_id: UUID) -> Status[None]:
    """Delete a file for good."""
    services.file_delete(user=acting(request), file_id=file_id)
    return Status(204, None)
