"""A document's way into an index: read, cut, embedded, indexed; each step is kept, so that the next attempt goes on.

Nothing of a document is found before its last step; what was found of it before is found until then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from glms.core.errors import AppError
from glms.library import captioning, indexing, shelf
from glms.library.attempts import Attempt, Failed, Later
from glms.library.cutting import cut
from glms.library.encoding import EncoderAway, ensure_vectors
from glms.library.jobs import Claim, LeaseLost, end, held, job_add, stepped
from glms.library.models import (
    Chunk,
    Document,
    DocumentState,
    Embedding,
    Index,
    IndexStatus,
    Job,
    JobKind,
    Origin,
    Placement,
    PlacementState,
)
from glms.library.parsing import Stopped, parse, parsed_of
from glms.sandbox.client import SandboxBusy, SandboxUnavailable
from knowledge.documents import Parsed
from knowledge.errors import IndexTorn, KnowledgeError, ParseError, StoreAway

log = structlog.get_logger(__name__)

EMBEDDED_AT_ONCE = 64
PARSED, EMBEDDED = 0.2, 0.95
"""How far it is after these steps."""


def ingest(attempt: Attempt) -> None:
    """Do what is left to do. Raises LeaseLost, Drained, Later, Failed."""
    work = _load(attempt)
    try:
        work.steps()
    except IndexTorn as error:
        job_add(JobKind.REBUILD, base_id=work.document.base_id, index=work.index)
        raise Later("index_rebuilding", "The index is being built again; the document comes after it.") from error
    except StoreAway as error:
        raise Later(error.code, error.message) from error
    except KnowledgeError as error:
        raise Failed(error.code, error.message) from error
    except EncoderAway as error:
        raise Later(error.code, error.message) from error
    except AppError as error:
        raise Failed(error.code, error.message) from error
    except indexing.IndexGone as error:
        raise LeaseLost from error
    indexing.merge_if_due(work.index.pk)


def _load(attempt: Attempt) -> "Ingestion":
    claim = attempt.claim
    document = Document.objects.select_related("base__caption_model").filter(pk=claim.document_id).first()
    index = Index.objects.select_related("endpoint").filter(pk=claim.index_id).first()
    if document is None or index is None:
        raise LeaseLost
    place, _ = Placement.objects.get_or_create(document=document, index=index)
    return Ingestion(attempt=attempt, document=document, index=index, place=place)


def fail(claim: Claim, told: Mapping[str, str]) -> None:
    """Give it up: nothing of this reading is left, and the document says why. Raises LeaseLost."""
    try:
        with indexing.locked(claim.index_id, claim) as index:
            place = Placement.objects.get(index=index, document=claim.document_id)
            indexing.edition_drop(index, document_id=place.document_id, but=[place.edition])
            place.building, place.state, place.error = 0, PlacementState.FAILED, dict(told)
            place.save(update_fields=["building", "state", "error"])
            _tell(index, place, state=DocumentState.FAILED, error=dict(told), progress=0.0)
            end(claim)
            settle(index)
    except indexing.IndexGone as error:
        raise LeaseLost from error


def wait(claim: Claim, told: Mapping[str, str]) -> None:
    """Say what a document waits for."""
    Document.objects.filter(pk=claim.document_id, base__active=claim.index_id).update(error=dict(told))


@dataclass(kw_only=True)
class Ingestion:
    """One attempt's work on one document for one index."""

    attempt: Attempt
    document: Document
    index: Index
    place: Placement
    parsed: Parsed | None = None

    def steps(self) -> None:
        """From where the last attempt stopped."""
        is_written = self.document.origin == Origin.CORRECTIONS  # it has no file, only what people wrote
        if not is_written and (self.attempt.claim.anew or not self.document.parsed_key):
            self.read()
        if not self.place.building:
            self.cut()
        self.embed()
        self.index_chunks()
        self.publish()

    def read(self) -> None:
        """Read the file, in the sandbox, and keep what it says."""
        self.attempt.go_on()
        _tell(self.index, self.place, state=DocumentState.PARSING, progress=0.02, error=None)
        try:
            parsed = self._parsed()
        except Stopped:
            self.attempt.go_on()
            raise LeaseLost from None
        except (SandboxUnavailable, SandboxBusy) as error:
            raise Later("sandbox_unavailable", f"Documents cannot be read now: {error}") from error
        except FileNotFoundError as error:
            raise Failed("file_missing", "The file is not in the file store any more; upload it again.") from error
        self._keep(parsed)

    def _parsed(self) -> Parsed:
        """What the file says; a picture also what a model sees in it."""
        if not captioning.is_wanted(self.document):
            return parse(self.document, stop=self.attempt.is_over)
        parsed = None
        try:
            parsed = parse(self.document, stop=self.attempt.is_over)
        except ParseError as error:
            if error.code != "no_text":
                raise
        self.attempt.go_on()
        return captioning.described(self.document, parsed, job_id=self.attempt.claim.job_id)

    def _keep(self, parsed: Parsed) -> None:
        document, before = self.document, self.document.parsed_key
        key = shelf.put_parsed(document.base_id, parsed)
        with indexing.locked(self.index.pk, self.attempt.claim) as index:
            document.parsed_key = key
            document.pages = len(parsed.pages) or None
            document.characters = len(parsed.text)
            document.warnings = list(parsed.warnings)
            document.media_type = parsed.media_type[:100] or document.media_type
            document.save(update_fields=["parsed_key", "pages", "characters", "warnings", "media_type", "updated_at"])
            indexing.edition_drop(index, document_id=document.pk, but=[self.place.edition])
            self.place.building = 0
            self.place.save(update_fields=["building"])
            Job.objects.filter(pk=self.attempt.claim.job_id).update(anew=False, crashes=0)
            shelf.drop([before])
        self.parsed = parsed

    def cut(self) -> None:
        """Cut the text; the chunks are there from now on, and not yet found."""
        self.attempt.go_on()
        _tell(self.index, self.place, state=DocumentState.EMBEDDING, progress=PARSED, error=None)
        parsed = self.parsed or parsed_of(self.document)
        edition = self.place.edition + 1
        with transaction.atomic():
            held(self.attempt.claim)
            count = cut(self.document, self.index, parsed, edition=edition)
            if not count and self.document.origin != Origin.CORRECTIONS:
                raise ParseError("no_text", "Nothing was found in this document that could be searched for.")
            self.place.building = edition
            self.place.save(update_fields=["building"])
            stepped(self.attempt.claim)

    def embed(self) -> None:
        """Have a vector made of each chunk that has none, some at a time."""
        rows = self._rows()
        total = rows.count()
        while batch := list(_without_vector(rows)[:EMBEDDED_AT_ONCE]):
            self.attempt.go_on()
            ensure_vectors(self.index, batch)
            stepped(self.attempt.claim)
            left = _without_vector(rows).count()
            done = PARSED + (EMBEDDED - PARSED) * (total - left) / max(total, 1)
            _tell(self.index, self.place, state=DocumentState.EMBEDDING, progress=done, error=None)

    def index_chunks(self) -> None:
        """Put the chunks into the index, some at a time."""
        while True:
            self.attempt.go_on()
            with indexing.locked(self.index.pk, self.attempt.claim) as index:
                batch = list(self._rows().filter(indexed=False)[: indexing.BATCH])
                if not batch:
                    return
                indexing.chunks_add(index, batch)
                stepped(self.attempt.claim)

    def publish(self) -> None:
        """From now on this reading is found, and no earlier one."""
        claim = self.attempt.claim
        with indexing.locked(self.index.pk, claim) as index:
            place = self.place
            indexing.edition_drop(index, document_id=place.document_id, but=[place.building])
            place.edition, place.building, place.state, place.error = place.building, 0, PlacementState.READY, None
            place.chunks = Chunk.objects.filter(index=index, document=self.document, edition=place.edition).count()
            place.save()
            _tell(index, place, state=DocumentState.READY, progress=1.0, error=None, chunks=place.chunks)
            end(claim)
            settle(index)
        log.info("document_ready", document=str(place.document_id), index=str(index.pk), chunks=place.chunks)

    def _rows(self) -> QuerySet[Chunk]:
        """The chunks of this reading that shall be found."""
        rows = Chunk.objects.filter(index=self.index, document=self.document, edition=self.place.building)
        return rows.filter(is_parent=False, enabled=True).order_by("position", "id")


def _without_vector(rows: QuerySet[Chunk]) -> QuerySet[Chunk]:
    return rows.filter(~Exists(Embedding.objects.filter(content_hash=OuterRef("content_hash"))))


def _tell(index: Index, place: Placement, **state: Any) -> None:
    """What people see of the document, where this index is the active one."""
    Document.objects.filter(pk=place.document_id, base__active=index.pk).update(**state)


def settle(index: Index) -> None:
    """An index that was being built is ready once no document is on its way; within `locked`."""
    if index.status != IndexStatus.BUILDING or Job.objects.filter(index=index, kind=JobKind.INGEST).exists():
        return
    failed = Placement.objects.filter(index=index, state=PlacementState.FAILED).first()
    if failed and not Placement.objects.filter(index=index, state=PlacementState.READY).exists():
        index.status, index.error = IndexStatus.FAILED, failed.error
    else:
        index.status = IndexStatus.READY
    index.save(update_fields=["status", "error", "updated_at"])
