"""Changes of an index: always under the lock of its row, both halves and the chunks' rows in one transaction."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import structlog
from django.db import transaction

from glms.library import stores
from glms.library.attempts import Attempt
from glms.library.encoding import vectors_of_hashes
from glms.library.jobs import Claim, LeaseLost, end, held, job_add
from glms.library.models import Chunk, Document, Index, JobKind
from knowledge.errors import IndexTorn, StoreAway, WrongVectors
from knowledge.index.base import Entry, Manifest

log = structlog.get_logger(__name__)

BATCH = 512
"""Chunks that become findable together."""
MOST_SEGMENTS = 8
"""Beyond them a merge is due."""
SWEPT_EVERY = 64
"""Generations after which files are looked for that nobody needs any more."""
VERIFIED = 3
"""Times that an index is looked at which changes while it is read."""
UNREAD = 300.0
"""Seconds after which nobody reads an older state of an index any more."""


class IndexGone(Exception):
    """The index was deleted."""


@contextmanager
def locked(index_id: UUID, claim: Claim | None = None) -> Iterator[Index]:
    """A transaction in which nobody else changes the index. Raises IndexGone; LeaseLost when `claim` is no longer."""
    with transaction.atomic():
        index = Index.objects.select_for_update().filter(pk=index_id).first()
        if index is None:
            raise IndexGone
        if claim is not None:
            held(claim)
        yield index


@contextmanager
def all_locked(base_id: UUID, claim: Claim | None = None) -> Iterator[list[Index]]:
    """A transaction in which nobody else changes any index of the base. Raises LeaseLost."""
    with transaction.atomic():
        indexes = list(Index.objects.select_for_update().filter(base_id=base_id).order_by("pk"))
        if claim is not None:
            held(claim)
        yield indexes


def save(index: Index, *, vectors: Manifest | None, words: Manifest) -> None:
    """Keep what both halves are now; within `locked`."""
    index.vectors = vectors.to_json() if vectors else None
    index.words = words.to_json()
    index.generation += 1
    index.save(update_fields=["vectors", "words", "generation", "dimension", "updated_at"])


def chunks_add(index: Index, chunks: Sequence[Chunk]) -> None:
    """Make chunks findable whose vectors are there; within `locked`.

    Raises WrongVectors, IndexTorn, StoreAway.
    """
    if not chunks:
        return
    numbers = _numbers(chunks)
    entries = [Entry(chunk.pk, numbers[chunk.document_id]) for chunk in chunks]
    vectors = vectors_of_hashes([bytes(chunk.content_hash) for chunk in chunks])
    if index.dimension is None:
        index.dimension = vectors.shape[1]
    if vectors.shape[1] != index.dimension:
        raise WrongVectors(
            "wrong_dimension",
            f"The embedding model gave {vectors.shape[1]} numbers a vector, this index has {index.dimension}:"
            " vectors of two models are never mixed. Build a new index.",
        )
    store, words = stores.vectors_of(index), stores.words_of(index.pk)
    before = stores.vectors_manifest(index) or store.empty(model=index.model, dimension=index.dimension)
    save(
        index,
        vectors=store.add(before, entries, vectors, model=index.model),
        words=words.add(stores.words_manifest(index), entries, [_worded(chunk) for chunk in chunks]),
    )
    Chunk.objects.filter(pk__in=[chunk.pk for chunk in chunks]).update(indexed=True)


def _worded(chunk: Chunk) -> str:
    """What is found by its words: of a pair also the answer, whose vector is that of its question."""
    return f"{chunk.question}\n{chunk.text}" if chunk.question else chunk.embedded_text


def _numbers(chunks: Sequence[Chunk]) -> dict[UUID, int]:
    ids = {chunk.document_id for chunk in chunks}
    return dict(Document.objects.filter(pk__in=ids).values_list("pk", "number"))


def remove(index: Index, *, chunks: Collection[int] = (), documents: Collection[int] = ()) -> None:
    """Have chunks, or all of documents by their numbers, found no more; within `locked`.

    A damaged index is built again without them.
    """
    if not index.words or not (chunks or documents):
        return
    try:
        manifest = stores.vectors_manifest(index)
        if manifest is not None:
            manifest = stores.vectors_of(index).delete(manifest, chunks=chunks, documents=documents)
        words = stores.words_of(index.pk).delete(stores.words_manifest(index), chunks=chunks, documents=documents)
        save(index, vectors=manifest, words=words)
    except IndexTorn:
        job_add(JobKind.REBUILD, base_id=index.base_id, index=index)


def edition_drop(index: Index, *, document_id: UUID, but: Collection[int] = ()) -> None:
    """Remove all editions of a document's chunks `but` these; within `locked`."""
    rows = Chunk.objects.filter(index=index, document_id=document_id).exclude(edition__in=but)
    remove(index, chunks=list(rows.filter(indexed=True).values_list("pk", flat=True)))
    rows._raw_delete(rows.db)


