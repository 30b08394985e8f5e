"""Documents over HTTP: they come as a form's file, as text, or in parts; their originals go out as downloads."""

from typing import Annotated, Any, BinaryIO, Literal, cast
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from ninja import Field, File, Query, Router, Schema, Status, UploadedFile

from glms.accounts.auth import acting
from glms.core.errors import InvalidRequest, NotFound, Unavailable
from glms.core.http import Body, Page, PageQuery, page
from glms.core.limits import Rate, limit_use
from glms.library import parsing, selectors, shelf
from glms.library.api.schemas import DocumentOut, document_out
from glms.library.services import documents
from glms.library.services.documents import MAX_UPLOAD, Arrived
from glms.sandbox.client import SandboxBusy, SandboxUnavailable
from knowledge.errors import ParseError

router = Router(tags=["knowledge"])

PICTURES = Rate(amount=120, seconds=60)
MOST_PAGES = 100_000
States = Literal["received", "parsing", "embedding", "ready", "failed", "cancelled"]


class TextAdd(Body):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    text: Annotated[str, Field(min_length=1, max_length=1_000_000)]


class DocumentChange(Body):
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    metadata: dict[str, Any] | None = None
    enabled: bool | None = None


class DocumentListQuery(PageQuery):
    q: Annotated[str, Field(max_length=200)] = ""
    state: States | None = None
    site_id: UUID | None = None


class BlockOut(Schema):
    kind: str
    start: int
    end: int
    level: int
    page: int | None
    box: list[float] | None


class PageOut(Schema):
    number: int
    start: int
    end: int
    width: float
    height: float


class TextOut(Schema):
    text: str
    blocks: list[BlockOut]
    pages: list[PageOut]
    encoding: str
    title: str


@router.post("/knowledge/{uuid:knowledge_id}/documents", response={200: DocumentOut, 201: DocumentOut})
def document_upload(request: HttpRequest, knowledge_id: UUID, file: File[UploadedFile]) -> Status[DocumentOut]:
    """Bring a file; it is read in the background. The same content again is the document that is there (200)."""
    if file.size is None or file.size > MAX_UPLOAD:
        raise InvalidRequest(f"Files of more than {MAX_UPLOAD // 2**20} MB come in parts.", param="file")
    arrived = Arrived(name=file.name or "", file=cast("BinaryIO", file.file), size=file.size)
    found, made = documents.document_add(user=acting(request), base_id=knowledge_id, arrived=arrived)
    return Status(201 if made else 200, document_out(found))


@router.post("/knowledge/{uuid:knowledge_id}/documents/text", response={200: DocumentOut, 201: DocumentOut})
def document_add_text(request: HttpRequest, knowledge_id: UUID, body: TextAdd) -> Status[DocumentOut]:
    """Bring a text."""
    found, made = documents.text_add(user=acting(request), base_id=knowledge_id, name=body.name, text=body.text)
    return Status(201 if made else 200, document_out(found))


@router.get("/knowledge/{uuid:knowledge_id}/documents", response=Page[DocumentOut])
def document_list(request: HttpRequest, knowledge_id: UUID, query: Query[DocumentListQuery]) -> Page[DocumentOut]:
    """The documents of a base, the newest first."""
    rows = selectors.document_list(user=acting(request), base_id=knowledge_id)
    if query.q:
        rows = rows.filter(name__icontains=query.q)
    if query.state:
        rows = rows.filter(state=query.state)
    if query.site_id:
        rows = rows.filter(site=query.site_id)
    found, cursor = page(rows, order=("created_at", "id"), limit=query.limit, cursor=query.cursor)
    return Page(items=[document_out(row) for row in found], next_cursor=cursor)


@router.get("/documents/{uuid:document_id}", response=DocumentOut)
def document_get(request: HttpRequest, document_id: UUID) -> DocumentOut:
    """One document and how far it is."""
    return document_out(selectors.document_get(user=acting(request), document_id=document_id))


@router.patch("/documents/{uuid:document_id}", response=DocumentOut)
def document_change(request: HttpRequest, document_id: UUID, body: DocumentChange) -> DocumentOut:
    """Name it, describe it, or have it found no more for a while."""
    changes = {name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None}
    return document_out(
        documents.document_change(user=acting(request), document_id=document_id, changes=changes)
    )


@router.delete("/documents/{uuid:document_id}", response={204: None})
def document_delete(request: HttpRequest, document_id: UUID) -> Status[None]:
    """Delete it: when this answers, no index has it any more."""
    documents.document_delete(user=acting(request), document_id=document_id)
    return Status(204, None)


@router.post("/documents/{uuid:document_id}/retry", response=DocumentOut)
def document_retry(request: HttpRequest, document_id: UUID) -> DocumentOut:
    """Read it anew."""
    return document_out(documents.document_retry(user=acting(request), document_id=document_id))


@router.post("/documents/{uuid:document_id}/cancel", response=DocumentOut)
def document_cancel(request: HttpRequest, document_id: UUID) -> DocumentOut:
    """Stop working on it."""
    return document_out(documents.document_cancel(user=acting(request), document_id=document_id))


@router.get("/documents/{uuid:document_id}/content", openapi_extra={"responses": {200: {"content": {"*/*": {}}}}})
def document_content(request: HttpRequest, document_id: UUID) -> StreamingHttpResponse:
    """The original, always as a download: nothing in it can run here."""
    document = selectors.document_get(user=acting(request), document_id=document_id)
    if document.key and not default_storage.exists(document.key):
        raise NotFound("The file is not in the file store any more.")
    response = StreamingHttpResponse(shelf.chunks(document.key), content_type="application/octet-stream")
    response["Content-Length"] = str(document.size)
    response["Content-Disposition"] = content_disposition_header(True, document.name) or "attachment"  # noqa: FBT003
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@router.get("/documents/{uuid:document_id}/text", response=TextOut)
def document_text(request: HttpRequest, document_id: UUID) -> TextOut:
    """What was read of it, with where each part of the text stood."""
    parsed = parsing.parsed_of(selectors.document_get(user=acting(request), document_id=document_id))
    return TextOut(
        text=parsed.text,
        blocks=[
            BlockOut(
                kind=one.kind, start=one.start, end=one.end, level=one.level, page=one.page,
                box=list(one.box) if one.box else None,
            )
            for one in parsed.blocks
        ],
        pages=[PageOut.model_validate(one, from_attributes=True) for one in parsed.pages],
        encoding=parsed.encoding,
        title=parsed.title,
    )  # fmt: skip


@router.get(
    "/documents/{uuid:document_id}/pages/{int:page_number}",
    openapi_extra={"responses": {200: {"content": {"image/png": {}}}}},
)
def document_page(
    request: HttpRequest, document_id: UUID, page_number: int, width: Annotated[int, Query(ge=200, le=2000)] = 1000
) -> HttpResponse:
    """A page of a PDF as a picture, drawn in the sandbox."""
    user = acting(request)
    document = selectors.document_get(user=user, document_id=document_id)
    if not 0 < page_number <= (document.pages or MOST_PAGES):
        raise NotFound("The document has no such page.")
    if document.media_type != "application/pdf":
        raise InvalidRequest("Only pages of PDF files can be shown as pictures.", code="no_pages")
    limit_use(action="document-page", who=str(user.pk), rate=PICTURES)
    try:
        picture = parsing.page_image(document, page=page_number, width=width)
    except ParseError as error:
        raise InvalidRequest(error.message, code=error.code) from error
    except (SandboxUnavailable, SandboxBusy) as error:
        raise Unavailable("Pages cannot be drawn now; try again in a moment.") from error
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
