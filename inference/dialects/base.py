"""What a dialect is: how one generation of GLM is asked, and how its words become text, thoughts and calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import uuid4

import orjson

from inference.dialects.special import Restorer, restored
from inference.loop import Part
from inference.messages import Message, ToolCall, UserMessage
from inference.tools import Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a reply ended. cut: by its limit, in mid-word. awaits: for a result; None where the server did not say."""

    cut: bool = False
    awaits: bool | None = None


class Parser(Protocol):
    """Reads one reply, however it is cut into pieces."""

    def feed(self, text: str) -> list[Part]:
        """What is surely text or reasoning so far; the rest waits for more."""
        ...

    def end(self, ending: Ending) -> tuple[list[Part], tuple[ToolCall, ...]]:
        """What is left, and all calls. A call that was cut off has arguments that are no JSON."""
        ...


class Dialect(Protocol):
    """One generation's way. thinking: None leaves it to the model.

    stop_token_ids: they end a reply. result_token_id: the one of them that awaits a result.
    """

    @property
    def name(self) -> str: ...

    @property
    def stop_token_ids(self) -> tuple[int, ...]: ...

    @property
    def result_token_id(self) -> int: ...

    def render(self, messages: Sequence[Message], tools: Sequence[Tool], *, thinking: bool | None = None) -> str:
        """The whole prompt, special tokens written out."""
        ...

    def parser(self, tools: Sequence[Tool], *, thinking: bool | None = None) -> Parser:
        """For the reply to a prompt that was rendered alike."""
        ...

    def written(self, call: ToolCall, tools: Sequence[Tool]) -> str:
        """A call as the model writes it."""
        ...


class RestoringParser:
    """Wraps a parser: what the model repeats of its prompt comes out as it was before `inert`."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self._restorer = Restorer()

    def feed(self, text: str) -> list[Part]:
        return self._restorer.feed(self._parser.feed(text))

    def end(self, ending: Ending) -> tuple[list[Part], tuple[ToolCall, ...]]:
        parts, calls = self._parser.end(ending)
        told = [*self._restorer.feed(parts), *self._restorer.end()]
        return told, tuple(replace(call, arguments=restored(call.arguments)) for call in calls)


def call_of(name: str, arguments: Mapping[str, Any] | str) -> ToolCall:
    """A call that a model wrote; none of the dialects has ids."""
    text = arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode()
    return ToolCall(id=f"call_{uuid4().hex[:24]}", name=name, arguments=text)


def cut_call(name: str, arguments: Mapping[str, Any]) -> ToolCall:
    """A call whose arguments broke off: their JSON lacks its end, so that nobody runs the half of something."""
    return call_of(name, orjson.dumps(arguments).decode()[:-1])


def arguments_of(call: ToolCall) -> dict[str, Any]:
    """The arguments of an earlier call for the prompt; what was no JSON object stands under `arguments`."""
    try:
        value = orjson.loads(call.arguments or "{}")
    except orjson.JSONDecodeError:
        value = call.arguments
    return value if isinstance(value, dict) else {"arguments": value}


def is_object(text: str) -> bool:
    """Whether this is the JSON of an object."""
    try:
        return isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        return False


def last_question(messages: Sequence[Message]) -> int:
    """Where the user last spoke; reasoning before it is not shown to the model again."""
    return max((index for index, one in enumerate(messages) if isinstance(one, UserMessage)), default=-1)