def merge_if_due(index_id: UUID) -> bool:
    """Have the index merged in the background when it consists of too many parts."""
    index = Index.objects.filter(pk=index_id).first()
    if index is None or not index.words:
        return False
    manifests = [stores.words_manifest(index), stores.vectors_manifest(index)]
    parts = max(len(one.segments) for one in manifests if one)
    if parts <= MOST_SEGMENTS and index.generation % SWEPT_EVERY:
        return False
    return job_add(JobKind.MERGE, base_id=index.base_id, index=index, rank=2)


def merge(attempt: Attempt) -> None:
    """Merge beside those who add, delete and search; what happened meanwhile is carried over. Raises LeaseLost."""
    claim = attempt.claim
    index = Index.objects.filter(pk=claim.index_id).first()
    if index is None:
        raise LeaseLost
    store, words = stores.vectors_of(index), stores.words_of(index.pk)
    vectors_before, words_before = stores.vectors_manifest(index), stores.words_manifest(index)
    vectors_after = store.compact(vectors_before) if vectors_before else None
    words_after = words.compact(words_before)
    with locked(index.pk, claim) as now:
        vectors_now = stores.vectors_manifest(now)
        if vectors_before and vectors_after and vectors_now:
            vectors_now = store.rebase(before=vectors_before, compacted=vectors_after, now=vectors_now)
        merged = words.rebase(before=words_before, compacted=words_after, now=stores.words_manifest(now))
        save(now, vectors=vectors_now, words=merged)
        end(claim)
    log.info("index_merged", index=str(index.pk), generation=now.generation, swept=sweep_one(now))


def verify() -> int:
    """Read all files of all indexes and compare their checksums: a disk may spoil what nobody has opened for long.

    What is damaged is built again. Returns how many indexes.
    """
    damaged = [index for index in Index.objects.filter(base__deleted_at=None) if not _is_whole(index)]
    for index in damaged:
        log.warning("index_damaged", index=str(index.pk))
        job_add(JobKind.REBUILD, base_id=index.base_id, index=index)
    return len(damaged)


def _is_whole(index: Index) -> bool:
    """Whoever changes it meanwhile may have removed what was read of it: then it is looked at once more."""
    for _ in range(VERIFIED):
        seen = index.generation
        try:
            if vectors := stores.vectors_manifest(index):
                stores.vectors_of(index).check(vectors)
            stores.words_of(index.pk).check(stores.words_manifest(index))
        except StoreAway:
            return True
        except IndexTorn:
            index.refresh_from_db(fields=["vectors", "words", "generation"])
            if index.generation == seen:
                return False
        else:
            return True
    return True


def sweep() -> int:
    """Remove the files that no index needs any more. Returns how many."""
    return sum(sweep_one(index) for index in Index.objects.all())


def sweep_one(index: Index) -> int:
    """The same of one index."""
    manifest = stores.vectors_manifest(index)
    count = stores.vectors_of(index).sweep([manifest] if manifest else [], older_than=UNREAD)
    return count + stores.words_of(index.pk).sweep([stores.words_manifest(index)], older_than=UNREAD)
