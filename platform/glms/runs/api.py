"""Runs over HTTP: send, edit, regenerate, cancel, follow; the messages of a conversation with their runs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Field, Query, Router, Schema, Status

from glms.accounts.auth import acting
from glms.conversations.models import Message, MessageRole
from glms.conversations.selectors import conversation_get, siblings_of
from glms.core.database import let_go
from glms.core.errors import InvalidRequest, NotFound
from glms.core.http import BadCursor, Body, Id, Page, PageQuery, page
from glms.core.idempotency import idempotent
from glms.files.api import file_out
from glms.files.models import StoredFile
from glms.files.selectors import files_of
from glms.library.services.corrections import Correction
from glms.runs import corrections, decisions, exports, lineage, selectors, services
from glms.runs.caller import CallerFunction
from glms.runs.models import Run
from glms.runs.schemas import MessageOut, RunOut, VersionRefOut
from glms.runs.streams import server_sent
from inference.messages import Decided

router = Router(tags=["runs"])
conversation_router = Router(tags=["conversations"])
knowledge_router = Router(tags=["knowledge"])

MAX_SEQ = 2**31 - 1


class MessagePage(Schema):
    items: list[MessageOut]
    next_cursor: str | None
    revision: int


class FunctionIn(Body):
    """A function that the caller executes: the run pauses at its calls, and `POST .../result` answers them."""

    name: str
    description: Annotated[str, Field(max_length=2000)] = ""
    parameters: dict[str, Any] = {"type": "object", "properties": {}}


class DecisionIn(Body):
    decision: Literal["approve", "deny"]
    note: Annotated[str, Field(max_length=2000)] = ""


class ResultIn(Body):
    output: str
    failed: bool = False


class RunCreate(Body):
    """Either `text` (send; with `parent_id` an edit: the edited message's parent) or `regenerate` (a reply's id)."""

    text: str | None = None
    parent_id: Id | None = None
    regenerate: Id | None = None
    file_ids: Annotated[list[Id], Field(max_length=20)] = []
    functions: list[FunctionIn] = []


class RunStartedOut(Schema):
    run: RunOut
    user_message: MessageOut
    reply: MessageOut


def _run(run: Run, state: dict[str, Any]) -> RunOut:
    return RunOut(
        id=run.pk,
        conversation_id=run.conversation_id,
        message_id=run.message_id,
        agent_version=VersionRefOut(id=run.version_id, number=run.version.number),
        model=run.model,
        queued_at=run.created_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        cost=None if run.cost is None else float(run.cost),
        **state,
    )


def _one(run: Run) -> RunOut:
    return _run(run, selectors.states_of([run])[run.pk])


def _message(
    message: Message, run: RunOut | None, siblings: list[UUID], files: Sequence[StoredFile] = ()
) -> MessageOut:
    return MessageOut(
        id=message.pk,
        parent_id=message.parent_id,
        role=MessageRole(message.role),
        text=message.text,
        run_id=run.id if run else None,
        run=run,
        sibling_ids=siblings,
        files=[file_out(file) for file in files],
        created_at=message.created_at,
    )


@conversation_router.get("/{uuid:conversation_id}/messages", response=MessagePage)
def message_list(
    request: HttpRequest,
    conversation_id: UUID,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> MessagePage:
    """The branch shown, its newest page; `next_cursor` leads to older messages."""
    conversation = conversation_get(user=acting(request), conversation_id=conversation_id)
    try:
        before = UUID(cursor) if cursor else None
    except ValueError as error:
        raise BadCursor("This cursor is not one of this list; start again without it.") from error
    shown, following, runs = selectors.branch_page(conversation=conversation, before=before, limit=limit)
    states = selectors.states_of(list(runs.values()))
    siblings = siblings_of(shown, conversation.pk) if shown else {}
    files = files_of([message.pk for message in shown])
    items = []
    for message in shown:
        run = runs.get(message.pk)
        told = _run(run, states[run.pk]) if run else None
        items.append(_message(message, told, siblings[message.parent_id], files.get(message.pk, ())))
    return MessagePage(items=items, next_cursor=str(following) if following else None, revision=conversation.revision)


@conversation_router.post("/{uuid:conversation_id}/runs", response={202: RunStartedOut})
@idempotent
def run_create(request: HttpRequest, conversation_id: UUID, body: RunCreate) -> Status[RunStartedOut]:
    """Send a message, edit one, or make a reply again. The run goes on whether or not anybody follows it."""
    started = services.run_start(user=acting(request), conversation_id=conversation_id, wanted=_wanted(body))
    run = _run(started.run, selectors.stored_state(started.run, []))
    siblings = siblings_of([started.question, started.reply], conversation_id)
    out = RunStartedOut(
        run=run,
        user_message=_message(
            started.question,
            None,
            siblings[started.question.parent_id],
            files_of([started.question.pk]).get(started.question.pk, ()),
        ),
        reply=_message(started.reply, run, siblings[started.reply.parent_id]),
    )
    return Status(202, out)


def _wanted(body: RunCreate) -> services.Send | services.Regenerate:
    if (body.text is None) == (body.regenerate is None):
        raise InvalidRequest("Give either `text` or `regenerate`.", param="text")
    if body.regenerate is not None:
        return services.Regenerate(message_id=body.regenerate)
    at_head = "parent_id" not in body.model_fields_set
    return services.Send(
        text=body.text or "",
        parent_id=body.parent_id,
        at_head=at_head,
        file_ids=tuple(body.file_ids),
        functions=tuple(CallerFunction(**function.model_dump()) for function in body.functions),
    )


@conversation_router.get("/{uuid:conversation_id}/export")
def conversation_export(
    request: HttpRequest,
    conversation_id: UUID,
    format: Literal["markdown", "json"] = "markdown",  # noqa: A002
) -> HttpResponse:
    """The branch shown as one file."""
    conversation = conversation_get(user=acting(request), conversation_id=conversation_id)
    text, kind, name = exports.conversation_file(conversation, format)
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@router.get("/{uuid:run_id}", response=RunOut)
def run_get(request: HttpRequest, run_id: UUID) -> RunOut:
    """One run with all that came of it so far."""
    return _one(selectors.run_get(user=acting(request), run_id=run_id))


@router.post("/{uuid:run_id}/cancel", response=RunOut)
def run_cancel(request: HttpRequest, run_id: UUID) -> RunOut:
    """Stop the run; what it has written stays. Stopping twice, or after the end, changes nothing."""
    return _one(services.run_cancel(user=acting(request), run_id=run_id))


@router.post("/{uuid:run_id}/calls/{call}/decision", response=RunOut)
def call_decide(request: HttpRequest, run_id: UUID, call: str, body: DecisionIn) -> RunOut:
    """Allow a call that waits for an approval, or deny it; the run goes on."""
    decided = Decided(decision="approved" if body.decision == "approve" else "denied", text=body.note)
    verdict = decisions.Verdict(call_id=call, decided=decided)
    return _one(decisions.call_decide(user=acting(request), run_id=run_id, verdict=verdict))


@router.post("/{uuid:run_id}/calls/{call}/result", response=RunOut)
def call_answer(request: HttpRequest, run_id: UUID, call: str, body: ResultIn) -> RunOut:
    """Give the result of a function that you executed yourself; the run goes on."""
    decided = Decided(decision="answered", text=body.output, failed=body.failed)
    verdict = decisions.Verdict(call_id=call, decided=decided)
    return _one(decisions.call_decide(user=acting(request), run_id=run_id, verdict=verdict))


class AnswerOut(Schema):
    conversation_id: UUID
    run_id: UUID
    message_id: UUID
    question: str
    answered_at: datetime
    cited: bool


class CorrectionIn(Body):
    knowledge_id: Id
    kind: Literal["chunk", "question"]
    question: Annotated[str, Field(min_length=1, max_length=2000)]
    answer: Annotated[str, Field(min_length=1, max_length=40_000)]


class CorrectionOut(Schema):
    document_id: UUID | None
    chunk_id: int | None
    question_id: UUID | None


@knowledge_router.get("/documents/{uuid:document_id}/answers", response=Page[AnswerOut])
def document_answers(request: HttpRequest, document_id: UUID, query: Query[PageQuery]) -> Page[AnswerOut]:
    """The answers in your own conversations that were given passages of this document, the newest first."""
    rows = lineage.answers_rows(user=acting(request), document_id=document_id)
    found, cursor = page(rows, order=("ended_at", "id"), limit=query.limit, cursor=query.cursor)
    answers = lineage.answers_of(found, document_id=document_id)
    return Page(items=[AnswerOut.model_validate(one, from_attributes=True) for one in answers], next_cursor=cursor)


@knowledge_router.post("/messages/{uuid:message_id}/corrections", response={201: CorrectionOut})
def correction_create(request: HttpRequest, message_id: UUID, body: CorrectionIn) -> Status[CorrectionOut]:
    """An answer of your own conversation was wrong: put what is right into a base, or among its test questions."""
    correction = Correction(kind=body.kind, question=body.question, answer=body.answer)
    made = corrections.message_correct(
        user=acting(request), message_id=message_id, base_id=body.knowledge_id, correction=correction
    )
    return Status(201, CorrectionOut.model_validate(made, from_attributes=True))


may_read = sync_to_async(selectors.run_visible)
"""In the request's own thread: a second connection beside the one it holds could wait for ever under load."""


@router.get("/{uuid:run_id}/events", openapi_extra={"responses": {200: {"content": {"text/event-stream": {}}}}})
async def run_events(
    request: HttpRequest, run_id: UUID, after: Annotated[int | None, Query(ge=0, le=MAX_SEQ)] = None
) -> StreamingHttpResponse:
    """The run's events as server-sent events, from `after` or `Last-Event-ID` to the end of the run."""
    user = acting(request)
    start = after if after is not None else _last_event_id(request)
    if not await may_read(user=user, run_id=run_id):
        raise NotFound("There is no such run.")
    await let_go()
    response = StreamingHttpResponse(server_sent(user, run_id, start), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def _last_event_id(request: HttpRequest) -> int:
    text = request.headers.get("Last-Event-ID", "0").strip() or "0"
    if not text.isdecimal() or not text.isascii() or int(text[:12]) > MAX_SEQ:
        raise BadCursor("Last-Event-ID must be the number of an event.", param="Last-Event-ID")
    return int(text)
