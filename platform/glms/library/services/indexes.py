"""What can be done with indexes: build another one beside the active one, switch to it, take one away."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from glms.accounts.models import User
from glms.core.errors import Conflict, InvalidRequest, NotFound
from glms.library import stores
from glms.library.encoding import BUNDLED_DIMENSION, BUNDLED_MODEL
from glms.library.jobs import REBUILD, wake_soon
from glms.library.models import Index, IndexStatus, KnowledgeBase, KnowledgeModel, ModelKind
from glms.library.selectors import base_get, base_to_edit, index_get
from glms.library.shapes import ChunkingChoice, checked
from knowledge.errors import StoreAway

log = structlog.get_logger(__name__)

MAX_INDEXES = 3

PLACES = """
INSERT INTO library_placement (document_id, index_id, state, edition, building, chunks, error)
SELECT id, %(index)s, CASE WHEN state = 'failed' THEN 'failed' ELSE 'waiting' END, 0, 0, 0,
    CASE WHEN state = 'failed' THEN error END
FROM library_document WHERE base_id = %(base)s
"""
JOBS = """
INSERT INTO library_job
    (id, created_at, updated_at, base_id, kind, document_id, index_id, rank, state, attempt, crashes, tries,
     lease_owner, anew, count)
SELECT gen_random_uuid(), now(), now(), %(base)s, 'ingest', document_id, index_id, %(rank)s, 'waiting', 0, 0, 0, '',
    false, 0
FROM library_placement WHERE index_id = %(index)s AND state = 'waiting'
"""


def index_new(
    base: KnowledgeBase, chunking: ChunkingChoice, *, embedding_id: UUID | None, status: IndexStatus
) -> Index:
    """The row of an index without documents. Raises NotFound when there is no such embedding model."""
    endpoint = _endpoint(embedding_id)
    return Index.objects.create(
        base=base,
        status=status,
        chunking=chunking.model_dump(),
        store=stores.store_of_new(),
        endpoint=endpoint,
        model=endpoint.model if endpoint else BUNDLED_MODEL,
        dimension=endpoint.dimension if endpoint else BUNDLED_DIMENSION,
    )


def _endpoint(embedding_id: UUID | None) -> KnowledgeModel | None:
    if embedding_id is None:
        return None
    found = KnowledgeModel.objects.filter(pk=embedding_id, kind=ModelKind.EMBEDDING).first()
    if found is None:
        raise NotFound("There is no such embedding model.", param="embedding_id")
    return found


@dataclass(frozen=True, kw_only=True)
class NewIndex:
    """chunking: what differs from the active index. same_embedding: as that one has, whatever `embedding_id` says."""

    chunking: dict[str, Any] | None = None
    embedding_id: UUID | None = None
    same_embedding: bool = True


@transaction.atomic
def index_create(*, user: User, base_id: UUID, wanted: NewIndex) -> Index:
    """Build an index of all documents beside the active one.

    Raises InvalidRequest, NotFound, Forbidden, Conflict when there are as many as there may be.
    """
    base = base_to_edit(user=user, base_id=base_id)
    KnowledgeBase.objects.select_for_update().get(pk=base.pk)  # documents that come now wait, and get their place
    if base.indexes.count() >= MAX_INDEXES:
        raise Conflict(f"A base may have {MAX_INDEXES} indexes; delete one first.", code="too_many_indexes")
    chunking = checked(ChunkingChoice, _chunking(base.active.chunking, wanted.chunking or {}), param="chunking")
    chosen = base.active.endpoint_id if wanted.same_embedding else wanted.embedding_id
    index = index_new(base, chunking, embedding_id=chosen, status=IndexStatus.BUILDING)
    values: dict[str, Any] = {"index": index.pk, "base": base.pk, "rank": REBUILD}
    with connection.cursor() as cursor:
        cursor.execute(PLACES, values)
        cursor.execute(JOBS, values)
        if cursor.rowcount == 0:
            Index.objects.filter(pk=index.pk).update(status=IndexStatus.READY)
    transaction.on_commit(wake_soon)
    log.info("index_created", base=str(base.pk), index=str(index.pk))
    return index_get(user=user, index_id=index.pk)


STATES = """
UPDATE library_document document SET
    state = CASE placement.state WHEN 'waiting' THEN 'received' ELSE placement.state END,
    progress = CASE placement.state WHEN 'ready' THEN 1.0 ELSE 0.0 END,
    chunks = placement.chunks, error = placement.error, updated_at = now()
