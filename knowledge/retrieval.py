"""Finds the passages for a question in one or more indexes: by words, by vectors, or by both."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from knowledge import fusion
from knowledge.index.base import Allowed, Hit, Manifest, VectorStore, WordStore

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector: TypeAlias = NDArray[np.float32]

Mode = Literal["hybrid", "vector", "keyword"]
DEPTH = 100
"""Passages that each side brings along, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked. threshold: of the cosine; passages below it are left out, those without a vector too."""

    text: str
    mode: Mode = "hybrid"
    top_k: int = 6
    threshold: float | None = None
    joined_by: Literal["shares", "ranks"] = "shares"

    @property
    def depth(self) -> int:
        return max(DEPTH, 2 * self.top_k)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One index to look into. vector: the question (dimension,) by the model of its vectors; None: by words only."""

    words: WordStore
    word_manifest: Manifest
    vectors: VectorStore | None = None
    vector_manifest: Manifest | None = None
    vector: "Vector | None" = field(default=None, repr=False)
    allowed: Allowed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A passage with its scores; None: that side did not look at it or did not find it.

    shelf: which of the shelves it comes from.
    """

    chunk: int
    shelf: int
    keyword: float | None
    vector: float | None
    fused: float


def search(query: Query, shelves: Sequence[Shelf]) -> list[Found]:
    """The best `top_k` of all shelves, best first. Blocks; raises IndexTorn and WrongVectors.

    The keys of passages are unique across shelves.
    """
    sides = [_Side(query, shelf, number) for number, shelf in enumerate(shelves)]
    found = [one for group in _by_model(sides) for one in _joined(query, group)]
    if query.threshold is not None:
        limit = query.threshold
        found = [one for one in found if one.vector is not None and one.vector >= limit]
    return sorted(found, key=lambda one: (-one.fused, one.chunk))[: query.top_k]


class _Side:
    """What one shelf has, by chunk."""

    def __init__(self, query: Query, shelf: Shelf, number: int) -> None:
        self.number = number
        self.model = shelf.vector_manifest.model if shelf.vector_manifest and shelf.vector is not None else ""
        self.words = _by_words(query, shelf) if query.mode != "vector" else {}
        nearest = _by_vectors(query, shelf) if query.mode != "keyword" else {}
        self.rows = shelf.word_manifest.rows
        self.floor = _background(shelf) if query.mode == "hybrid" else 0.0
        self.vectors = nearest | _scored(shelf, self.words.keys() - nearest.keys())
        if query.mode == "hybrid" and len(self.words) >= query.depth:  # else words found all that they can
            self.words |= _worded(query, shelf, nearest.keys() - self.words.keys())


def _by_words(query: Query, shelf: Shelf) -> dict[int, float]:
    return _scores(shelf.words.search(shelf.word_manifest, query.text, k=query.depth, allowed=shelf.allowed))


def _worded(query: Query, shelf: Shelf, chunks: Collection[int]) -> dict[int, float]:
    """What these passages, which vectors brought, have by words."""
    if not chunks:
        return {}
    only = replace(shelf.allowed or Allowed(), chunks=frozenset(chunks))
    return _scores(shelf.words.search(shelf.word_manifest, query.text, k=len(chunks), allowed=only))


def _by_vectors(query: Query, shelf: Shelf) -> dict[int, float]:
    if shelf.vectors is None or shelf.vector_manifest is None or shelf.vector is None:
        return {}
    asked = shelf.vector[None, :]
    return _scores(shelf.vectors.search(shelf.vector_manifest, asked, k=query.depth, allowed=shelf.allowed)[0])


def _scored(shelf: Shelf, chunks: Collection[int]) -> dict[int, float]:
    """The cosines of these passages, which words brought."""
    if not chunks or shelf.vectors is None or shelf.vector_manifest is None or shelf.vector is None:
        return {}
    return shelf.vectors.score(shelf.vector_manifest, shelf.vector, chunks=chunks)


def _background(shelf: Shelf) -> float:
    if shelf.vectors is None or shelf.vector_manifest is None or shelf.vector is None:
        return 0.0
    return shelf.vectors.background(shelf.vector_manifest, shelf.vector)


def _scores(hits: Sequence[Hit]) -> dict[int, float]:
    return {hit.chunk: hit.score for hit in hits}


def _by_model(sides: Sequence[_Side]) -> list[list[_Side]]:
    """Shelves whose vectors can be compared together."""
    groups: dict[str, list[_Side]] = {}
    for side in sides:
        groups.setdefault(side.model, []).append(side)
    return list(groups.values())


def _joined(query: Query, sides: Sequence[_Side]) -> list[Found]:
    words = {chunk: score for side in sides for chunk, score in side.words.items()}
    vectors = {chunk: score for side in sides for chunk, score in side.vectors.items()}
    shelf = {chunk: side.number for side in sides for chunk in side.words.keys() | side.vectors.keys()}
    floor = sum(side.floor * side.rows for side in sides) / max(1, sum(side.rows for side in sides))
    fused = _fused(query, words, vectors, floor=floor)
    return [
        Found(chunk=chunk, shelf=shelf[chunk], keyword=words.get(chunk), vector=vectors.get(chunk), fused=score)
        for chunk, score in fused.items()
    ]


def _fused(
    query: Query, words: Mapping[int, float], vectors: Mapping[int, float], *, floor: float
) -> Mapping[int, float]:
    if query.mode == "keyword":
        return words
    if query.mode == "vector":
        return vectors
    if query.joined_by == "ranks":
        return fusion.reciprocal_ranks((1.0, sorted(side, key=lambda chunk: -side[chunk])) for side in (words, vectors))
    return fusion.shares(words, vectors, floor=floor)
