"""A search: who may find what, both halves of each index, the best of them as passages.

Rights, state and metadata decide in PostgreSQL which documents may be found, before the best are chosen.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef, Q, QuerySet

from glms.accounts.models import User
from glms.core.errors import AppError, InvalidRequest, NotFound
from glms.library import stores
from glms.library.encoding import query_vector
from glms.library.filters import filter_query
from glms.library.jobs import job_add
from glms.library.models import Chunk, Document, Index, IndexStatus, JobKind, KnowledgeBase, Placement
from glms.library.passages import Passage, Scores, assembled, passage_of
from glms.library.reranking import reranked
from glms.library.selectors import bases_of
from glms.library.shapes import RetrievalChoice, SearchMode
from knowledge.errors import IndexTorn, StoreAway, WrongVectors
from knowledge.index.base import Allowed
from knowledge.retrieval import Found, Query, Shelf
from knowledge.retrieval import search as search_shelves
from knowledge.terms import matched

log = structlog.get_logger(__name__)

MAX_QUERY = 4000
MAX_BASES = 20
CANDIDATES = 4
FEWEST = 30
"""So many candidates for each passage asked for, at least: some are doubles, neighbours, or gone."""
FEWEST_TOKENS = 200
REBUILDING = "The index of “{name}” is damaged and is being built again; until then not all of it is found."
WORDS_ONLY = "“{name}” was searched by keywords only."
KEYWORDS_ONLY = "The encoder of “{name}” does not answer: it was searched by keywords only."


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A search; what is None is as the first base has it.

    index_id: of the only base, instead of its active one. token_budget: not more than this, whatever the base has.
    """

    query: str
    base_ids: tuple[UUID, ...]
    mode: SearchMode | None = None
    top_k: int | None = None
    threshold: float | None = None
    rerank: bool | None = None
    filter: Any = None
    index_id: UUID | None = None
    token_budget: int | None = None


@dataclass(frozen=True, kw_only=True)
class Findings:
    """ms: `embed`, `search`, `rerank`, `total`. notes: for people, on what was left out."""

    query: str
    passages: tuple[Passage, ...]
    ms: Mapping[str, int]
    notes: tuple[str, ...]


@dataclass(kw_only=True)
class Clock:
    """Adds up what each part of a search took."""

    began: float = field(default_factory=time.monotonic)
    spent: dict[str, float] = field(default_factory=lambda: {"embed": 0.0, "search": 0.0, "rerank": 0.0})

    def add(self, part: str, since: float) -> None:
        self.spent[part] += time.monotonic() - since

    def ms(self) -> dict[str, int]:
        told = {part: round(seconds * 1000) for part, seconds in self.spent.items()}
        return {**told, "total": round((time.monotonic() - self.began) * 1000)}


def search(*, user: User, wanted: Wanted) -> Findings:
    """Raises NotFound, InvalidRequest; bases that cannot be searched wholly are told of in the notes."""
    query = " ".join(wanted.query.split())
    if not 0 < len(query) <= MAX_QUERY:
        raise InvalidRequest(f"A query has 1 to {MAX_QUERY:,} characters.", param="query")
    bases = bases_of(user=user, base_ids=wanted.base_ids)
    if not 0 < len(bases) <= MAX_BASES or (wanted.index_id and len(bases) > 1):
        raise InvalidRequest(f"Name 1 to {MAX_BASES} bases; with index_id just one.", param="knowledge_ids")
    return _Search(query=query, bases=bases, wanted=wanted).run()


@dataclass(frozen=True, kw_only=True)
class Room:
    """A base that is searched, with the index that is, and what of it may be found."""

    base: KnowledgeBase
    index: Index
    allowed: Allowed


