"""Chunks over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from glms.accounts.auth import acting
from glms.core.errors import NotFound
from glms.core.http import BadCursor, Body, Id, Page, PageQuery
from glms.library import selectors
from glms.library.api.schemas import ChunkOut, PieceOut, chunk_out, piece_out
from glms.library.services import chunks
from glms.library.shapes import ChunkingChoice, checked

router = Router(tags=["knowledge"])

MAX_ID = 2**63 - 1


class ChunkAdd(Body):
    text: Annotated[str, Field(min_length=1, max_length=chunks.MAX_TEXT)]
    question: Annotated[str, Field(max_length=chunks.MAX_QUESTION)] = ""
    after: Annotated[int, Field(ge=0, le=MAX_ID)] | None = None


class ChunkChange(Body):
    text: Annotated[str, Field(min_length=1, max_length=chunks.MAX_TEXT)] | None = None
    question: Annotated[str, Field(max_length=chunks.MAX_QUESTION)] | None = None
    enabled: bool | None = None


class PreviewIn(Body):
    document_id: Id
    chunking: dict[str, Any] = {}


class PreviewOut(Schema):
    pieces: list[PieceOut]
    total: int


@router.get("/documents/{uuid:document_id}/chunks", response=Page[ChunkOut])
def chunk_list(request: HttpRequest, document_id: UUID, query: Query[PageQuery]) -> Page[ChunkOut]:
    """How the document was cut for the active index, by position."""
    document = selectors.document_get(user=acting(request), document_id=document_id)
    rows = selectors.chunks_of(document, document.base.active)
    found = list(rows[_offset(query.cursor) :][: query.limit + 1])
    more = len(found) > query.limit
    following = str(_offset(query.cursor) + query.limit) if more else None
    return Page(items=[chunk_out(row) for row in found[: query.limit]], next_cursor=following)


def _offset(cursor: str | None) -> int:
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise BadCursor("This cursor is not one of this list; start again without it.")
    return int(cursor)


@router.post("/documents/{uuid:document_id}/chunks", response={201: ChunkOut})
def chunk_add(request: HttpRequest, document_id: UUID, body: ChunkAdd) -> Status[ChunkOut]:
    """Write a chunk; it is found at once."""
    made = chunks.chunk_add(user=acting(request), document_id=document_id, **body.model_dump())
    return Status(201, chunk_out(made))


@router.get("/chunks/{int:chunk_id}", response=ChunkOut)
def chunk_get(request: HttpRequest, chunk_id: int) -> ChunkOut:
    """One chunk of an active index."""
    return chunk_out(selectors.chunk_get(user=acting(request), chunk_id=_known(chunk_id)))


@router.patch("/chunks/{int:chunk_id}", response=ChunkOut)
def chunk_change(request: HttpRequest, chunk_id: int, body: ChunkChange) -> ChunkOut:
    """Change a chunk; it is found as it is now at once."""
    changes = {name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None}
    return chunk_out(chunks.chunk_change(user=acting(request), chunk_id=_known(chunk_id), changes=changes))


@router.delete("/chunks/{int:chunk_id}", response={204: None})
def chunk_delete(request: HttpRequest, chunk_id: int) -> Status[None]:
    """Take a chunk away."""
    chunks.chunk_delete(user=acting(request), chunk_id=_known(chunk_id))
    return Status(204, None)


def _known(chunk_id: int) -> int:
    if chunk_id > MAX_ID:
        raise NotFound("There is no such chunk.")
    return chunk_id


@router.post("/knowledge/{uuid:knowledge_id}/preview", response=PreviewOut)
def chunk_preview(request: HttpRequest, knowledge_id: UUID, body: PreviewIn) -> PreviewOut:
    """How a document of this base would be cut; nothing is kept."""
    user = acting(request)
    selectors.base_get(user=user, base_id=knowledge_id)
    chunking = checked(ChunkingChoice, body.chunking, param="chunking").model_dump()
    seen = chunks.chunks_preview(user=user, base_id=knowledge_id, document_id=body.document_id, chunking=chunking)
    return PreviewOut(
        pieces=[piece_out(row, parent) for row, parent in zip(seen.rows, seen.parents, strict=True)], total=seen.total
    )
