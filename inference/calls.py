"""The calls of a turn, run side by side: started, watched, ended, each failure an observation for the model."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace

import structlog

from inference.arguments import is_readable
from inference.errors import RepeatedFailure, ToolError
from inference.events import CallFinished, CallProgressed, CallStarted, WaitingCall, WaitingFor
from inference.messages import CallOutcome, Conversation, Decided, ToolCall, ToolResult
from inference.observations import Observation
from inference.text import clean, shortened, storable
from inference.tools import CallContext, Progress, Tool, read_arguments

log = structlog.get_logger(__name__)

MAY_HAVE_HAPPENED = (
    "This call was interrupted: it may have happened or not. Do not simply repeat it; check first, or ask the user."
)
DENIED = "The user did not allow this call. Do not try it again; go on without it, or ask what they would like."
MAX_OUTPUT = 100_000
"""Characters of a result that the model is told."""
PROGRESS_SECONDS = 0.2
GIVEN_UP_AT, NUDGE_AT, STOP_AT = 2, 3, 5
GIVEN_UP = (
    "The arguments cannot be read this time either, so the call was given up: it has not happened. Do not make it "
    "again. Answer with what you have, and say what could not be done."
)
NUDGE = (
    "\n\nThis same call has now failed {} times. Do not repeat it as it is: change the arguments, use another tool, or "
    "answer with what you have."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolbox:
    """What a model may call. `waits`: tools whose calls wait for somebody first."""

    tools: Mapping[str, Tool] = field(default_factory=dict)
    waits: Mapping[str, WaitingFor] = field(default_factory=dict)


def waiting_calls(box: Toolbox, conversation: Conversation) -> tuple[WaitingCall, ...]:
    """The open calls that wait for a decision."""
    return tuple(
        WaitingCall(call_id=call.id, name=call.name, arguments=call.arguments, waits_for=box.waits[call.name])
        for call in conversation.open_calls()
        if call.name in box.waits and call.id not in conversation.decided and call.id not in conversation.started
    )


async def act(box: Toolbox, conversation: Conversation) -> AsyncIterator[CallStarted | CallProgressed | CallFinished]:
    """Run the open calls that need not wait, side by side. Raises RepeatedFailure when one failed too often.

    The caller makes each `CallStarted` durable before it takes the next event: only then does the tool run.
    """
    waiting = {call.call_id for call in waiting_calls(box, conversation)}
    ready = {call.id: call for call in conversation.open_calls() if call.id not in waiting}
    told: asyncio.Queue[CallProgressed | CallFinished] = asyncio.Queue()
    running: list[asyncio.Task[None]] = []
    try:
        for call in ready.values():
            if call.id not in conversation.started:
                yield _started(call, conversation)
            running.append(asyncio.create_task(_Execution(box.tools.get(call.name), call, told).run(conversation)))
        while ready:
            event = await told.get()
            if isinstance(event, CallFinished):
                event = _remember(conversation, ready.pop(event.call_id), event)
            yield event
    finally:
        for task in running:
            task.cancel()
    if _failures_at_end(conversation) >= STOP_AT:
        raise RepeatedFailure("The agent made the same call five times, and it failed each time.")


def _started(call: ToolCall, conversation: Conversation) -> CallStarted:
    decided = conversation.decided.get(call.id)
    return CallStarted(
        turn=conversation.turn,
        call_id=call.id,
        name=call.name,
        arguments=call.arguments,
        decision=decided.decision if decided else None,
    )


def _remember(conversation: Conversation, call: ToolCall, done: CallFinished) -> CallFinished:
    """Add the result to the conversation, with a nudge when the same call keeps failing."""
    failed = done.outcome == "error"
    times = conversation.failures_of(call) + 1 if failed else 0
    if times >= GIVEN_UP_AT and not is_readable(call.arguments):
        done = replace(done, output=GIVEN_UP)
    if times >= NUDGE_AT:
        done = replace(done, output=done.output + NUDGE.format(times))
    conversation.append(
        ToolResult(
            call_id=call.id,
            name=call.name,
            output=done.output,
            outcome=done.outcome,
            metadata=done.metadata,
            sources=done.sources,
        )
    )
    return done


def _failures_at_end(conversation: Conversation) -> int:
    """How often the most often failing call of the last turn has failed since the user spoke."""
    return max((conversation.failures_of(call) for call in conversation.last_calls()), default=0)


@dataclass(slots=True)
class _Execution:
    """One call under way; what it has to tell goes to `told`, last its `CallFinished`."""

    tool: Tool | None
    call: ToolCall
    told: asyncio.Queue[CallProgressed | CallFinished]
    reported: float = 0.0

    async def run(self, conversation: Conversation) -> None:
        done = await run_call(
            self.tool,
            self.call,
            interrupted=self.call.id in conversation.started,
            decided=conversation.decided.get(self.call.id),
            context=CallContext(key=self.call.id, report=self._report),
        )
        self.told.put_nowait(done)

    def _report(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self.reported >= PROGRESS_SECONDS:
            self.reported = now
            text = clean(progress.text)[:200]
            self.told.put_nowait(CallProgressed(call_id=self.call.id, text=text, fraction=progress.fraction))


async def run_call(
    tool: Tool | None, call: ToolCall, *, interrupted: bool, decided: Decided | None, context: CallContext
) -> CallFinished:
    """One call, whatever it does: its failures are observations for the model."""
    if decided and decided.decision != "approved":
        return _not_run(call, decided)
    if tool is None:
        return _ended(call, "error", f"There is no tool named {call.name!r}.")
    if interrupted and not tool.repeatable:
        return _ended(call, "unknown", MAY_HAVE_HAPPENED)
    outcome: CallOutcome = "error"
    observation: str | Observation
    try:
        async with asyncio.timeout(tool.timeout):
            observation = await tool.run(read_arguments(call.arguments), context)
        if isinstance(observation, str) or not observation.failed:
            outcome = "done"
    except ToolError as error:
        observation = str(error)
    except TimeoutError:
        observation = f"The tool gave no result within {tool.timeout:g} seconds and was stopped."
    except Exception:
        log.exception("tool_failed", tool=call.name)
        observation = "The tool failed for a reason of its own."
    return _ended(call, outcome, observation)


def _not_run(call: ToolCall, decided: Decided) -> CallFinished:
    """A call that somebody denied, or answered themselves."""
    if decided.decision == "answered":
        return _ended(call, "error" if decided.failed else "done", decided.text)
    return _ended(call, "denied", f"{DENIED}\nThey said: {decided.text}" if decided.text else DENIED)


def _ended(call: ToolCall, outcome: CallOutcome, observation: str | Observation) -> CallFinished:
    told = Observation(text=observation) if isinstance(observation, str) else observation
    return CallFinished(
        call_id=call.id,
        outcome=outcome,
        output=shortened(clean(told.text), MAX_OUTPUT),
        metadata=clean(told.metadata),
        view=None if told.view is None else storable(told.view),
        artefacts=told.artefacts,
        sources=tuple(
            replace(one, title=clean(one.title), url=clean(one.url), text=clean(one.text)) for one in told.sources
        ),
    )
