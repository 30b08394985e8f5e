"""A document's text cut into the chunks of an index, with what people changed by hand put back in its place."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from glms.library.encoding import content_hash
from glms.library.models import Chunk, Document, Index, Placement
from glms.library.shapes import ChunkingChoice
from knowledge.chunking import Piece, chunk
from knowledge.documents import Parsed
from knowledge.tokens import count_tokens

ROWS = 1000
"""Rows written at once."""


def row_of(piece: Piece, *, index: Index, document_id: UUID, edition: int, position: float, is_parent: bool) -> Chunk:
    """The row of a piece."""
    return Chunk(
        index=index,
        document_id=document_id,
        edition=edition,
        position=position,
        text=piece.text,
        embedded_text=piece.embedded_text,
        question=piece.question,
        start=piece.start,
        end=piece.end,
        page=piece.page,
        boxes=[[page, *box] for page, box in piece.boxes],
        headings=list(piece.headings),
        kind=piece.kind,
        tokens=count_tokens(piece.text),
        is_parent=is_parent,
        content_hash=content_hash(index, piece.embedded_text),
        origin_hash=hashlib.sha256(piece.embedded_text.encode()).digest(),
    )


def pieces_of(parsed: Parsed, chunking: dict[str, object]) -> list[Piece]:
    return chunk(parsed, ChunkingChoice.model_validate(chunking).plan())


def cut(document: Document, index: Index, parsed: Parsed, *, edition: int) -> int:
    """Write the rows of a new edition; within a transaction. Returns how many there are."""
    pieces = pieces_of(parsed, index.chunking)
    parents = {piece.parent for piece in pieces if piece.parent is not None}
    rows = [
        row_of(
            piece,
            index=index,
            document_id=document.pk,
            edition=edition,
            position=float(number),
            is_parent=number in parents,
        )
        for number, piece in enumerate(pieces)
    ]
    rows = _as_changed(rows, _by_hand(document), index=index, edition=edition)
    above = [row for row in rows if row.is_parent]
    Chunk.objects.bulk_create(above, batch_size=ROWS)
    by_position = {row.position: row for row in above}
    for number, piece in enumerate(pieces):
        if piece.parent is not None:
            rows[number].parent = by_position.get(float(piece.parent))
    Chunk.objects.bulk_create([row for row in rows if not row.is_parent], batch_size=ROWS)
    return len(rows)


def _by_hand(document: Document) -> list[Chunk]:
    """What people changed in the active index: edited, disabled and added chunks."""
    active = document.base.active_id
    place = Placement.objects.filter(document=document, index=active).first()
    if place is None or not place.edition:
        return []
    rows = Chunk.objects.filter(document=document, index=active, edition=place.edition)
    return [row for row in rows.order_by("position") if row.edited or row.added or not row.enabled]


def _as_changed(rows: list[Chunk], changed: Sequence[Chunk], *, index: Index, edition: int) -> list[Chunk]:
    """`rows`, then those that find no place among them, each with the changes that belong to it.

    A change belongs to the piece of the very text that it was made to. Where the text is cut otherwise now, an edited
    chunk is kept beside the new pieces, and those that lie wholly within its old place are not found.
    """
    by_origin: dict[bytes, list[Chunk]] = {}
    for row in rows:
        by_origin.setdefault(bytes(row.origin_hash), []).append(row)
    extra: list[Chunk] = []
    for one in changed:
        same = by_origin.get(bytes(one.origin_hash)) if not one.added else None
        if same:
            row = same.pop(0)
            row.text, row.question, row.enabled, row.edited = one.text, one.question, one.enabled, one.edited
            retold(row, index)
        elif one.added or one.edited:
            extra.append(_kept(one, index, edition=edition))
            _shadow(rows, one)
    return [*rows, *extra]


def _kept(one: Chunk, index: Index, *, edition: int) -> Chunk:
    """A chunk that somebody wrote, in another index or edition."""
    row = Chunk(
        index=index,
        document_id=one.document_id,
        edition=edition,
        position=one.position,
        text=one.text,
        question=one.question,
        start=one.start,
        end=one.end,
        page=one.page,
        boxes=one.boxes,
        headings=one.headings,
        kind=one.kind,
        is_parent=one.is_parent,
        enabled=one.enabled,
        edited=one.edited,
        added=one.added,
        origin_hash=bytes(one.origin_hash),
    )
    return retold(row, index)


def retold(row: Chunk, index: Index) -> Chunk:
    """`row` with what follows from its text, question and headings."""
    piece = Piece(
        text=row.text, start=row.start, end=row.end, headings=tuple(row.headings), question=row.question
    )
    row.embedded_text = piece.embedded_text
    row.content_hash = content_hash(index, row.embedded_text)
    row.tokens = count_tokens(row.text)
    return row


def _shadow(rows: list[Chunk], one: Chunk) -> None:
    for row in rows:
        if one.edited and not row.is_parent and one.start <= row.start and row.end <= one.end:
            row.enabled = False
