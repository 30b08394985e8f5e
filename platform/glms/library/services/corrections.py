"""What people put right after a wrong answer: a question with its answer, found at once, or a test question."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db import IntegrityError, transaction

from glms.accounts.models import User
from glms.library import shelf
from glms.library.models import (
    Chunk,
    Document,
    DocumentState,
    KnowledgeBase,
    Origin,
    Placement,
    PlacementState,
    QuestionOrigin,
    QuestionStatus,
)
from glms.library.selectors import base_to_edit
from glms.library.services.chunks import chunk_add
from glms.library.services.questions import question_keep
from knowledge.documents import Parsed

NAME = "Corrections"
MOST_QUOTE = 4000


@dataclass(frozen=True, kw_only=True)
class Correction:
    """kind: a chunk that answers the question from now on, or a question to test the base with."""

    kind: Literal["chunk", "question"]
    question: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class Corrected:
    document_id: UUID | None = None
    chunk_id: int | None = None
    question_id: UUID | None = None


def correction_add(*, user: User, base_id: UUID, correction: Correction) -> Corrected:
    """Raises NotFound, Forbidden, InvalidRequest, Unavailable."""
    base = base_to_edit(user=user, base_id=base_id)
    if correction.kind == "chunk":
        document = _corrections_of(base)
        row = chunk_add(user=user, document_id=document.pk, text=correction.answer, question=correction.question)
        return Corrected(document_id=document.pk, chunk_id=row.pk)
    gold = _places(base, correction.answer)
    made = question_keep(
        base,
        user=user,
        text=correction.question,
        gold=gold,
        status=QuestionStatus.CONFIRMED if gold else QuestionStatus.DRAFT,
        origin=QuestionOrigin.FEEDBACK,
    )
    return Corrected(question_id=made.pk)


def _corrections_of(base: KnowledgeBase) -> Document:
    """The base's document of corrections, made at the first one: it has no file, only chunks that people wrote."""
    rows = Document.objects.filter(base=base, origin=Origin.CORRECTIONS).select_related("base")
    if found := rows.first():
        return found
    empty = Parsed(text="", blocks=(), media_type="text/plain")
    try:
        with transaction.atomic():
            document = Document.objects.create(
                base=base,
                workspace_id=base.workspace_id,
                origin=Origin.CORRECTIONS,
                name=NAME,
                media_type="text/plain",
                size=0,
                sha256="",
                parsed_key=shelf.put_parsed(base.pk, empty),
                state=DocumentState.READY,
                progress=1.0,
            )
            KnowledgeBase.objects.select_for_update().get(pk=base.pk)
            Placement.objects.bulk_create(
                [
                    Placement(document=document, index=index, edition=1, state=PlacementState.READY)
                    for index in base.indexes.all()
                ]
            )
        return document
    except IntegrityError:  # two first corrections at once
        return rows.get()


def _places(base: KnowledgeBase, answer: str) -> list[dict[str, Any]]:
    """Where the base's documents say the answer word by word."""
    quote = answer.strip()[:MOST_QUOTE]
    rows = Chunk.objects.filter(index=base.active_id, is_parent=False, text__icontains=quote)
    found = []
    for row in rows.order_by("pk")[:3] if quote else ():
        at = row.start + row.text.lower().find(quote.lower())
        found.append({"document_id": str(row.document_id), "start": at, "end": at + len(quote), "quote": quote})
    return found
