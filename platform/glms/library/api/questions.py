"""Test questions and evaluations over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from glms.accounts.auth import acting
from glms.core.http import Body, Id, Page, PageQuery, page
from glms.library import selectors
from glms.library.api.schemas import ErrorOut
from glms.library.models import Evaluation, Question
from glms.library.services import questions
from glms.library.shapes import SearchMode

router = Router(tags=["knowledge"])

Text = Annotated[str, Field(min_length=1, max_length=2000)]
QuestionState = Literal["draft", "confirmed"]
MAX_PLACE = 2**31 - 1


class GoldIn(Body):
    document_id: Id
    start: Annotated[int, Field(ge=0, le=MAX_PLACE)]
    end: Annotated[int, Field(ge=0, le=MAX_PLACE)]
    quote: Annotated[str, Field(max_length=questions.MAX_QUOTE)] = ""


class GoldOut(Schema):
    document_id: UUID
    start: int
    end: int
    quote: str


class QuestionCreate(Body):
    text: Text
    gold: Annotated[list[GoldIn], Field(max_length=questions.MAX_GOLD)]
    status: QuestionState = "confirmed"


class QuestionChange(Body):
    text: Text | None = None
    gold: Annotated[list[GoldIn], Field(max_length=questions.MAX_GOLD)] | None = None
    status: QuestionState | None = None


class QuestionOut(Schema):
    id: UUID
    knowledge_id: UUID
    text: str
    status: QuestionState
    gold: list[GoldOut]
    origin: Literal["person", "model", "feedback"]
    created_at: datetime


class QuestionListQuery(PageQuery):
    status: QuestionState | None = None


class DraftIn(Body):
    count: Annotated[int, Field(ge=1, le=50)] = 10


class DraftOut(Schema):
    count: int


class MetricsOut(Schema):
    recall_at_1: float
    recall_at_k: float
    mrr: float
    ndcg: float
    k: int
    questions: int


class ResultOut(Schema):
    question_id: UUID
    rank: int | None


class EvaluationOut(Schema):
    id: UUID
    index_id: UUID
    status: Literal["running", "done", "failed"]
    error: ErrorOut | None
    metrics: MetricsOut | None
    by_mode: dict[SearchMode, MetricsOut]
    results: list[ResultOut]
    created_at: datetime


class EvaluationStart(Body):
    index_ids: Annotated[list[Id], Field(min_length=1, max_length=3)]


def question_out(row: Question) -> QuestionOut:
    shown: dict[str, Any] = {name: getattr(row, name) for name in QuestionOut.model_fields if hasattr(row, name)}
    return QuestionOut(**shown, knowledge_id=row.base_id)


def _evaluation(row: Evaluation) -> EvaluationOut:
    return EvaluationOut.model_validate(row, from_attributes=True)


@router.get("/knowledge/{uuid:knowledge_id}/questions", response=Page[QuestionOut])
def question_list(request: HttpRequest, knowledge_id: UUID, query: Query[QuestionListQuery]) -> Page[QuestionOut]:
    """The test questions of a base, the newest first."""
    base = selectors.base_get(user=acting(request), base_id=knowledge_id)
    rows = Question.objects.filter(base=base)
    if query.status:
        rows = rows.filter(status=query.status)
    found, cursor = page(rows, order=("created_at", "id"), limit=query.limit, cursor=query.cursor)
    return Page(items=[question_out(row) for row in found], next_cursor=cursor)


@router.post("/knowledge/{uuid:knowledge_id}/questions", response={201: QuestionOut})
def question_create(request: HttpRequest, knowledge_id: UUID, body: QuestionCreate) -> Status[QuestionOut]:
    """Write a test question."""
    made = questions.question_create(user=acting(request), base_id=knowledge_id, **body.model_dump())
    return Status(201, question_out(made))


@router.post("/knowledge/{uuid:knowledge_id}/questions/draft", response={202: DraftOut})
def question_draft(request: HttpRequest, knowledge_id: UUID, body: DraftIn) -> Status[DraftOut]:
    """Have the model draft questions of chunks picked at random; people confirm them."""
    count = questions.questions_draft(user=acting(request), base_id=knowledge_id, count=body.count)
    return Status(202, DraftOut(count=count))


@router.patch("/questions/{uuid:question_id}", response=QuestionOut)
def question_change(request: HttpRequest, question_id: UUID, body: QuestionChange) -> QuestionOut:
    """Change or confirm it."""
    changes = body.model_dump(exclude_none=True)
    return question_out(questions.question_change(user=acting(request), question_id=question_id, changes=changes))


@router.delete("/questions/{uuid:question_id}", response={204: None})
def question_delete(request: HttpRequest, question_id: UUID) -> Status[None]:
    """Delete it."""
    questions.question_delete(user=acting(request), question_id=question_id)
    return Status(204, None)


@router.get("/knowledge/{uuid:knowledge_id}/evaluations", response=Page[EvaluationOut])
def evaluation_list(request: HttpRequest, knowledge_id: UUID, query: Query[PageQuery]) -> Page[EvaluationOut]:
    """How well indexes answered the test questions, the newest first."""
    rows = selectors.evaluation_list(user=acting(request), base_id=knowledge_id)
    found, cursor = page(rows, order=("created_at", "id"), limit=query.limit, cursor=query.cursor)
    return Page(items=[_evaluation(row) for row in found], next_cursor=cursor)


@router.post("/knowledge/{uuid:knowledge_id}/evaluations", response={202: Page[EvaluationOut]})
def evaluation_start(
    request: HttpRequest, knowledge_id: UUID, body: EvaluationStart
) -> Status[Page[EvaluationOut]]:
    """Ask these indexes all confirmed questions, in the background."""
    made = questions.evaluations_start(user=acting(request), base_id=knowledge_id, index_ids=body.index_ids)
    return Status(202, Page(items=[_evaluation(row) for row in made]))
