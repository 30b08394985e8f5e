"""What people change about chunks by hand: found at once, in the words they chose."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from glms.accounts.models import User
from glms.core.errors import Conflict, InvalidRequest, NotFound
from glms.library import indexing
from glms.library.cutting import pieces_of, retold, row_of
from glms.library.encoding import ensure_vectors
from glms.library.jobs import REBUILD, job_add
from glms.library.models import Chunk, Document, Index, IndexStatus, Job, JobKind, Placement
from glms.library.parsing import parsed_of
from glms.library.selectors import chunk_get, chunks_of, document_get, require_editor
from glms.library.services.documents import document_to_edit

PREVIEWED = 200
MAX_TEXT = 40_000
MAX_QUESTION = 2_000


def chunk_add(
    *, user: User, document_id: UUID, text: str, question: str = "", after: int | None = None
) -> Chunk:
    """A chunk that somebody writes, found at once.

    Raises NotFound, Forbidden, InvalidRequest, Conflict, Unavailable.
    """
    document = document_to_edit(user=user, document_id=document_id)
    index = Index.objects.get(pk=document.base.active_id)
    place = _place(document, index)
    before = _before(document, index, after)
    row = Chunk(
        index=index,
        document=document,
        edition=place.edition,
        position=_position(document, index, before),
        text=_checked(text, MAX_TEXT, "text"),
        question=_checked(question, MAX_QUESTION, "question", empty=True),
        start=before.end if before else 0,
        end=before.end if before else 0,
        headings=before.headings if before else [],
        kind="qa" if question else "paragraph",
        added=True,
        origin_hash=hashlib.sha256(text.encode()).digest(),
    )
    retold(row, index)
    ensure_vectors(index, [row])
    with indexing.locked(index.pk) as now:
        _require_idle(document, now)
        row.save()
        indexing.chunks_add(now, [row])
        Placement.objects.filter(pk=place.pk).update(chunks=place.chunks + 1)
        Document.objects.filter(pk=document.pk).update(chunks=document.chunks + 1)
    _carry(document, but=index)
    return row


def chunk_change(*, user: User, chunk_id: int, changes: dict[str, Any]) -> Chunk:
    """Other words, another question, found or not.

    Raises NotFound, Forbidden, InvalidRequest, Conflict, Unavailable.
    """
    row = _to_edit(user, chunk_id)
    if "text" in changes:
        row.text = _checked(changes["text"], MAX_TEXT, "text")
    if "question" in changes:
        row.question = _checked(changes["question"], MAX_QUESTION, "question", empty=True)
    row.enabled = changes.get("enabled", row.enabled)
    row.edited = row.edited or bool(changes.keys() & {"text", "question"})
    retold(row, row.index)
    if row.enabled and not row.is_parent:
        ensure_vectors(row.index, [row])
    with indexing.locked(row.index_id) as now:
        _require_idle(row.document, now)
        row.indexed = row.enabled and not row.is_parent
        row.save()
        if row.indexed:
            indexing.chunks_add(now, [row])
        else:
            indexing.remove(now, chunks=[row.pk])
    _carry(row.document, but=row.index)
    return row


def chunk_delete(*, user: User, chunk_id: int) -> None:
    """Take a chunk away. Raises NotFound, Forbidden, Conflict."""
    row = _to_edit(user, chunk_id)
    with indexing.locked(row.index_id) as now:
        _require_idle(row.document, now)
        gone = [row.pk, *Chunk.objects.filter(parent=row).values_list("pk", flat=True)]
        indexing.remove(now, chunks=gone)
        Chunk.objects.filter(pk__in=gone).delete()
        left = Chunk.objects.filter(index=now, document=row.document, edition=row.edition).count()
        Placement.objects.filter(index=now, document=row.document).update(chunks=left)
        Document.objects.filter(pk=row.document_id).update(chunks=left)
    _carry(row.document, but=row.index)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """rows: without ids; parents: the positions of their parents; total: how many there would be."""

    rows: list[Chunk]
    parents: list[int | None]
    total: int


def chunks_preview(*, user: User, base_id: UUID, document_id: UUID, chunking: dict[str, Any]) -> Preview:
    """How a document of the base would be cut, nothing kept. Raises NotFound, Conflict (`not_parsed`)."""
    document = document_get(user=user, document_id=document_id)
    if document.base_id != base_id:
        raise NotFound("The base has no such document.", param="document_id")
    pieces = pieces_of(parsed_of(document), chunking)
    parents = {piece.parent for piece in pieces}
    index = Index(model="", chunking=chunking)
    rows = [
        row_of(piece, index=index, document_id=document.pk, edition=0, position=number, is_parent=number in parents)
        for number, piece in enumerate(pieces[:PREVIEWED])
    ]
    return Preview(rows=rows, parents=[piece.parent for piece in pieces[:PREVIEWED]], total=len(pieces))


def _to_edit(user: User, chunk_id: int) -> Chunk:
    row = chunk_get(user=user, chunk_id=chunk_id)
    require_editor(user, row.document.base)
    return row


def _place(document: Document, index: Index) -> Placement:
    place = Placement.objects.filter(document=document, index=index).first()
    if place is None or not place.edition:
        raise Conflict("This document is not ready yet.", code="document_busy")
    return place


def _require_idle(document: Document, index: Index) -> None:
    if Job.objects.filter(document=document, index=index).exists():
        raise Conflict("This document is being worked on; change its chunks afterwards.", code="document_busy")


def _before(document: Document, index: Index, after: int | None) -> Chunk | None:
    if after is None:
        return None
    found = chunks_of(document, index).filter(pk=after).first()
    if found is None:
        raise NotFound("The document has no such chunk.", param="after")
    return found


def _position(document: Document, index: Index, before: Chunk | None) -> float:
    """Between `before` and what follows it; at the end when it is None."""
    rows = chunks_of(document, index)
    if before is None:
        last = rows.last()
        return last.position + 1 if last else 0.0
    following = rows.filter(position__gt=before.position).first()
    return (before.position + following.position) / 2 if following else before.position + 1


def _checked(text: str, most: int, param: str, *, empty: bool = False) -> str:
    cleaned = text.strip()
    if len(cleaned) > most or not (cleaned or empty):
        raise InvalidRequest(f"This has 1 to {most:,} characters.", param=param)
    return cleaned


def _carry(document: Document, *, but: Index) -> None:
    """Have the change taken over into the base's other indexes, as far as their cut allows."""
    others = Index.objects.filter(base_id=document.base_id).exclude(pk=but.pk).exclude(status=IndexStatus.FAILED)
    for index in others:
        job_add(JobKind.INGEST, base_id=document.base_id, rank=REBUILD, document=document, index=index)
