"""How a document comes into all indexes of its base, and out of them."""

from collections.abc import Sequence
from uuid import UUID

from glms.library import indexing, shelf
from glms.library.jobs import REBUILD, job_add
from glms.library.models import Chunk, Document, Index, IndexStatus, Job, JobKind, KnowledgeBase, Placement


def document_enqueue(document: Document, *, rank: int, anew: bool = False) -> None:
    """Have it worked into every index of its base; within a transaction.

    The row of the base is shared-locked: an index that is begun at the same moment has the document, or we see it.
    """
    KnowledgeBase.objects.select_for_update().get(pk=document.base_id)
    indexes = list(Index.objects.filter(base_id=document.base_id).exclude(status=IndexStatus.FAILED))
    for index in sorted(indexes, key=lambda one: one.status != IndexStatus.ACTIVE):  # the active one reads the file
        active = index.status == IndexStatus.ACTIVE
        Placement.objects.get_or_create(document=document, index=index)
        job_add(
            JobKind.INGEST,
            base_id=document.base_id,
            rank=rank if active else REBUILD,
            more={"anew": anew and active},
            document=document,
            index=index,
        )


def documents_drop(base_id: UUID, documents: Sequence[Document]) -> None:
    """Delete documents of one base from every index, with their rows; their bytes after the transaction."""
    ids = [document.pk for document in documents]
    for index in Index.objects.select_for_update().filter(base_id=base_id).order_by("pk"):
        indexing.remove(index, documents=[document.number for document in documents])
    for rows in (
        Job.objects.filter(document__in=ids),
        Placement.objects.filter(document__in=ids),
        Chunk.objects.filter(document__in=ids),
    ):
        rows._raw_delete(rows.db)
    shelf.drop(key for document in documents for key in (document.key, document.parsed_key))
    Document.objects.filter(pk__in=ids).delete()
