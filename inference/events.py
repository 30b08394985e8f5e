"""What happens in a run, as facts in the past tense: typed, numbered, replayable."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import orjson

from inference.citations import Citation
from inference.messages import CallOutcome, Decision, FinishReason, ToolCall, Usage
from inference.observations import Artefact, Source

WithdrawnBecause = Literal["worker_lost", "handed_over", "model_retry"]
WaitingFor = Literal["approval", "result"]
CompactedWhat = Literal["history", "results"]


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
    citations: tuple[Citation, ...] = ()
    type: Literal["turn_finished"] = "turn_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryCompacted:
    """The model is not told all any more, because its context is full; people still see everything.

    what: "history" when earlier messages were replaced by `summary`; "results" when long tool results were cut.
    tokens_before, tokens_after: the prompt's length by the server's own tokenizer.
    """

    turn: int
    what: CompactedWhat
    tokens_before: int
    tokens_after: int
    summary: str
    type: Literal["history_compacted"] = "history_compacted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted:
    """`decision`: what a person or the caller decided of a call that had waited for them."""

    turn: int
    call_id: str
    name: str
    arguments: str
    decision: Decision | None = None
    type: Literal["call_started"] = "call_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallProgressed:
    """How far a call is. `fraction` from 0 to 1, None where nobody knows."""

    call_id: str
    text: str
    fraction: float | None
    type: Literal["call_progressed"] = "call_progressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFinished:
    """`outcome` is "unknown" when the worker was lost in mid-call: it may have happened.

    output: what the model reads. view: what people see, told apart by `kind`; None: the output as it is.
    """

    call_id: str
    outcome: CallOutcome
    output: str
    metadata: str = ""
    view: Mapping[str, Any] | None = None
    artefacts: tuple[Artefact, ...] = ()
    sources: tuple[Source, ...] = ()
    type: Literal["call_finished"] = "call_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCall:
    """A call that waits for a person's approval, or for the result of a function that the caller runs."""

    call_id: str
    name: str
    arguments: str
    waits_for: WaitingFor


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPaused:
    """Nothing happens until somebody decides of one of these calls; then a new attempt begins."""

    waiting: tuple[WaitingCall, ...]
    type: Literal["run_paused"] = "run_paused"


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
    | HistoryCompacted
    | CallStarted
    | CallProgressed
    | CallFinished
    | RunPaused
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


LISTS: dict[str, type[Any]] = {
    "calls": ToolCall,
    "citations": Citation,
    "artefacts": Artefact,
    "sources": Source,
    "waiting": WaitingCall,
}
"""Fields that hold several of one class."""


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
    for name, cls in LISTS.items():
        if name in body:
            body[name] = tuple(cls(**one) for one in body[name])
    if body.get("usage") is not None:
        body["usage"] = Usage(**body["usage"])
    return Recorded(seq=seq, at_ms=at_ms, event=EVENT_TYPES[body["type"]](**body))
