"""What a live model can do of all that agents want: eight small questions, each answered, missed or left out."""

import asyncio
import base64
import struct
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from inference.chat import ChatModel
from inference.errors import InferenceError, ModelRefused, ModelUnavailable
from inference.loop import Model, Part, Reply, TextPart
from inference.messages import Message, ToolCall, UserMessage
from inference.tools import CallContext, Tool

Outcome = Literal["passed", "failed", "skipped"]

CODE_WORD = "heliotrope"
FILLER = "The harbour was quiet that morning, and the boats lay at their moorings. "
TOKENS_PER_FILLER = 16
LONGEST = 24_000
"""Tokens of the long text at most; half of the model's window where that is shorter."""
SHOWN = 120
"""Characters of an answer that a detail quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One check: what came of it in one sentence, and how long it took."""

    check: str
    outcome: Outcome
    detail: str
    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The model under test, best asked with temperature 0. context_length: None where nobody knows it.

    seconds: for each check.
    """

    model: Model
    context_length: int | None = None
    seconds: float = 60.0


@dataclass(slots=True, kw_only=True)
class Probe:
    """A tool that is offered and never run."""

    name: str
    description: str
    parameters: Mapping[str, Any] = field(default_factory=lambda: {"type": "object", "properties": {}})
    repeatable: bool = True
    changes_world: bool = False
    timeout: float = 1.0

    async def run(self, arguments: dict[str, Any], context: CallContext) -> str:
        return ""


WEATHER = Probe(
    name="get_weather",
    description="Tells the weather in a city now.",
    parameters={
        "type": "object",
        "properties": {"city": {"type": "string", "description": "The city's name, as the user wrote it."}},
        "required": ["city"],
    },
)
CLOCK = Probe(name="get_time", description="Tells the time of day now. Takes no arguments.")


class Missed(Exception):
    """The model answered, but not what was asked for."""


class LeftOut(Exception):
    """This model cannot be asked this."""


@dataclass(slots=True)
class Answer:
    """A reply, gathered."""

    parts: list[Part]

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        return next((part.calls for part in self.parts if isinstance(part, Reply)), ())

    def cities(self) -> list[str]:
        """The cities of the calls. Raises Missed when there is no sound call of the weather tool."""
        found = [_arguments(call).get("city") for call in self.calls if call.name == WEATHER.name]
        if not found or not all(isinstance(city, str) for city in found):
            raise Missed(f"It did not call the tool with a city; it said {self.quoted()}.")
        return [str(city) for city in found]

    def quoted(self) -> str:
        """What it said, for a detail."""
        text = " ".join(self.text.split())
        return f"“{text[:SHOWN]}”" if text else "nothing"


def _arguments(call: ToolCall) -> dict[str, Any]:
    try:
        value = orjson.loads(call.arguments)
    except orjson.JSONDecodeError as error:
        raise Missed("The arguments of its call are not JSON.") from error
    if not isinstance(value, dict):
        raise Missed("The arguments of its call are no object.")
    return value


async def _ask(subject: Subject, text: str, tools: Sequence[Tool] = ()) -> Answer:
    messages: list[Message] = [UserMessage(text=text)]
    return Answer([part async for part in subject.model.stream(messages, tools)])


async def _plain(subject: Subject) -> str:
    answer = await _ask(subject, "In one short sentence: what colour is a clear sky at noon?")
    if not answer.text.strip():
        raise Missed("It answered without a word.")
    return f"It said {answer.quoted()}."


async def _call(subject: Subject) -> str:
    answer = await _ask(subject, "What is the weather in Paris now? Use the tool.", [WEATHER])
    [*cities] = answer.cities()
    if "paris" not in cities[0].lower():
        raise Missed(f"It asked for the weather in {cities[0][:SHOWN]!r}, not in Paris.")
    return "It called the tool with the right city."


async def _zero_argument_call(subject: Subject) -> str:
    answer = await _ask(subject, "What time is it? Use the tool.", [CLOCK])
    if not [call for call in answer.calls if call.name == CLOCK.name and _arguments(call) is not None]:
        raise Missed(f"It did not call the tool; it said {answer.quoted()}.")
    return "It called a tool that takes no arguments."


async def _parallel_calls(subject: Subject) -> str:
    question = "What is the weather in Paris, and what is it in Rome? Call the tool for both cities at once."
    cities = {city.lower() for city in (await _ask(subject, question, [WEATHER])).cities()}
    if len(cities) < 2:
        raise Missed("It made one call where two were asked for.")
    return f"It made {len(cities)} calls in one turn."


async def _chinese_arguments(subject: Subject) -> str:
    answer = await _ask(subject, "北京现在天气怎么样？请使用工具，城市名用中文。", [WEATHER])
    if "北京" not in answer.cities()[0]:
        raise Missed(f"It wrote the city as {answer.cities()[0][:SHOWN]!r}.")
    return "Chinese came through in the arguments."


async def _streamed(subject: Subject) -> str:
    answer = await _ask(subject, "Count from one to thirty in words, separated by commas.", [CLOCK])
    pieces = sum(isinstance(part, TextPart) for part in answer.parts)
    if pieces < 5:
        raise Missed(f"Its text came in {pieces} piece{'' if pieces == 1 else 's'} while tools were offered.")
    return f"Its text came in {pieces} pieces while tools were offered."


async def _long_context(subject: Subject) -> str:
    if subject.context_length is None:
        raise LeftOut("Nobody knows how much this model reads.")
    tokens = min(LONGEST, subject.context_length // 2)
    half = FILLER * (tokens // TOKENS_PER_FILLER // 2)
    asked = (
        f"{half}The code word is {CODE_WORD}. {half}\n\nWhat is the code word in the text above? Answer with it alone."
    )
    answer = await _ask(subject, asked)
    if CODE_WORD not in answer.text.lower():
        raise Missed(f"It did not find a word in a text of about {tokens:,} tokens; it said {answer.quoted()}.")
    return f"It found a word in a text of about {tokens:,} tokens."


async def _image_input(subject: Subject) -> str:
    if not isinstance(subject.model, ChatModel):
        raise LeftOut("A model that is asked by raw text takes no pictures.")
    content = [
        {"type": "text", "text": "Which colour fills this picture? Answer with one word."},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{base64.b64encode(red_png()).decode()}"}},
    ]
    try:
        parts = [part async for part in subject.model.stream_told([{"role": "user", "content": content}], [])]
    except ModelRefused as error:
        raise LeftOut("The server takes no pictures for this model.") from error
    answer = Answer(parts)
    if not any(red in answer.text.lower() for red in ("red", "红")):
        raise Missed(f"It was shown a red picture and said {answer.quoted()}.")
    return "It saw that a picture is red."


def red_png(side: int = 64) -> bytes:
    """A red square as a PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\x00" + b"\xff\x00\x00" * side) * side)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


