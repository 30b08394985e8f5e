"""The tool-use loop: ask the model, run what it calls, ask again, until it answers.

After "GLM-4 All Tools" (arXiv 2406.12793, section 2, Figure 4). The list of messages is the whole state:
to pause, stop; to resume, call again.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from inference.calls import Toolbox, act, waiting_calls
from inference.citations import cite
from inference.errors import InferenceError, TurnLimit
from inference.events import (
    Event,
    HistoryCompacted,
    ReasoningAdded,
    RunFailed,
    RunFinished,
    RunPaused,
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
    Usage,
)
from inference.observations import Source
from inference.tools import Tool


@dataclass(slots=True)  # one is made for every token, and a frozen one takes three times as long
class TextPart:
    text: str


@dataclass(slots=True)
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


class Window(Protocol):
    """Keeps a conversation within what its model can read."""

    async def fit(self, conversation: Conversation, tools: Sequence[Tool]) -> HistoryCompacted | None:
        """Shorten `conversation` where it is too long for the next turn, and say so. Raises InferenceError."""
        ...


async def run_agent(
    model: Model, box: Toolbox, conversation: Conversation, *, limits: "Limits", spent: Usage
) -> AsyncGenerator[Event, None]:
    """Everything that happens until the model has answered or somebody must decide, as events.

    The last one is terminal, or a `RunPaused`: then call again with the decisions. spent: tokens of earlier attempts.
    """
    try:
        while not conversation.answered():
            if not conversation.open_calls():
                async for event in next_turn(model, box, conversation, limits):
                    spent += _cost(event)
                    yield event
            async for event in act(box, conversation):
                yield event
            if waiting := waiting_calls(box, conversation):
                yield RunPaused(waiting=waiting)
                return
        yield RunFinished(usage=spent)
    except InferenceError as error:
        yield RunFailed(code=error.code, message=error.message, usage=spent)


def _cost(event: Event) -> Usage:
    return (event.usage or Usage()) if isinstance(event, TurnFinished) else Usage()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a run may become. max_turns: how often the model may be asked. window: None for any length."""

    max_turns: int
    window: Window | None = None


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

    def finished(self, reply: Reply, sources: Sequence[Source]) -> TurnFinished:
        text = "".join(self.text)
        return TurnFinished(
            turn=self.turn,
            text=text,
            reasoning="".join(self.reasoning),
            calls=reply.calls,
            finish_reason=reply.finish_reason,
            usage=reply.usage,
            first_token_ms=self.first_token_ms,
            citations=cite(text, sources),
        )


INTERRUPTED = Reply(calls=(), finish_reason="interrupted", usage=None)


async def next_turn(model: Model, box: Toolbox, conversation: Conversation, limits: Limits) -> AsyncIterator[Event]:
    """Ask the model, if it may be asked again, with as much of the conversation as it can read."""
    if conversation.turn >= limits.max_turns:
        raise TurnLimit(f"The agent took {limits.max_turns} turns and did not finish.")
    if limits.window and (compacted := await limits.window.fit(conversation, list(box.tools.values()))):
        yield compacted
    async for event in ask(model, box, conversation):
        yield event


async def ask(model: Model, box: Toolbox, conversation: Conversation) -> AsyncIterator[Event]:
    """One turn of the model. Raises InferenceError after closing the turn with what had come."""
    heard = _Heard(conversation.turn + 1)
    yield TurnStarted(turn=heard.turn)
    try:
        async for part in model.stream(conversation.messages, list(box.tools.values())):
            if isinstance(part, Restarted):
                yield TurnWithdrawn(turn=heard.turn, reason="model_retry")
                heard = _Heard(heard.turn)
                yield TurnStarted(turn=heard.turn)
            elif isinstance(part, Reply):
                done = heard.finished(part, conversation.sources())
                conversation.append(AssistantMessage(text=done.text, reasoning=done.reasoning, calls=done.calls))
                yield done
            else:
                yield heard.add(part)
    except InferenceError:
        yield heard.finished(INTERRUPTED, ())
        raise
