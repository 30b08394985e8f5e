"""What reading a dialect costs: tokens per second, CPU per 1,000 tokens, and the share of a stream's whole CPU.

A reply of words and a call is read token by token by what reads it in the product, behind HTTP and JSON; then the same
with one long argument. The streams are real models reading a scripted server in another process, 64 at once with 20 ms
between tokens, so their CPU is that of a client alone: sockets, HTTP, events, JSON and the parser. In the product
(`bench.streams`) the journal and the readers come on top, and the share is smaller still. Bar: 5 percent.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

import aiohttp
import uvloop

from bench.report import Report, load, say
from inference.chat import ReplyReader
from inference.completions import TextReader
from inference.dialects import DIALECTS, NAMES, SERVER
from inference.loop import Part, Reply
from inference.messages import UserMessage
from inference.models import model_for
from inference.salvage import Lines
from inference.scripted_chat import chat_chunks
from inference.scripted_completions import completion_chunks
from inference.scripted_replies import Reply as Said
from inference.scripted_replies import reply_text, script_of
from inference.selftest import CLOCK, WEATHER
from inference.streaming import ChunkReader, Endpoint
from inference.tools import Tool
from tests.support.scripted import ScriptedProcess

TOOLS: Sequence[Tool] = (WEATHER, CLOCK)
STREAMS, STREAM_TOKENS, PACE_MS = 64, 128, 20
CALL = '[[call get_weather {"city": "北京"}]]'
BAR_PERCENT = 5.0


def words_and_a_call(count: int) -> str:
    return f"[[words {count}]] {CALL}"


def long_argument(count: int) -> str:
    return f"[[call get_weather {json.dumps({'city': reply_text('long', count)})}]]"


def choices_of(name: str, message: str) -> list[dict[str, Any]]:
    """The choices of the chunks in which a server of this dialect sends its reply, one token each."""
    said = Said.of(message, script_of(message), 0)
    if name == SERVER:
        chunks = chat_chunks(said, with_usage=False)
    else:
        prompt = DIALECTS[name].render([UserMessage(text=message)], TOOLS)
        chunks = completion_chunks({"prompt": prompt, "max_tokens": 10**9}, said, DIALECTS[name])
    return [chunk["choices"][0] for chunk in chunks]


def reader_of(name: str) -> ChunkReader:
    if name == SERVER:
        return ReplyReader(TOOLS)
    return TextReader(DIALECTS[name], DIALECTS[name].parser(TOOLS), Lines(TOOLS))


def read(name: str, choices: Sequence[dict[str, Any]]) -> float:
    """CPU seconds."""
    reader = reader_of(name)
    began = time.process_time()
    for choice in choices:
        reader.read_choice(choice)
    reader.finish = "stop"
    last: list[Part] = reader.end()  # type: ignore[attr-defined]
    spent = time.process_time() - began
    assert isinstance(last[-1], Reply)
    assert len(last[-1].calls) == 1
    return spent


def parser_cost(name: str, choices: Sequence[dict[str, Any]], rounds: int = 5) -> float:
    """CPU milliseconds per 1,000 tokens, the least of the rounds."""
    return min(read(name, choices) for _ in range(rounds)) * 1e6 / len(choices)


async def stream_cost(url: str, name: str) -> float:
    """CPU milliseconds per 1,000 tokens of a client that reads STREAMS streams at PACE_MS."""
    message = f"[[words {STREAM_TOKENS}]] [[pace {PACE_MS}]] {CALL}"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        model = model_for(session, Endpoint(url=url, model="scripted"), dialect=name)

        async def heard() -> None:
            parts = [part async for part in model.stream([UserMessage(text=message)], TOOLS)]
            assert isinstance(parts[-1], Reply)
            assert len(parts[-1].calls) == 1

        began = time.process_time()
        await asyncio.gather(*(heard() for _ in range(STREAMS)))
    return (time.process_time() - began) * 1e6 / (STREAMS * STREAM_TOKENS)


def measured(url: str, name: str, count: int, rounds: int) -> dict[str, Any]:
    """Parser and stream in turns, the least of each: what else the machine does only adds to them."""
    said, long_said = choices_of(name, words_and_a_call(count)), choices_of(name, long_argument(count))
    taken = [
        (parser_cost(name, said), parser_cost(name, long_said), uvloop.run(stream_cost(url, name)))
        for _ in range(rounds)
    ]
    words, long, stream = map(min, zip(*taken, strict=True))
    return {
        "workload": f"parser {name}",
        "tokens_per_s": round(1e6 / words),
        "parser_cpu_ms_per_1k": round(words, 2),
        "long_argument_cpu_ms_per_1k": None if name == SERVER else round(long, 2),
        "stream_cpu_ms_per_1k": round(stream, 1),
        "share_percent": round(words / stream * 100, 1),
        "share_bar_percent": BAR_PERCENT,
        "errors": 0,
    }


def measure(*, count: int = 2000, rounds: int = 5) -> Report:
    with ScriptedProcess() as model:
        return [measured(model.url, name, count, rounds) for name in NAMES]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tokens", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    chosen = options.parse_args()
    began = load()
    say("parsers", measure(count=chosen.tokens, rounds=chosen.rounds), as_json=chosen.json, began=began)


if __name__ == "__main__":
    main()
