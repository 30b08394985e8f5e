"""What happens in a run, as facts in the past tense: typed, numbered, replayable."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import orjson

from inference.messages import CallOutcome, FinishReason, ToolCall, Usage

WithdrawnBecause = Literal["worker_lost", "handed_over", "model_retry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """An attempt began: the first, or one that goes on where a lost worker stopped."""

    attempt: int
    model: str
    type: Literal["run_started"] = "run_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStarted:
    """The model was asked; turns count from 1 within a run."""

    turn: int
    type: Literal["turn_started"] = "turn_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningAdded:
    turn: int
    text: str
    type: Literal["reasoning_added"] = "reasoning_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAdded:
    turn: int
    text: str
    type: Literal["text_added"] = "text_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnWithdrawn:
    """What was streamed of this turn does not count: the model is asked again."""

    turn: int
    reason: WithdrawnBecause
    type: Literal["turn_withdrawn"] = "turn_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFinished:
    """The whole turn; it replaces what was streamed.

    first_token_ms: from the turn's start to its first token, None when there was none.
    """

    turn: int
    text: str
    reasoning: str
    calls: tuple[ToolCall, ...]
    finish_reason: FinishReason
    usage: Usage | None
    first_token_ms: int | None
    type: Literal["turn_finished"] = "turn_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted:
    turn: int
    call_id: str
    name: str
    arguments: str
    type: Literal["call_started"] = "call_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFinished:
    """`outcome` is "unknown" when the worker was lost in mid-call: it may have happened."""

    call_id: str
    outcome: CallOutcome
    output: str
    type: Literal["call_finished"] = "call_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    usage: Usage
    type: Literal["run_finished"] = "run_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFailed:
    code: str
    message: str
    usage: Usage
    type: Literal["run_failed"] = "run_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCancelled:
    usage: Usage
    type: Literal["run_cancelled"] = "run_cancelled"


Terminal = RunFinished | RunFailed | RunCancelled
Delta = TextAdded | ReasoningAdded
Event = (
    RunStarted
    | TurnStarted
    | ReasoningAdded
    | TextAdded
    | TurnWithdrawn
    | TurnFinished
    | CallStarted
    | CallFinished
    | RunFinished
    | RunFailed
    | RunCancelled
)

EVENT_TYPES: dict[str, type[Event]] = {get_args(cls.__annotations__["type"])[0]: cls for cls in get_args(Event)}
TERMINAL_TYPES = frozenset(get_args(cls.__annotations__["type"])[0] for cls in get_args(Terminal))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event with its place in the run: `seq` from 1 without gaps, `at_ms` since the epoch."""

    seq: int
    at_ms: int
    event: Event


def encode(recorded: Recorded) -> bytes:
    """The event as clients read it: one flat JSON object."""
    body: dict[str, Any] = {"seq": recorded.seq, "at_ms": recorded.at_ms}
    event = recorded.event
    for name in event.__dataclass_fields__:
        body[name] = getattr(event, name)
    return orjson.dumps(body)


def decode(raw: bytes | str | dict[str, Any]) -> Recorded:
    """The inverse of `encode`. Raises KeyError and TypeError on what is not an event."""
    body = dict(raw) if isinstance(raw, dict) else orjson.loads(raw)
    seq, at_ms = body.pop("seq"), body.pop("at_ms")
    if "calls" in body:
        body["calls"] = tuple(ToolCall(**call) for call in body["calls"])
    if body.get("usage") is not None:
        body["usage"] = Usage(**body["usage"])
    return Recorded(seq=seq, at_ms=at_ms, event=EVENT_TYPES[body["type"]](**body))
