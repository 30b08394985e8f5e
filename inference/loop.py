"""The tool-use loop: ask the model, run what it calls, ask again, until it answers.

After "GLM-4 All Tools" (arXiv 2406.12793, section 2, Figure 4). The list of messages is the whole state:
to pause, stop; to resume, call again.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from inference.errors import InferenceError, ToolError
from inference.events import (
    CallFinished,
    CallStarted,
    Event,
    ReasoningAdded,
    RunFailed,
    RunFinished,
    TextAdded,
    TurnFinished,
    TurnStarted,
    TurnWithdrawn,
)
from inference.messages import (
    AssistantMessage,
    Conversation,
    FinishReason,
    Message,
    ToolCall,
    ToolResult,
    Usage,
)
from inference.text import clean
from inference.tools import CallContext, Tool, read_arguments

log = structlog.get_logger(__name__)

TURN_LIMIT = "The agent took {} turns and did not finish."
MAY_HAVE_HAPPENED = (
    "This call was interrupted: it may have happened or not. Do not simply repeat it; check first, or ask the user."
)


@dataclass(frozen=True, slots=True)
class TextPart:
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningPart:
    text: str


@dataclass(frozen=True, slots=True)
class Restarted:
    """What came of this reply so far is void; it starts anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The end of a reply: its calls, why it ended, what it cost."""

    calls: tuple[ToolCall, ...]
    finish_reason: FinishReason
    usage: Usage | None


Part = TextPart | ReasoningPart | Restarted | Reply


class Model(Protocol):
    """A thing that answers."""

    name: str

    def stream(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncIterator[Part]:
        """One reply, as it comes; the last part is its `Reply`. Raises InferenceError."""
        ...


async def run_agent(
    model: Model, tools: Mapping[str, Tool], conversation: Conversation, *, max_turns: int, spent: Usage
) -> AsyncGenerator[Event, None]:
    """Everything that happens until the model has answered, as events; the last one is terminal.

    max_turns: how often the model may be asked in this run. spent: tokens of earlier attempts.
    """
    try:
        while not conversation.answered():
            if not conversation.open_calls():
                if conversation.turn >= max_turns:
                    yield RunFailed(code="turn_limit", message=TURN_LIMIT.format(max_turns), usage=spent)
                    return
                async for event in ask(model, tools, conversation):
                    if isinstance(event, TurnFinished) and event.usage:
                        spent += event.usage
                    yield event
            async for event in act(tools, conversation):
                yield event
        yield RunFinished(usage=spent)
    except InferenceError as error:
        yield RunFailed(code=error.code, message=error.message, usage=spent)


@dataclass(slots=True)
class _Heard:
    """What has come of one turn so far."""

    turn: int
    began: float = field(default_factory=time.monotonic)
    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    first_token_ms: int | None = None

    def add(self, part: TextPart | ReasoningPart) -> TextAdded | ReasoningAdded:
        if self.first_token_ms is None:
            self.first_token_ms = round((time.monotonic() - self.began) * 1000)
        if isinstance(part, TextPart):
            self.text.append(part.text)
            return TextAdded(turn=self.turn, text=part.text)
        self.reasoning.append(part.text)
        return ReasoningAdded(turn=self.turn, text=part.text)

    def finished(self, reply: Reply) -> TurnFinished:
        return TurnFinished(
            turn=self.turn,
            text="".join(self.text),
            reasoning="".join(self.reasoning),
            calls=reply.calls,
            finish_reason=reply.finish_reason,
            usage=reply.usage,
            first_token_ms=self.first_token_ms,
        )


INTERRUPTED = Reply(calls=(), finish_reason="interrupted", usage=None)


async def ask(model: Model, tools: Mapping[str, Tool], conversation: Conversation) -> AsyncIterator[Event]:
    """One turn of the model. Raises InferenceError after closing the turn with what had come."""
    heard = _Heard(conversation.turn + 1)
    yield TurnStarted(turn=heard.turn)
    try:
        async for part in model.stream(conversation.messages, list(tools.values())):
            if isinstance(part, Restarted):
                yield TurnWithdrawn(turn=heard.turn, reason="model_retry")
                heard = _Heard(heard.turn)
                yield TurnStarted(turn=heard.turn)
            elif isinstance(part, Reply):
                done = heard.finished(part)
                conversation.append(AssistantMessage(text=done.text, reasoning=done.reasoning, calls=done.calls))
                yield done
            else:
                yield heard.add(part)
    except InferenceError:
        yield heard.finished(INTERRUPTED)
        raise


async def act(tools: Mapping[str, Tool], conversation: Conversation) -> AsyncIterator[Event]:
    """Run the open calls side by side.

    The caller makes each `CallStarted` durable before it takes the next event: only then does the tool run.
    """
    running: list[asyncio.Task[CallFinished]] = []
    names: dict[str, str] = {}
    try:
        for call in conversation.open_calls():
            names[call.id] = call.name
            interrupted = call.id in conversation.started
            if not interrupted:
                yield CallStarted(turn=conversation.turn, call_id=call.id, name=call.name, arguments=call.arguments)
            running.append(asyncio.create_task(run_call(tools.get(call.name), call, interrupted=interrupted)))
        for next_done in asyncio.as_completed(running):
            done = await next_done
            conversation.append(ToolResult(call_id=done.call_id, name=names[done.call_id], output=done.output))
            yield done
    finally:
        for task in running:
            task.cancel()


async def run_call(tool: Tool | None, call: ToolCall, *, interrupted: bool) -> CallFinished:
    """One call, whatever it does: its failures are observations for the model."""
    if tool is None:
        return CallFinished(call_id=call.id, outcome="error", output=f"There is no tool named {call.name!r}.")
    if interrupted and not tool.repeatable:
        return CallFinished(call_id=call.id, outcome="unknown", output=MAY_HAVE_HAPPENED)
    try:
        async with asyncio.timeout(tool.timeout):
            output = clean(await tool.run(read_arguments(call.arguments), CallContext(key=call.id)))
    except ToolError as error:
        return CallFinished(call_id=call.id, outcome="error", output=clean(str(error)))
    except TimeoutError:
        text = f"The tool gave no result within {tool.timeout:g} seconds and was stopped."
        return CallFinished(call_id=call.id, outcome="error", output=text)
    except Exception:
        log.exception("tool_failed", tool=call.name)
        return CallFinished(call_id=call.id, outcome="error", output="The tool failed for a reason of its own.")
    return CallFinished(call_id=call.id, outcome="done", output=output)
