"""A run rebuilt from its events: the same pure step that the page takes, kept in `applyEvent.ts`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, assert_never

from inference.events import (
    CallFinished,
    CallStarted,
    ReasoningAdded,
    Recorded,
    RunCancelled,
    RunFailed,
    RunFinished,
    RunStarted,
    TextAdded,
    TurnFinished,
    TurnStarted,
    TurnWithdrawn,
)
from inference.messages import CallOutcome, FinishReason, ToolCall, Usage

RunStatus = Literal["queued", "running", "finished", "failed", "cancelled"]


@dataclass(slots=True, kw_only=True)
class Turn:
    """One answer of the model."""

    turn: int
    started_ms: int
    kind: Literal["turn"] = "turn"
    status: Literal["streaming", "finished"] = "streaming"
    text: str = ""
    reasoning: str = ""
    calls: tuple[ToolCall, ...] = ()
    finish_reason: FinishReason | None = None
    usage: Usage | None = None
    finished_ms: int | None = None
    first_token_ms: int | None = None


@dataclass(slots=True, kw_only=True)
class Call:
    """One execution of a tool."""

    turn: int
    call_id: str
    name: str
    arguments: str
    started_ms: int
    kind: Literal["call"] = "call"
    status: Literal["running", "finished"] = "running"
    outcome: CallOutcome | None = None
    output: str | None = None
    finished_ms: int | None = None


Item = Turn | Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    code: str
    message: str


@dataclass(slots=True, kw_only=True)
class RunState:
    """All that a client shows of a run."""

    status: RunStatus = "queued"
    attempt: int = 0
    items: list[Item] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    error: Failure | None = None
    last_seq: int = 0

    def open_turn(self) -> Turn | None:
        last = self.items[-1] if self.items else None
        return last if isinstance(last, Turn) and last.status == "streaming" else None

    def call(self, call_id: str) -> Call | None:
        found = (item for item in reversed(self.items) if isinstance(item, Call) and item.call_id == call_id)
        return next(found, None)

    def open_calls(self) -> list[Call]:
        return [item for item in self.items if isinstance(item, Call) and item.status == "running"]

    def spent(self) -> Usage:
        """What the finished turns cost."""
        return sum((item.usage for item in self.items if isinstance(item, Turn) and item.usage), Usage())

    def said(self) -> str:
        """All that the model said."""
        return "\n\n".join(item.text for item in self.items if isinstance(item, Turn) and item.text)


def rebuild(events: Iterable[Recorded]) -> RunState:
    """Fold events, in order, into the run. Events seen before are ignored."""
    state = RunState()
    for recorded in events:
        apply(state, recorded)
    return state


def apply(state: RunState, recorded: Recorded) -> None:
    """Take one event into `state`."""
    if recorded.seq <= state.last_seq:
        return
    state.last_seq = recorded.seq
    event = recorded.event
    match event:
        case RunStarted():
            state.status, state.attempt = "running", event.attempt
        case TurnStarted() | TurnWithdrawn() | TextAdded() | ReasoningAdded() | TurnFinished():
            _apply_turn(state, event, recorded.at_ms)
        case CallStarted() | CallFinished():
            _apply_call(state, event, recorded.at_ms)
        case RunFinished() | RunCancelled() | RunFailed():
            _apply_end(state, event)
        case _ as never:
            assert_never(never)


OfTurn = TurnStarted | TurnWithdrawn | TextAdded | ReasoningAdded | TurnFinished


def _apply_turn(state: RunState, event: OfTurn, at_ms: int) -> None:
    if isinstance(event, TurnStarted):
        state.items.append(Turn(turn=event.turn, started_ms=at_ms))
        return
    turn = state.open_turn()
    if turn is None:
        return
    match event:
        case TextAdded():
            turn.text += event.text
        case ReasoningAdded():
            turn.reasoning += event.text
        case TurnWithdrawn():
            state.items.pop()
        case TurnFinished():
            turn.status, turn.finished_ms = "finished", at_ms
            turn.text, turn.reasoning, turn.calls = event.text, event.reasoning, event.calls
            turn.finish_reason, turn.usage, turn.first_token_ms = event.finish_reason, event.usage, event.first_token_ms


def _apply_call(state: RunState, event: CallStarted | CallFinished, at_ms: int) -> None:
    if isinstance(event, CallStarted):
        call = Call(
            turn=event.turn, call_id=event.call_id, name=event.name, arguments=event.arguments, started_ms=at_ms
        )
        state.items.append(call)
    elif found := state.call(event.call_id):
        found.status, found.outcome, found.output = "finished", event.outcome, event.output
        found.finished_ms = at_ms


def _apply_end(state: RunState, event: RunFinished | RunFailed | RunCancelled) -> None:
    state.usage = event.usage
    match event:
        case RunFinished():
            state.status = "finished"
        case RunCancelled():
            state.status = "cancelled"
        case RunFailed():
            state.status = "failed"
            state.error = Failure(code=event.code, message=event.message)
