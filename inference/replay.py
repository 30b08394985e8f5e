"""A run rebuilt from its events: the same pure step that the page takes, kept in `applyEvent.ts`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, assert_never

from inference.citations import Citation
from inference.events import (
    CallFinished,
    CallProgressed,
    CallStarted,
    CompactedWhat,
    HistoryCompacted,
    ReasoningAdded,
    Recorded,
    RunCancelled,
    RunFailed,
    RunFinished,
    RunPaused,
    RunStarted,
    TextAdded,
    TurnFinished,
    TurnStarted,
    TurnWithdrawn,
    WaitingCall,
)
from inference.messages import CallOutcome, Decision, FinishReason, ToolCall, Usage
from inference.observations import Artefact, Source
from inference.tools import Progress

RunStatus = Literal["queued", "running", "waiting", "finished", "failed", "cancelled"]


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
    citations: tuple[Citation, ...] = ()


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
    decision: Decision | None = None
    progress: Progress | None = None
    metadata: str = ""
    view: Mapping[str, Any] | None = None
    artefacts: tuple[Artefact, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(slots=True, kw_only=True)
class Compaction:
    """The place from which on the model is told a summary instead of all."""

    turn: int
    what: CompactedWhat
    tokens_before: int
    tokens_after: int
    summary: str
    started_ms: int
    finished_ms: int
    kind: Literal["compaction"] = "compaction"


Item = Turn | Call | Compaction


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
    waiting: tuple[WaitingCall, ...] = ()
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

    def busy_ms(self) -> int:
        """For how long turns and calls have been under way, counted one by one."""
        ended = (item for item in self.items if item.finished_ms is not None)
        return sum((item.finished_ms or 0) - item.started_ms for item in ended)

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
            state.status, state.attempt, state.waiting = "running", event.attempt, ()
        case RunPaused():
            state.status, state.waiting = "waiting", event.waiting
        case TurnStarted() | TurnWithdrawn() | TextAdded() | ReasoningAdded() | TurnFinished():
            _apply_turn(state, event, recorded.at_ms)
        case HistoryCompacted():
            state.items.append(_compaction(event, recorded.at_ms))
        case CallStarted() | CallProgressed() | CallFinished():
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
            turn.citations = event.citations


def _compaction(event: HistoryCompacted, at_ms: int) -> Compaction:
    return Compaction(
        turn=event.turn,
        what=event.what,
        tokens_before=event.tokens_before,
        tokens_after=event.tokens_after,
        summary=event.summary,
        started_ms=at_ms,
        finished_ms=at_ms,
    )


def _apply_call(state: RunState, event: CallStarted | CallProgressed | CallFinished, at_ms: int) -> None:
    if isinstance(event, CallStarted):
        state.items.append(
            Call(
                turn=event.turn,
                call_id=event.call_id,
                name=event.name,
                arguments=event.arguments,
                decision=event.decision,
                started_ms=at_ms,
            )
        )
        return
    found = state.call(event.call_id)
    if found is None:
        return
    if isinstance(event, CallProgressed):
        found.progress = Progress(text=event.text, fraction=event.fraction)
        return
    found.status, found.finished_ms, found.progress = "finished", at_ms, None
    found.outcome, found.output, found.metadata = event.outcome, event.output, event.metadata
    found.view, found.artefacts, found.sources = event.view, event.artefacts, event.sources


def _apply_end(state: RunState, event: RunFinished | RunFailed | RunCancelled) -> None:
    state.usage, state.waiting = event.usage, ()
    match event:
        case RunFinished():
            state.status = "finished"
        case RunCancelled():
            state.status = "cancelled"
        case RunFailed():
            state.status = "failed"
            state.error = Failure(code=event.code, message=event.message)
