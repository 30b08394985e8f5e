"""Asks an index the base's confirmed questions, in each mode, and counts what it found."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, get_args

from django.db import transaction

from glms.library.attempts import Attempt, Failed, Later
from glms.library.encoding import query_vectors
from glms.library.jobs import Claim, LeaseLost, end, held
from glms.library.models import Chunk, Evaluation, EvaluationStatus, Index, Question, QuestionStatus
from glms.library.searching import allowed_in, rows_of, shelf_of
from glms.library.shapes import RetrievalChoice, SearchMode
from knowledge.errors import IndexTorn, StoreAway
from knowledge.evaluation import Judged, measured
from knowledge.retrieval import Query, search

DEPTH = 50
"""How far down an answer is looked for."""
LEAST_SHARE = 0.5
"""Of an answer's characters that a chunk must have to hold it."""
UNFOUND = -1
"""Stands for a place that no chunk of the ranking holds."""
MODES: tuple[SearchMode, ...] = get_args(SearchMode)


def evaluate(attempt: Attempt) -> None:
    """Raises LeaseLost, Drained, Later, Failed."""
    row = Evaluation.objects.select_related("base", "index__endpoint").filter(pk=attempt.claim.evaluation_id).first()
    if row is None:
        raise LeaseLost
    own = RetrievalChoice.model_validate(row.base.retrieval)
    questions = list(Question.objects.filter(base=row.base, status=QuestionStatus.CONFIRMED).order_by("id"))
    if not questions:
        raise Failed("no_questions", "There are no confirmed questions any more.")
    vectors = query_vectors(row.index, [question.text for question in questions])
    by_mode: dict[str, dict[str, Any]] = {}
    results: list[dict[str, Any]] = []
    for mode in MODES:
        judged = []
        for question, vector in zip(questions, vectors, strict=True):
            attempt.go_on()
            judged.append(_judged(row.index, question, vector, mode=mode, k=own.top_k))
        by_mode[mode] = asdict(measured(judged, k=own.top_k))
        if mode == own.mode:
            ranks = [one.rank() for one in judged]
            results = [
                {"question_id": str(question.pk), "rank": rank} for question, rank in zip(questions, ranks, strict=True)
            ]
    with transaction.atomic():
        held(attempt.claim)
        row.status, row.by_mode, row.metrics, row.results = EvaluationStatus.DONE, by_mode, by_mode[own.mode], results
        row.save(update_fields=["status", "by_mode", "metrics", "results", "updated_at"])
        end(attempt.claim)


def fail(claim: Claim, told: Mapping[str, str]) -> None:
    """Raises LeaseLost."""
    with transaction.atomic():
        held(claim)
        Evaluation.objects.filter(pk=claim.evaluation_id).update(status=EvaluationStatus.FAILED, error=dict(told))
        end(claim)


def _judged(index: Index, question: Question, vector: Any, *, mode: SearchMode, k: int) -> Judged:
    """The chunks that were found for a question, and which chunks hold its answer."""
    try:
        asked = Query(text=question.text, mode=mode, top_k=max(DEPTH, k))
        found = search(asked, [shelf_of(index, vector, allowed_in(index, None))])
    except (IndexTorn, StoreAway) as error:
        raise Later(error.code, error.message) from error
    rows = [row for _, row in rows_of([index], found)]
    return Judged(
        ranked=[row.pk for row in rows],
        golds=[
            {row.pk for row in rows if holds(row, place)} or {UNFOUND - number}
            for number, place in enumerate(question.gold)
        ],
    )


def holds(row: Chunk, place: Mapping[str, Any]) -> bool:
    """Whether a chunk has an answer's place: its quote, or most of its characters."""
    if str(row.document_id) != place["document_id"]:
        return False
    quote = _plain(place["quote"])
    if quote and quote in _plain(f"{row.question} {row.text}"):
        return True
    length = place["end"] - place["start"]
    shared = min(row.end, place["end"]) - max(row.start, place["start"])
    return bool(length > 0 and shared >= LEAST_SHARE * length)


def _plain(text: str) -> str:
    return "".join(text.lower().split())