@dataclass(kw_only=True)
class _Search:
    query: str
    bases: Sequence[KnowledgeBase]
    wanted: Wanted
    clock: Clock = field(default_factory=Clock)
    notes: list[str] = field(default_factory=list)
    vectors: dict[tuple[Any, str], Any] = field(default_factory=dict)

    def run(self) -> Findings:
        choice = _choice(self.bases[0], self.wanted)
        condition = self._condition()
        rooms = [self._room(base, condition) for base in self.bases]
        most = max(FEWEST, choice.top_k * CANDIDATES)
        asked = Query(text=self.query, mode=choice.mode, top_k=most, threshold=choice.threshold)
        found = self._found(asked, [room for room in rooms if room.index.words and not room.allowed.is_nothing])
        passages = _as_passages([room.index for room in rooms], found)
        if choice.rerank:
            since = time.monotonic()
            passages = reranked(self.query, passages, notes=self.notes)
            self.clock.add("rerank", since)
        best = assembled(passages, top_k=choice.top_k, token_budget=choice.token_budget)
        told = tuple(replace(one, matched=tuple(matched(self.query, one.text))) for one in best)
        return Findings(query=self.query, passages=told, ms=self.clock.ms(), notes=tuple(self.notes))

    def _condition(self) -> Q | None:
        if self.wanted.filter is None:
            return None
        fields = {field["name"]: field["type"] for base in self.bases for field in base.fields}
        return filter_query(self.wanted.filter, fields)

    def _room(self, base: KnowledgeBase, condition: Q | None) -> Room:
        rows = Index.objects.select_related("endpoint")
        wanted = Q(pk=self.wanted.index_id) if self.wanted.index_id else Q(status=IndexStatus.ACTIVE)
        index = rows.filter(wanted, base=base).first()
        if index is None:
            raise NotFound("The base has no such index.", param="index_id")
        return Room(base=base, index=index, allowed=allowed_in(index, condition))

    def _found(self, asked: Query, rooms: Sequence[Room]) -> list[Found]:
        """Both halves of each index; once more with the manifests read afresh, then without those that are damaged."""
        vectors = [self._vector(room) for room in rooms if asked.mode != "keyword"]
        if vectors and all(vector is None for vector in vectors):
            asked = replace(asked, mode="keyword", threshold=None)
        since = time.monotonic()
        try:
            return search_shelves(asked, [self._shelf(asked, room) for room in rooms])
        except StoreAway as error:
            return self._by_words(asked, rooms, error)
        except IndexTorn:
            for room in rooms:
                room.index.refresh_from_db(fields=["vectors", "words", "generation"])
            return self._without_torn(asked, rooms)
        finally:
            self.clock.add("search", since)

    def _by_words(self, asked: Query, rooms: Sequence[Room], error: StoreAway) -> list[Found]:
        """All of them, so that what is found can be compared."""
        log.warning("vectors_away", code=error.code)
        self.notes += [error.message, *(WORDS_ONLY.format(name=room.base.name) for room in rooms)]
        words = replace(asked, mode="keyword", threshold=None)
        return search_shelves(words, [self._shelf(words, room) for room in rooms])

    def _without_torn(self, asked: Query, rooms: Sequence[Room]) -> list[Found]:
        whole: list[Shelf] = []
        for room in rooms:
            try:
                shelf = self._shelf(asked, room)
                search_shelves(asked, [shelf])
                whole.append(shelf)
            except IndexTorn as error:
                log.warning("index_torn", index=str(room.index.pk), code=error.code)
                job_add(JobKind.REBUILD, base_id=room.base.pk, index=room.index)
                self.notes.append(REBUILDING.format(name=room.base.name))
        return search_shelves(asked, whole)

    def _shelf(self, asked: Query, room: Room) -> Shelf:
        vector = None if asked.mode == "keyword" else self._vector(room)
        return shelf_of(room.index, vector, room.allowed)

    def _vector(self, room: Room) -> Any:
        """The query as a vector of the index's model; None, and a note, where its encoder is away."""
        model = (room.index.endpoint_id, room.index.model)
        if model not in self.vectors:
            since = time.monotonic()
            try:
                self.vectors[model] = query_vector(room.index, self.query)
            except (AppError, WrongVectors) as error:
                self.vectors[model] = None
                self.notes.append(error.message)
                self.notes.append(KEYWORDS_ONLY.format(name=room.base.name))
            self.clock.add("embed", since)
        return self.vectors[model]


def shelf_of(index: Index, vector: Any, allowed: Allowed) -> Shelf:
    """An index as the library that searches takes it. Raises IndexTorn, StoreAway."""
    return Shelf(
        words=stores.words_of(index.pk),
        word_manifest=stores.words_manifest(index),
        vectors=None if vector is None else stores.vectors_of(index),
        vector_manifest=stores.vectors_manifest(index),
        vector=vector,
        allowed=allowed,
    )


def _choice(base: KnowledgeBase, wanted: Wanted) -> RetrievalChoice:
    given = {
        name: value for name in ("mode", "top_k", "threshold", "rerank") if (value := getattr(wanted, name)) is not None
    }
    if wanted.token_budget is not None:
        given["token_budget"] = max(FEWEST_TOKENS, min(base.retrieval["token_budget"], wanted.token_budget))
    return RetrievalChoice.model_validate({**base.retrieval, **given})


def findable(index: Index, condition: Q | None = None) -> QuerySet[Document]:
    """The documents of an index that may be found: read to the end, not switched off, as the filter wants them."""
    placed = Placement.objects.filter(index=index, document=OuterRef("pk"), edition__gt=0)
    rows = Document.objects.filter(Exists(placed), base=index.base_id, enabled=True)
    return rows if condition is None else rows.filter(condition)


def allowed_in(index: Index, condition: Q | None) -> Allowed:
    """The same for the stores: mostly a few documents that may not be found, else those that may."""
    if condition is not None:
        return Allowed(documents=frozenset(findable(index, condition).values_list("number", flat=True)))
    others = Document.objects.filter(base=index.base_id).exclude(pk__in=findable(index).values("pk"))
    return Allowed(without=frozenset(others.values_list("number", flat=True)))


def rows_of(indexes: Sequence[Index], found: Sequence[Found]) -> list[tuple[Found, Chunk]]:
    """What was found, as far as its chunk is there still, is switched on, and is of the reading that counts."""
    current = Placement.objects.filter(index=OuterRef("index"), document=OuterRef("document"))
    rows = (
        Chunk.objects.filter(Exists(current.filter(edition=OuterRef("edition"))))
        .filter(index__in=[index.pk for index in indexes], enabled=True, document__enabled=True)
        .select_related("document", "parent")
        .in_bulk([one.chunk for one in found])
    )
    return [(one, rows[one.chunk]) for one in found if one.chunk in rows]


def _as_passages(indexes: Sequence[Index], found: Sequence[Found]) -> list[Passage]:
    return [
        passage_of(row, row.parent, Scores(keyword=one.keyword, vector=one.vector, fused=one.fused))
        for one, row in rows_of(indexes, found)
    ]
