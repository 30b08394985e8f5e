"""Tools without a body, and replies as models of each dialect write them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from inference.dialects import DIALECTS
from inference.dialects.base import Dialect, Ending
from inference.loop import Part, ReasoningPart, TextPart
from inference.messages import ToolCall
from inference.tools import CallContext, Tool

ANSWERED, AWAITS, CUT, UNTOLD = Ending(awaits=False), Ending(awaits=True), Ending(cut=True), Ending()


@dataclass(frozen=True)
class Declared:
    """A tool as a model sees it."""

    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    description: str = "Does a thing."
    repeatable: bool = True
    changes_world: bool = False
    timeout: float = 1.0

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"type": "object", "properties": self.properties}

    async def run(self, arguments: dict[str, Any], context: CallContext) -> str:
        return ""


ALL_TOOLS = tuple(
    Declared(name) for name in ("python", "browser_search", "browser_click", "browser_open", "text_to_image")
)
WEATHER = Declared("get_weather", {"city": {"type": "string"}, "days": {"type": "integer"}})
CLOCK = Declared("clock")
TOOLS: tuple[Tool, ...] = (*ALL_TOOLS, WEATHER, CLOCK)


@dataclass(frozen=True)
class Heard:
    """What a parser made of a reply."""

    text: str
    reasoning: str
    calls: tuple[tuple[str, Any], ...]


def call(name: str, arguments: Mapping[str, Any] | str) -> ToolCall:
    text = arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode()
    return ToolCall(id="c", name=name, arguments=text)


def hear(
    dialect: Dialect,
    pieces: Iterable[str],
    *,
    tools: Sequence[Tool] = TOOLS,
    ending: Ending = UNTOLD,
    thinking: bool | None = None,
) -> Heard:
    parser = dialect.parser(tools, thinking=thinking)
    parts: list[Part] = []
    for piece in pieces:
        parts += parser.feed(piece)
    last, calls = parser.end(ending)
    parts += last
    return Heard(
        text="".join(part.text for part in parts if isinstance(part, TextPart)),
        reasoning="".join(part.text for part in parts if isinstance(part, ReasoningPart)),
        calls=tuple((one.name, value_of(one.arguments)) for one in calls),
    )


def value_of(arguments: str) -> Any:
    """The arguments as values, or as they came where they are no JSON."""
    try:
        return orjson.loads(arguments)
    except orjson.JSONDecodeError:
        return arguments


def written(dialect: Dialect, calls: Iterable[ToolCall], tools: Sequence[Tool] = TOOLS) -> str:
    """The calls as the model writes them behind its prompt, thoughts apart."""
    text = "".join(dialect.written(one, tools) for one in calls)
    return text if dialect.name in {"glm45", "glm47"} else text.removeprefix("<|assistant|>")


def lead_of(dialect: Dialect) -> str:
    """What ends the thought that the prompt opened."""
    return "</think>" if dialect.name in {"glm-z1", "glm47"} else ""


EVERY = tuple(DIALECTS.values())
