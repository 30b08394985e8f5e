"""A conversation as a model sees it: plain messages; the list is the whole state of the loop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from inference.arguments import is_readable
from inference.observations import Source

Decision = Literal["approved", "denied", "answered"]
CallOutcome = Literal["done", "error", "unknown", "cancelled", "denied"]
FinishReason = Literal["stop", "tool_calls", "length", "cancelled", "interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """What a model asked for. `arguments` is the JSON text that it wrote, not yet trusted."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens that a turn cost, as the server counted them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemMessage:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMessage:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantMessage:
    text: str
    reasoning: str = ""
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What a call gave. `metadata`: the words behind GLM-4's `<|observation|>`; `sources`: what may be cited of it."""

    call_id: str
    name: str
    output: str
    outcome: CallOutcome = "done"
    metadata: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What somebody decided of a call that waited: `text` is their reason, or the result that they give."""

    decision: Decision
    text: str = ""
    failed: bool = False


Message = SystemMessage | UserMessage | AssistantMessage | ToolResult


@dataclass(slots=True)
class Conversation:
    """The messages so far.

    started: ids of calls of the last turn that an earlier attempt started and did not finish. decided: what somebody
    decided of calls that had to wait, by the call's id. given: sources that were shown with a message of the user's,
    without a call of the model's.
    """

    messages: list[Message] = field(default_factory=list)
    started: frozenset[str] = frozenset()
    decided: Mapping[str, Decided] = field(default_factory=dict)
    given: list[Source] = field(default_factory=list)

    def append(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def turn(self) -> int:
        """How many turns the model has finished since the user last spoke."""
        return sum(isinstance(message, AssistantMessage) for message in self._since_user())

    def open_calls(self) -> Sequence[ToolCall]:
        """Calls of the model's last turn that have no result yet."""
        recent = self._since_user()
        answered = {message.call_id for message in recent if isinstance(message, ToolResult)}
        for message in reversed(recent):
            if isinstance(message, AssistantMessage):
                return [call for call in message.calls if call.id not in answered]
        return []

    def last_calls(self) -> tuple[ToolCall, ...]:
        """The calls of the model's last turn."""
        turns = (message for message in reversed(self._since_user()) if isinstance(message, AssistantMessage))
        last = next(turns, None)
        return last.calls if last else ()

    def failures_of(self, call: ToolCall) -> int:
        """How often this very call has failed since the user last spoke.

        Name and arguments are alike, or the arguments of both are unreadable.
        """
        recent = self._since_user()
        asked = {
            one.id
            for message in recent
            if isinstance(message, AssistantMessage)
            for one in message.calls
            if one.name == call.name and _alike(one.arguments, call.arguments)
        }
        results = (message for message in recent if isinstance(message, ToolResult) and message.outcome == "error")
        return sum(result.call_id in asked for result in results)

    def sources(self) -> list[Source]:
        """All that was read and may be cited."""
        read = [source for message in self.messages if isinstance(message, ToolResult) for source in message.sources]
        return [*self.given, *read]

    def answered(self) -> bool:
        """Whether the model's last word is an answer, not a call."""
        last = self.messages[-1] if self.messages else None
        return isinstance(last, AssistantMessage) and not last.calls

    def _since_user(self) -> list[Message]:
        for index in range(len(self.messages) - 1, -1, -1):
            if isinstance(self.messages[index], UserMessage):
                return self.messages[index + 1 :]
        return self.messages


def _alike(one: str, other: str) -> bool:
    return one == other or not (is_readable(one) or is_readable(other))
