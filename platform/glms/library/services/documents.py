"""What can be done with documents: add, describe, read anew, stop, delete."""

import io
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from glms.accounts.models import User
from glms.core.errors import Conflict, InvalidRequest
from glms.core.text import file_name
from glms.library import indexing, shelf
from glms.library.filing import document_enqueue, documents_drop
from glms.library.jobs import DOCUMENTS, INTERACTIVE
from glms.library.kinds import guessed
from glms.library.models import (
    Document,
    DocumentState,
    Index,
    IndexStatus,
    Job,
    JobKind,
    KnowledgeBase,
    Origin,
    Placement,
    PlacementState,
)
from glms.library.models.documents import WORKING
from glms.library.selectors import base_to_edit, document_get, require_editor
from glms.library.shapes import metadata_check

log = structlog.get_logger(__name__)

MAX_UPLOAD = 50 * 2**20
MAX_SIZE = 200 * 2**20
MAX_DOCUMENTS = 100_000
"""Bytes of one request and of one document; documents of a base."""


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A file that came for a base. file: at its beginning. media_type: where it is known for sure."""

    name: str
    file: BinaryIO
    size: int
    origin: Origin = Origin.FILE
    media_type: str = ""


def document_add(*, user: User, base_id: UUID, arrived: Arrived) -> tuple[Document, bool]:
    """Keep a document and have it read in the background; the same content again is the document that is there.

    Returns it, and whether it is new. Raises NotFound, Forbidden, InvalidRequest.
    """
    base = base_to_edit(user=user, base_id=base_id)
    if arrived.size == 0:
        raise InvalidRequest("The file is empty.", code="empty_file", param="file")
    if arrived.size > MAX_SIZE:
        raise InvalidRequest(f"A document may have {MAX_SIZE // 2**20} MB at most.", param="file")
    if Document.objects.filter(base=base).count() >= MAX_DOCUMENTS:
        raise InvalidRequest(f"A base may have {MAX_DOCUMENTS:,} documents; make another one.", param="file")
    digest = shelf.sha256_of(arrived.file)
    return _same(base, digest) or _keep(base, arrived, digest)


def text_add(*, user: User, base_id: UUID, name: str, text: str) -> tuple[Document, bool]:
    """Keep a text as a document. Raises NotFound, Forbidden, InvalidRequest."""
    data = text.encode()
    kind = guessed(name, b"")
    arrived = Arrived(
        name=name,
        file=io.BytesIO(data),
        size=len(data),
        origin=Origin.TEXT,
        media_type=kind if kind.startswith("text/") else "text/plain",
    )
    return document_add(user=user, base_id=base_id, arrived=arrived)


def _same(base: KnowledgeBase, digest: str) -> tuple[Document, bool] | None:
    rows = Document.objects.filter(base=base, sha256=digest, origin__in=[Origin.FILE, Origin.TEXT])
    found = rows.select_related("base").first()
    return (found, False) if found else None


def _keep(base: KnowledgeBase, arrived: Arrived, digest: str) -> tuple[Document, bool]:
    head = arrived.file.read(512)
    arrived.file.seek(0)
    name = file_name(arrived.name)
    key = shelf.put_file(base.pk, arrived.file)
    row = Document(
        base=base,
        workspace_id=base.workspace_id,
        origin=arrived.origin,
        name=name,
        media_type=arrived.media_type or guessed(name, head),
        size=arrived.size,
        sha256=digest,
        key=key,
    )
    try:
        with transaction.atomic():
            row.save()
            document_enqueue(row, rank=DOCUMENTS)
    except IntegrityError:  # the same content came twice at once
        shelf.drop([key])
        found = _same(base, digest)
        if found is None:
            raise
        return found
    log.info("document_added", base=str(base.pk), document=str(row.pk), size=arrived.size)
    return row, True


def document_to_edit(*, user: User, document_id: UUID) -> Document:
    """Raises NotFound, Forbidden."""
    document = document_get(user=user, document_id=document_id)
    require_editor(user, document.base)
    return document


def document_change(*, user: User, document_id: UUID, changes: dict[str, Any]) -> Document:
    """Name, metadata (as a whole), whether it is found. Raises NotFound, Forbidden, InvalidRequest."""
    document = document_to_edit(user=user, document_id=document_id)
    if "name" in changes:
        changes["name"] = file_name(changes["name"])
    if "metadata" in changes:
        changes["metadata"] = metadata_check(changes["metadata"], document.base.fields)
    for name, value in changes.items():
        setattr(document, name, value)
    document.save(update_fields=[*changes, "updated_at"])
    return document


@transaction.atomic
def document_delete(*, user: User, document_id: UUID) -> None:
    """Delete it: when this returns, no index has it any more. Raises NotFound, Forbidden."""
    document = document_to_edit(user=user, document_id=document_id)
    documents_drop(document.base_id, [document])
    log.info("document_deleted", document=str(document.pk))


@transaction.atomic
def document_retry(*, user: User, document_id: UUID) -> Document:
    """Read it anew: what failed, was stopped, or is there already. Raises NotFound, Forbidden, Conflict."""
    document = document_to_edit(user=user, document_id=document_id)
    if document.state in WORKING:
        raise Conflict("This document is being worked on.", code="document_busy")
    document.state, document.error, document.progress = DocumentState.RECEIVED, None, 0.0
    document.save(update_fields=["state", "error", "progress", "updated_at"])
    document_enqueue(document, rank=INTERACTIVE, anew=True)
    return document


@transaction.atomic
def document_cancel(*, user: User, document_id: UUID) -> Document:
    """Stop working on it; what was found of it before is found still. Raises NotFound, Forbidden, Conflict."""
    document = document_to_edit(user=user, document_id=document_id)
    indexes = list(Index.objects.select_for_update().filter(base_id=document.base_id).order_by("pk"))
    document = Document.objects.select_for_update().select_related("base").get(pk=document.pk)
    if document.state not in WORKING:
        raise Conflict("Nobody is working on this document.", code="document_idle")
    Job.objects.filter(document=document, kind=JobKind.INGEST).delete()  # whoever does it finds out and stops
    for index in indexes:
        _withdraw(index, document)
    document.save(update_fields=["state", "progress", "error", "updated_at"])
    return document


def _withdraw(index: Index, document: Document) -> None:
    """Take back what was on its way into an index; the document's state is that of the active one."""
    place = Placement.objects.filter(index=index, document=document).first()
    if place is None:
        return
    indexing.edition_drop(index, document_id=document.pk, but=[place.edition])
    place.building = 0
    place.state = PlacementState.READY if place.edition else PlacementState.CANCELLED
    place.save(update_fields=["building", "state"])
    if index.status == IndexStatus.ACTIVE:
        document.state = DocumentState(place.state)
        document.progress, document.error = float(bool(place.edition)), None
