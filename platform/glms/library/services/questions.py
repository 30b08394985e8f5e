"""What can be done with test questions and evaluations."""

from typing import Any
from uuid import UUID

from django.db import transaction

from glms.accounts.models import User
from glms.core.errors import Conflict, InvalidRequest
from glms.library.jobs import job_add
from glms.library.models import Document, Evaluation, JobKind, KnowledgeBase, Question, QuestionOrigin, QuestionStatus
from glms.library.selectors import base_to_edit, question_get, require_editor
from glms.library.services.indexes import index_ids_check

MAX_QUESTIONS = 1000
MAX_GOLD = 10
MAX_QUOTE = 4000


def question_create(
    *, user: User, base_id: UUID, text: str, gold: list[dict[str, Any]], status: str = QuestionStatus.CONFIRMED
) -> Question:
    """Raises NotFound, Forbidden, InvalidRequest."""
    base = base_to_edit(user=user, base_id=base_id)
    return question_keep(
        base, user=user, text=text, gold=gold, status=QuestionStatus(status), origin=QuestionOrigin.PERSON
    )


def question_keep(
    base: KnowledgeBase,
    *,
    user: User,
    text: str,
    gold: list[dict[str, Any]],
    status: QuestionStatus,
    origin: QuestionOrigin,
) -> Question:
    """Raises InvalidRequest."""
    if Question.objects.filter(base=base).count() >= MAX_QUESTIONS:
        raise InvalidRequest(f"A base may have {MAX_QUESTIONS:,} questions; delete some first.")
    return Question.objects.create(
        base=base,
        made_by=user,
        text=_text(text),
        gold=gold_check(base, gold, confirmed=status == QuestionStatus.CONFIRMED),
        status=status,
        origin=origin,
    )


def question_change(*, user: User, question_id: UUID, changes: dict[str, Any]) -> Question:
    """Raises NotFound, Forbidden, InvalidRequest."""
    question = question_get(user=user, question_id=question_id)
    require_editor(user, question.base)
    if "text" in changes:
        question.text = _text(changes["text"])
    question.status = changes.get("status", question.status)
    confirmed = question.status == QuestionStatus.CONFIRMED
    question.gold = gold_check(question.base, changes.get("gold", question.gold), confirmed=confirmed)
    question.save(update_fields=["text", "status", "gold", "updated_at"])
    return question


def question_delete(*, user: User, question_id: UUID) -> None:
    """Raises NotFound, Forbidden."""
    question = question_get(user=user, question_id=question_id)
    require_editor(user, question.base)
    question.delete()


def gold_check(base: KnowledgeBase, gold: list[dict[str, Any]], *, confirmed: bool) -> list[dict[str, Any]]:
    """Where an answer stands: documents of this very base. Raises InvalidRequest."""
    if len(gold) > MAX_GOLD:
        raise InvalidRequest(f"Name {MAX_GOLD} places at most.", param="gold")
    if confirmed and not gold:
        raise InvalidRequest("Say where the answer stands before you confirm the question.", param="gold")
    ids = {str(place["document_id"]) for place in gold}
    known = {str(pk) for pk in Document.objects.filter(base=base, pk__in=ids).values_list("pk", flat=True)}
    for place in gold:
        if str(place["document_id"]) not in known:
            raise InvalidRequest("The base has no such document.", param="gold.document_id")
        if not 0 <= place["start"] <= place["end"] or len(place["quote"]) > MAX_QUOTE:
            raise InvalidRequest("This is no place in a document.", param="gold.start")
    return [{**place, "document_id": str(place["document_id"])} for place in gold]


@transaction.atomic
def questions_draft(*, user: User, base_id: UUID, count: int) -> int:
    """Have the model draft questions in the background, of chunks picked at random. Raises NotFound, Forbidden."""
    base = base_to_edit(user=user, base_id=base_id)
    if not Document.objects.filter(base=base, chunks__gt=0).exists():
        raise InvalidRequest("There is nothing to ask about yet; add documents first.")
    if not job_add(JobKind.DRAFT, base_id=base.pk, more={"count": count}):
        raise Conflict("Questions are being drafted already.", code="already_running")
    return count


@transaction.atomic
def evaluations_start(*, user: User, base_id: UUID, index_ids: list[UUID]) -> list[Evaluation]:
    """Ask each of these indexes all confirmed questions, in the background.

    Raises NotFound, Forbidden, InvalidRequest.
    """
    base = base_to_edit(user=user, base_id=base_id)
    indexes = index_ids_check(base, index_ids)
    if not Question.objects.filter(base=base, status=QuestionStatus.CONFIRMED).exists():
        raise InvalidRequest("Write or confirm test questions first.", code="no_questions")
    made = [Evaluation.objects.create(base=base, index=index) for index in indexes]
    for evaluation in made:
        job_add(JobKind.EVALUATE, base_id=base.pk, evaluation=evaluation)
    return made


def _text(text: str) -> str:
    words = " ".join(text.split())
    if not 0 < len(words) <= 2000:
        raise InvalidRequest("A question has 1 to 2,000 characters.", param="text")
    return words
