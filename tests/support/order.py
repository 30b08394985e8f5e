"""The rules of a run's journal (`docs/events.md`), checked over one run's events."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from inference.events import (
    TERMINAL_TYPES,
    CallFinished,
    CallProgressed,
    CallStarted,
    Event,
    HistoryCompacted,
    ReasoningAdded,
    Recorded,
    RunPaused,
    RunStarted,
    TextAdded,
    TurnFinished,
    TurnStarted,
    TurnWithdrawn,
)
from inference.messages import Usage


@dataclass(slots=True)
class Order:
    """Takes the events of one run; `problems` has what is against the rules."""

    problems: list[str] = field(default_factory=list)
    seq: int = 0
    attempt: int = 0
    turn: int | None = None
    text: str = ""
    reasoning: str = ""
    asked: set[str] = field(default_factory=set)
    calling: set[str] = field(default_factory=set)
    usage: Usage = field(default_factory=Usage)
    ended: bool = False

    def take(self, recorded: Recorded) -> None:
        event = recorded.event
        here = f"{recorded.seq} {event.type}"
        self._must(recorded.seq == self.seq + 1, here, f"comes after {self.seq}")
        self._must(not self.ended, here, "comes after the end")
        self._must(
            self.attempt > 0 or isinstance(event, RunStarted) or event.type == "run_cancelled", here, "too early"
        )
        self.seq = recorded.seq
        if isinstance(event, CallStarted | CallProgressed | CallFinished):
            self._call(event, here)
        elif isinstance(event, HistoryCompacted | RunPaused):
            self._must(self.turn is None and not self.calling, here, f"{self.turn} and {self.calling} are open")
        elif isinstance(event, RunStarted):
            self._must(event.attempt > self.attempt, here, f"attempt {event.attempt} after {self.attempt}")
            self.attempt = event.attempt
        elif event.type in TERMINAL_TYPES:
            self._end(event, here)
        else:
            self._turn(event, here)

    def _must(self, holds: bool, here: str, problem: str) -> None:
        if not holds:
            self.problems.append(f"{here}: {problem}")

    def _turn(self, event: Event, here: str) -> None:
        if isinstance(event, TurnStarted):
            self._must(self.turn is None and not self.calling, here, f"{self.turn} and {self.calling} are open")
            self.turn, self.text, self.reasoning = event.turn, "", ""
            return
        assert isinstance(event, TextAdded | ReasoningAdded | TurnWithdrawn | TurnFinished)
        self._must(event.turn == self.turn, here, f"is of turn {event.turn}, open is {self.turn}")
        match event:
            case TextAdded():
                self.text += event.text
            case ReasoningAdded():
                self.reasoning += event.text
            case TurnWithdrawn():
                self.turn = None
            case TurnFinished():
                told = (self.text, self.reasoning)
                self._must((event.text, event.reasoning) == told, here, f"{event.text!r} was streamed as {told!r}")
                self.turn, self.asked = None, {call.id for call in event.calls}
                self.usage += event.usage or Usage()

    def _call(self, event: CallStarted | CallProgressed | CallFinished, here: str) -> None:
        """Calls of turn 0 are the platform's own, made before the model is asked."""
        if isinstance(event, CallStarted):
            asked = event.call_id in self.asked or event.turn == 0
            self._must(asked, here, "was not asked for, or started before")
            self.asked.discard(event.call_id)
            self.calling.add(event.call_id)
            return
        self._must(event.call_id in self.calling, here, "is not open")
        if isinstance(event, CallFinished):
            self.calling.discard(event.call_id)

    def _end(self, event: Event, here: str) -> None:
        self._must(self.turn is None and not self.calling, here, f"{self.turn} and {self.calling} are open")
        self._must(getattr(event, "usage", None) == self.usage, here, f"the turns cost {self.usage}")
        self.ended = True


def order_problems(events: Iterable[Recorded]) -> list[str]:
    order = Order()
    for recorded in events:
        order.take(recorded)
    return order.problems
