"""What nobody needs any more: files of indexes, vectors of texts that are gone, uploads that were given up."""

from datetime import timedelta

import structlog
from django.db import connection, transaction
from django.utils import timezone

from glms.library import indexing, shelf
from glms.library.models import Upload

log = structlog.get_logger(__name__)

KEPT = timedelta(days=7)
"""For which a vector is kept that no chunk has: texts come back."""
UNFINISHED = timedelta(days=2)
"""For which an upload may take its time."""
FORGET = """
DELETE FROM library_embedding WHERE content_hash IN (
    SELECT content_hash FROM library_embedding embedding
    WHERE created_at < now() - make_interval(secs => %s) AND NOT EXISTS (
        SELECT 1 FROM library_chunk chunk WHERE chunk.content_hash = embedding.content_hash
    ) LIMIT 20000
)
"""


def keep_house() -> None:
    """Once in a while."""
    files, uploads = indexing.sweep(), uploads_expire()
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [KEPT.total_seconds()])
        vectors = cursor.rowcount
    log.info("library_kept", files=files, uploads=uploads, vectors=vectors)


def uploads_expire() -> int:
    """Drop those that were not finished in time, and forget finished ones. Returns how many."""
    late = list(Upload.objects.filter(created_at__lt=timezone.now() - UNFINISHED)[:1000])
    for upload in late:
        with transaction.atomic():
            upload_drop(upload)
    return len(late)


def upload_drop(upload: Upload) -> None:
    """Forget an upload and its parts; within a transaction."""
    shelf.drop(part["key"] for part in upload.parts)
    upload.delete()