FROM library_placement placement
WHERE placement.index_id = %s AND placement.document_id = document.id
"""


@transaction.atomic
def index_activate(*, user: User, index_id: UUID) -> KnowledgeBase:
    """Search this index from now on; the one before stays. Raises NotFound, Forbidden, Conflict (`not_ready`)."""
    found = index_get(user=user, index_id=index_id)
    base = base_to_edit(user=user, base_id=found.base_id)
    rows = {row.pk: row for row in Index.objects.select_for_update().filter(base=base).order_by("pk")}
    index = rows.get(found.pk)
    if index is None or index.status not in {IndexStatus.READY, IndexStatus.ACTIVE}:
        raise Conflict("This index is not ready yet.", code="not_ready")
    if index.status == IndexStatus.READY:
        Index.objects.filter(base=base, status=IndexStatus.ACTIVE).update(status=IndexStatus.READY)
        Index.objects.filter(pk=index.pk).update(status=IndexStatus.ACTIVE)
        KnowledgeBase.objects.filter(pk=base.pk).update(active=index)
        with connection.cursor() as cursor:
            cursor.execute(STATES, [index.pk])
        log.info("index_activated", base=str(base.pk), index=str(index.pk))
    return base_get(user=user, base_id=base.pk)


@transaction.atomic
def index_delete(*, user: User, index_id: UUID) -> None:
    """Take an index away that is not searched. Raises NotFound, Forbidden, Conflict (`in_use`)."""
    index = index_get(user=user, index_id=index_id)
    base_to_edit(user=user, base_id=index.base_id)
    now = Index.objects.select_for_update().get(pk=index.pk)
    if now.status == IndexStatus.ACTIVE:
        raise Conflict("This index is searched; switch to another one first.", code="in_use")
    index_drop(now)


def index_drop(index: Index) -> None:
    """Delete an index with its rows; its files once the transaction is through."""
    with connection.cursor() as cursor:
        for table in ("job", "placement", "chunk", "evaluation"):
            cursor.execute(f"DELETE FROM library_{table} WHERE index_id = %s", [index.pk])  # noqa: S608  our own names
    Index.objects.filter(pk=index.pk).delete()
    transaction.on_commit(stores.words_of(index.pk).destroy)
    transaction.on_commit(partial(_vectors_drop, index))


def _vectors_drop(index: Index) -> None:
    """The index is gone for everybody; what a store that is away keeps of it is in nobody's way."""
    try:
        stores.vectors_of(index).destroy()
    except StoreAway as error:
        log.warning("vectors_left_behind", index=str(index.pk), store=index.store, code=error.code)


def index_require(base: KnowledgeBase, index_id: UUID) -> Index:
    """An index of this very base. Raises NotFound."""
    found = Index.objects.filter(pk=index_id, base=base).first()
    if found is None:
        raise NotFound("The base has no such index.", param="index_id")
    return found


def index_ids_check(base: KnowledgeBase, ids: list[UUID]) -> list[Index]:
    """Indexes of this base, to be compared. Raises InvalidRequest, NotFound."""
    if not ids or len(ids) > MAX_INDEXES:
        raise InvalidRequest("Name the indexes to compare.", param="index_ids")
    rows = Index.objects.filter(base=base).in_bulk(ids)
    if len(rows) < len(set(ids)):
        raise NotFound("The base has no such index.", param="index_ids")
    return [rows[index_id] for index_id in dict.fromkeys(ids)]


def _chunking(now: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """As it is now but for what is wanted; another size brings its own overlap."""
    kept = {name: value for name, value in now.items() if name != "overlap" or "size" not in wanted}
    return {**kept, **wanted}
