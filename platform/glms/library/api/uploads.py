"""Uploads in parts: the tus protocol 1.0.0 with its extensions creation and termination."""

import base64
import binascii
from typing import IO, Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from glms.accounts.auth import acting
from glms.core.errors import AppError, InvalidRequest
from glms.library.models import Upload
from glms.library.selectors import upload_get
from glms.library.services import uploads
from glms.library.services.documents import MAX_SIZE

router = Router(tags=["uploads"])

VERSION = "1.0.0"
MOST_DIGITS = 15
MOST_METADATA = 4000


class WrongVersion(AppError):
    status, code = 412, "tus_version"


def _answer(status: int, **headers: Any) -> HttpResponse:
    response = HttpResponse(status=status)
    response["Tus-Resumable"] = VERSION
    response["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response[name.replace("_", "-")] = str(value)
    return response


def _check_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable", VERSION) != VERSION:
        raise WrongVersion(f"This server speaks tus {VERSION}.")


def _number(request: HttpRequest, name: str) -> int:
    told = request.headers.get(name, "")
    if not (told.isascii() and told.isdecimal() and len(told) <= MOST_DIGITS):
        raise InvalidRequest(f"Send {name} with a number of bytes.", param=name)
    return int(told)


def _metadata(request: HttpRequest) -> dict[str, str]:
    """The pairs of Upload-Metadata: a name, a space, the value in base64."""
    found: dict[str, str] = {}
    for pair in request.headers.get("Upload-Metadata", "")[:MOST_METADATA].split(","):
        name, _, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise InvalidRequest("Values in Upload-Metadata are UTF-8 in base64.", param="Upload-Metadata") from None
    return found


@router.api_operation(["OPTIONS"], "", response={204: None})
def upload_options(request: HttpRequest) -> HttpResponse:
    """What this server can do."""
    return _answer(204, Tus_Version=VERSION, Tus_Extension="creation,termination", Tus_Max_Size=MAX_SIZE)


@router.post("", response={201: None})
def upload_create(request: HttpRequest) -> HttpResponse:
    """Announce a file for a knowledge base: `Upload-Length`, `Upload-Metadata: knowledge_id ..., filename ...`."""
    _check_version(request)
    size, told = _number(request, "Upload-Length"), _metadata(request)
    try:
        base_id = UUID(told.get("knowledge_id", ""))
    except ValueError:
        raise InvalidRequest("Say in Upload-Metadata which knowledge_id it is for.", param="Upload-Metadata") from None
    name = told.get("filename", "").replace("\x00", "")
    made = uploads.upload_create(user=acting(request), base_id=base_id, name=name, size=size)
    return _answer(201, Location=f"/api/v1/uploads/{made.pk}", Upload_Offset=0)


@router.api_operation(["HEAD"], "/{uuid:upload_id}", response={200: None})
def upload_head(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """How far it is."""
    _check_version(request)
    found = upload_get(user=acting(request), upload_id=upload_id)
    return _told(200, found)


@router.patch("/{uuid:upload_id}", response={204: None})
def upload_append(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """The next part, as `application/offset+octet-stream`; with the last one the file becomes a document."""
    _check_version(request)
    user = acting(request)
    upload_get(user=user, upload_id=upload_id)
    offset = _number(request, "Upload-Offset")
    body = cast("IO[bytes]", request)
    now, is_known = uploads.upload_append(user=user, upload_id=upload_id, offset=offset, body=body)
    response = _told(204, now)
    if is_known:
        response["Glms-Duplicate"] = "true"
    return response


@router.delete("/{uuid:upload_id}", response={204: None})
def upload_delete(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Drop it; a document that it became stays."""
    _check_version(request)
    uploads.upload_delete(user=acting(request), upload_id=upload_id)
    return _answer(204)


def _told(status: int, upload: Upload) -> HttpResponse:
    response = _answer(status, Upload_Offset=upload.received, Upload_Length=upload.size)
    if upload.document_id:
        response["Glms-Document"] = str(upload.document_id)
    return response
