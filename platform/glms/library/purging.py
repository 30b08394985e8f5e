"""Clears away what a deleted base held."""

from contextlib import suppress

import structlog
from django.core.files.storage import default_storage
from django.db import connection

from glms.library import indexing, shelf, stores
from glms.library.attempts import Attempt, Later
from glms.library.models import Index, KnowledgeBase
from knowledge.errors import StoreAway

log = structlog.get_logger(__name__)

BATCH = 5000
CHUNKS = """
DELETE FROM library_chunk WHERE id IN (
    SELECT chunk.id FROM library_chunk chunk JOIN library_index index ON index.id = chunk.index_id
    WHERE index.base_id = %s LIMIT %s
)
"""
PLACES = "DELETE FROM library_placement WHERE document_id IN (SELECT id FROM library_document WHERE base_id = %s)"
UNSET = "UPDATE library_knowledgebase SET active_id = NULL WHERE id = %s"
TABLES = ("upload", "question", "job", "evaluation", "document", "site", "index")
"""What refers to a base, in the order in which it can be deleted."""


def purge(attempt: Attempt) -> None:
    """Delete rows, index folders and files of the base for good. Raises LeaseLost, Drained, Later."""
    base = KnowledgeBase.objects.filter(pk=attempt.claim.base_id, deleted_at__isnull=False).first()
    if base is None:
        return
    while _chunks_drop(base):
        attempt.go_on()
    with indexing.all_locked(base.pk, attempt.claim) as indexes:
        for index in indexes:
            _vectors_drop(index)
            stores.words_of(index.pk).destroy()
        _files_drop(base)
        _rows_drop(base)
    log.info("base_purged", base=str(base.pk))


def _vectors_drop(index: Index) -> None:
    try:
        stores.vectors_of(index).destroy()
    except StoreAway as error:
        raise Later(error.code, error.message) from error


def _chunks_drop(base: KnowledgeBase) -> int:
    with connection.cursor() as cursor:
        cursor.execute(CHUNKS, [base.pk, BATCH])
        return int(cursor.rowcount)


def _files_drop(base: KnowledgeBase) -> None:
    folder = f"{shelf.TOP}/{base.pk}"
    with suppress(FileNotFoundError):
        for name in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{name}")
        default_storage.delete(folder)


def _rows_drop(base: KnowledgeBase) -> None:
    """Our own job among them."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [base.pk])
        cursor.execute(UNSET, [base.pk])
        for table in TABLES:
            cursor.execute(f"DELETE FROM library_{table} WHERE base_id = %s", [base.pk])  # noqa: S608  our own names
        cursor.execute("DELETE FROM library_knowledgebase WHERE id = %s", [base.pk])
