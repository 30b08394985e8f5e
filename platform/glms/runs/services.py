"""What can be done to runs: start them, by sending, editing or regenerating; cancel them."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

import orjson
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from glms.accounts.models import User
from glms.agents.config import AgentConfig, config_read, variables_check
from glms.conversations.models import Conversation, Message, MessageRole
from glms.conversations.services import conversation_locked, message_add, title_from, touch, version_of
from glms.core.errors import Conflict, InvalidRequest, NotFound
from glms.files.services import files_attach
from glms.runs.caller import CallerFunction, caller_functions_check
from glms.runs.models import OPEN, Run, RunEvent, RunItem, RunStatus
from glms.runs.selectors import rebuilt_state, run_get
from glms.runs.tasks import run_enqueue
from glms.serving.selectors import can_call
from inference.closing import closing
from inference.events import CallFinished, Recorded, RunCancelled, encode
from inference.replay import apply

MAX_TEXT = 200_000
LONGEST_RUN = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Send:
    """A new message of the user, below `parent_id` (None: a first message). `at_head`: below the branch shown."""

    text: str
    parent_id: UUID | None = None
    at_head: bool = True
    file_ids: tuple[UUID, ...] = ()
    functions: tuple[CallerFunction, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Regenerate:
    """Another reply to the message that `message_id` replied to."""

    message_id: UUID


@dataclass(frozen=True, kw_only=True)
class Started:
    run: Run
    question: Message
    reply: Message


def run_start(*, user: User, conversation_id: UUID, wanted: Send | Regenerate) -> Started:
    """Begin a run: its rows in one transaction, its start after commit.

    Raises NotFound, InvalidRequest, and Conflict `run_in_progress` while the conversation has an open run.
    """
    try:
        with transaction.atomic():
            started = _start(user=user, conversation_id=conversation_id, wanted=wanted)
            run_id = started.run.pk
            transaction.on_commit(lambda: run_enqueue(run_id))
            return started
    except IntegrityError as error:
        if "one_open_run_a_conversation" in str(error):
            raise _in_progress() from error
        raise


def _in_progress() -> Conflict:
    return Conflict("The agent is still answering; stop it or wait for its end.", code="run_in_progress")


def _start(*, user: User, conversation_id: UUID, wanted: Send | Regenerate) -> Started:
    conversation = conversation_locked(user=user, conversation_id=conversation_id)
    version = version_of(user=user, conversation=conversation)
    variables = variables_check(version.config, _known(version.config, conversation.variables))
    question = _ask(conversation, wanted) if isinstance(wanted, Send) else _asked(conversation, wanted)
    functions = wanted.functions if isinstance(wanted, Send) else ()
    _model_check(config_read(version.config), functions)
    reply = message_add(conversation=conversation, parent_id=question.pk, role=MessageRole.ASSISTANT, text="")
    run = Run.objects.create(
        workspace_id=conversation.workspace_id,
        owner=user,
        conversation=conversation,
        message=reply,
        version=version,
        deadline_at=Now() + LONGEST_RUN,
        functions=caller_functions_check(
            functions, config=version.config, workspace_id=conversation.workspace_id
        ),
    )
    first = {} if conversation.title else {"title": title_from(question.text)}
    touch(conversation, head_id=reply.pk, variables=variables, **first)
    return Started(run=run, question=question, reply=reply)


def _model_check(config: AgentConfig, functions: tuple[CallerFunction, ...]) -> None:
    """Raises InvalidRequest when there are tools and the model is known to call none."""
    searches = config.knowledge.mode == "tool" and config.knowledge.bases
    has_tools = bool(config.tools or config.functions or functions or config.memory or searches)
    if has_tools and not can_call(model_id=config.model.id):
        raise InvalidRequest(
            "This agent has tools, and its model could not call one when it was tested. Choose another model, "
            "take the tools away, or have the model tested again.",
            code="model_cannot_call_tools",
            param="model",
        )


def _known(config: dict[str, object], values: dict[str, object]) -> dict[str, object]:
    """Values of variables that the agent still has; it may have been published anew since they were given."""
    keys = {variable["key"] for variable in config["variables"]}  # type: ignore[attr-defined]
    return {key: value for key, value in values.items() if key in keys}


def _ask(conversation: Conversation, wanted: Send) -> Message:
    text = wanted.text.strip()
    if not text:
        raise InvalidRequest("Write something first.", param="text")
    if len(text) > MAX_TEXT:
        raise InvalidRequest(f"A message may have {MAX_TEXT:,} characters at most.", param="text")
    parent_id = conversation.head_id if wanted.at_head else wanted.parent_id
    if parent_id is not None:
        parent = Message.objects.filter(conversation=conversation, pk=parent_id).first()
        if parent is None:
            raise NotFound("There is no such message to write below.", param="parent_id")
        if parent.role != MessageRole.ASSISTANT:
            raise InvalidRequest("A message is written below a reply.", param="parent_id")
    question = message_add(conversation=conversation, parent_id=parent_id, role=MessageRole.USER, text=text)
    if wanted.file_ids:
        files_attach(message=question, file_ids=wanted.file_ids)
    return question


def _asked(conversation: Conversation, wanted: Regenerate) -> Message:
    reply = Message.objects.filter(conversation=conversation, pk=wanted.message_id).select_related("parent").first()
    if reply is None:
        raise NotFound("There is no such message.", param="regenerate")
    if reply.role != MessageRole.ASSISTANT:
        raise InvalidRequest("Only a reply can be made again.", param="regenerate")
    question: Message = reply.parent
    return question


def run_cancel(*, user: User, run_id: UUID) -> Run:
    """Ask the run to stop; once it has ended this changes nothing. A run that nobody executes yet ends at once."""
    run_get(user=user, run_id=run_id)
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.status in OPEN and run.cancel_requested_at is None:
            run.cancel_requested_at = timezone.now()
            run.save(update_fields=["cancel_requested_at", "updated_at"])
        if run.status in {RunStatus.QUEUED, RunStatus.WAITING}:
            _end_queued(run)
    return run_get(user=user, run_id=run_id)


def _end_queued(run: Run) -> None:
    """The locked run has no worker: its end is written here. One that was handed over may have calls under way."""
    state = rebuilt_state(run.pk)
    for event in (*closing(state, "cancelled"), RunCancelled(usage=state.spent())):
        recorded = Recorded(seq=state.last_seq + 1, at_ms=int(timezone.now().timestamp() * 1000), event=event)
        apply(state, recorded)
        RunEvent.objects.create(run_id=run.pk, seq=recorded.seq, type=event.type, body=orjson.loads(encode(recorded)))
        if isinstance(event, CallFinished):
            call = asdict(found) if (found := state.call(event.call_id)) else {}
            RunItem.objects.filter(run=run, data__call_id=event.call_id).update(closed_seq=recorded.seq, data=call)
    Message.objects.filter(pk=run.message_id).update(text=state.said(), updated_at=timezone.now())
    run.status, run.last_seq, run.ended_at = RunStatus.CANCELLED, state.last_seq, timezone.now()
    run.prompt_tokens, run.completion_tokens = state.usage.prompt_tokens, state.usage.completion_tokens
    run.save(update_fields=["status", "last_seq", "ended_at", "prompt_tokens", "completion_tokens", "updated_at"])
    touch(Conversation.objects.select_for_update().get(pk=run.conversation_id))
