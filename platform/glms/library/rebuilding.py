"""Builds a damaged index again from PostgreSQL, a part at a time; what is there again is found meanwhile."""

import structlog

from glms.core.errors import AppError
from glms.library import indexing, stores
from glms.library.attempts import Attempt, Later
from glms.library.encoding import ensure_vectors
from glms.library.jobs import LeaseLost, end, stepped
from glms.library.models import Chunk, Index
from knowledge.errors import KnowledgeError

log = structlog.get_logger(__name__)

STARTED = {"code": "rebuilding", "message": "The index was damaged and is being built again."}


def rebuild(attempt: Attempt) -> None:
    """Raises LeaseLost, Drained, Later."""
    claim = attempt.claim
    try:
        _begin(attempt)
        while _some(attempt):
            attempt.go_on()
        with indexing.locked(claim.index_id, claim) as index:
            index.error = None
            index.save(update_fields=["error"])
            end(claim)
    except (AppError, KnowledgeError) as error:
        raise Later(error.code, error.message) from error
    except indexing.IndexGone as error:
        raise LeaseLost from error
    log.info("index_rebuilt", index=str(claim.index_id))


def _begin(attempt: Attempt) -> None:
    """Start from nothing, unless an earlier attempt did."""
    claim = attempt.claim
    with indexing.locked(claim.index_id, claim) as index:
        if index.error == STARTED:
            return
        words = stores.words_of(index.pk).empty()
        Chunk.objects.filter(index=index).update(indexed=False)
        indexing.save(index, vectors=None, words=words)
        index.error = STARTED
        index.save(update_fields=["error"])


def _some(attempt: Attempt) -> bool:
    claim = attempt.claim
    rows = Chunk.objects.filter(index=claim.index_id, indexed=False, enabled=True, is_parent=False)
    batch = list(rows.order_by("pk")[: indexing.BATCH])
    if not batch:
        return False
    ensure_vectors(Index.objects.select_related("endpoint").get(pk=claim.index_id), batch)
    with indexing.locked(claim.index_id, claim) as index:
        indexing.chunks_add(index, list(rows.filter(pk__in=[row.pk for row in batch])))
        stepped(claim)
    return True
