"""Passages as readers get them: neighbours joined, doubles dropped, within a number and a budget of tokens."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from glms.library.models import Chunk
from knowledge.tokens import count_tokens

LONGEST_OVERLAP = 2000
SHORTEST_OVERLAP = 8
JOINED_TOKENS = 1600
"""A passage is not joined beyond that."""
ALIKE = 0.9
"""From this share of common word pairs on, the lower one of two passages is a double."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """None where a half did not find it or was not asked."""

    keyword: float | None
    vector: float | None
    fused: float
    rerank: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Text that was found. chunk_id: of the best chunk in it; chunk_ids: of all that were joined, in their order."""

    chunk_id: int
    chunk_ids: tuple[int, ...]
    base_id: UUID
    document_id: UUID
    name: str
    media_type: str
    text: str
    start: int
    end: int
    page: int | None
    boxes: tuple[tuple[float, ...], ...]
    headings: tuple[str, ...]
    scores: Scores
    place: tuple[int, ...]
    """Its place among the chunks of its document: neighbours follow each other."""
    metadata: dict[str, Any] = field(default_factory=dict)
    matched: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        return count_tokens(self.text)


def passage_of(row: Chunk, parent: Chunk | None, scores: Scores) -> Passage:
    """A found chunk; with the text of its parent where it has one."""
    shown = parent or row
    text = f"{row.question}\n{row.text}" if row.question and parent is None else shown.text
    document = row.document
    return Passage(
        chunk_id=row.pk,
        chunk_ids=(row.pk,),
        base_id=document.base_id,
        document_id=document.pk,
        name=document.name,
        media_type=document.media_type,
        text=text,
        start=shown.start,
        end=shown.end,
        page=shown.page,
        boxes=tuple(tuple(box) for box in shown.boxes),
        headings=tuple(shown.headings),
        scores=scores,
        place=(_order(shown),),
        metadata=document.metadata,
    )


def _order(row: Chunk) -> int:
    """Chunks that somebody added between others, and pairs of question and answer, are nobody's neighbours."""
    return -row.pk if row.question or not row.position.is_integer() else int(row.position)


def assembled(found: Sequence[Passage], *, top_k: int, token_budget: int) -> list[Passage]:
    """The best passages of `found`, which is best first: doubles dropped, neighbours joined, as many as there is room.

    The first passage is kept even when it alone is beyond the budget.
    """
    kept: list[Passage] = []
    spent = 0
    for passage in _without_doubles(found):
        joined = _into(kept, passage)
        if joined is not None:
            at, whole = joined
            more = whole.tokens - kept[at].tokens
            if spent + more <= token_budget:
                kept[at] = whole
                spent = _closed(kept)
            continue
        if len(kept) >= top_k or (kept and spent + passage.tokens > token_budget):
            continue
        kept.append(passage)
        spent += passage.tokens
    return kept


def _closed(kept: list[Passage]) -> int:
    """Join those in `kept` that have become neighbours, into the better one. Returns the tokens of all."""
    at = 0
    while at < len(kept):
        joined = _into(kept[:at], kept[at])
        if joined is None:
            at += 1
        else:
            place, whole = joined
            kept[place] = whole
            del kept[at]
            at = 0
    return sum(passage.tokens for passage in kept)


def _into(kept: Sequence[Passage], passage: Passage) -> tuple[int, Passage] | None:
    """The kept passage that this one continues, and both as one."""
    for at, other in enumerate(kept):
        if other.document_id != passage.document_id or min(*other.place, *passage.place) < 0:
            continue
        if passage.place[0] == other.place[-1] + 1:
            whole = _joined(other, passage)
        elif passage.place[-1] == other.place[0] - 1:
            whole = _joined(passage, other)
        else:
            continue
        if whole.tokens <= JOINED_TOKENS:
            return at, replace(whole, chunk_id=other.chunk_id, scores=other.scores)
    return None


def _joined(first: Passage, second: Passage) -> Passage:
    return replace(
        first,
        chunk_ids=first.chunk_ids + second.chunk_ids,
        text=joined_text(first.text, second.text),
        end=max(first.end, second.end),
        boxes=tuple(dict.fromkeys(first.boxes + second.boxes)),
        place=first.place + second.place,
    )


def joined_text(first: str, second: str) -> str:
    """Both texts as one; what the second repeats of the first's end is told once."""
    for length in range(min(len(first), len(second), LONGEST_OVERLAP), SHORTEST_OVERLAP - 1, -1):
        if first.endswith(second[:length]):
            return first + second[length:]
    return f"{first}\n{second}"


def _without_doubles(found: Iterable[Passage]) -> Iterable[Passage]:
    seen: list[tuple[set[str], Passage]] = []
    for passage in found:
        pairs = _pairs(passage.text)
        if not any(_alike(pairs, other) or _same_place(passage, kept) for other, kept in seen):
            seen.append((pairs, passage))
            yield passage


def _same_place(one: Passage, other: Passage) -> bool:
    """Two parts of one parent are found: the parent is told once."""
    return one.document_id == other.document_id and one.place == other.place


def _alike(one: set[str], other: set[str]) -> bool:
    common = len(one & other)
    return common > 0 and common >= ALIKE * max(len(one), len(other))


def _pairs(text: str) -> set[str]:
    letters = re.sub(r"\s+", "", text.lower())
    return {letters[at : at + 2] for at in range(len(letters) - 1)} or {letters}