CHECKS: Mapping[str, Callable[[Subject], Awaitable[str]]] = {
    "plain": _plain,
    "call": _call,
    "zero_argument_call": _zero_argument_call,
    "parallel_calls": _parallel_calls,
    "chinese_arguments": _chinese_arguments,
    "streamed": _streamed,
    "long_context": _long_context,
    "image_input": _image_input,
}


async def self_test(subject: Subject) -> AsyncIterator[Checked]:
    """Each check as it is done, in the order of CHECKS. A server that does not answer the first is not asked more."""
    silent = False
    for name, check in CHECKS.items():
        if silent:
            yield Checked(check=name, outcome="skipped", detail="The server did not answer before.", ms=0)
            continue
        began = time.monotonic()
        outcome, detail, silent = await _checked(subject, check)
        yield Checked(check=name, outcome=outcome, detail=detail, ms=round((time.monotonic() - began) * 1000))


async def _checked(subject: Subject, check: Callable[[Subject], Awaitable[str]]) -> tuple[Outcome, str, bool]:
    """The outcome, the detail, and whether the server is silent altogether."""
    try:
        async with asyncio.timeout(subject.seconds):
            return "passed", await check(subject), False
    except Missed as missed:
        return "failed", str(missed), False
    except LeftOut as reason:
        return "skipped", str(reason), False
    except TimeoutError:
        return "failed", f"It did not end its answer within {subject.seconds:g} seconds.", False
    except InferenceError as error:
        # a server that stumbles later on has not shown that the model cannot do it
        outcome: Outcome = "failed" if error.permanent or check is _plain else "skipped"
        return outcome, error.message, check is _plain and isinstance(error, ModelUnavailable)
