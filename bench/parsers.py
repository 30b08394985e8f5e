"""What reading a dialect costs: tokens per second, CPU per 1,000 tokens, and the share of a stream's whole CPU.

The streams are `CompletionsModel` (for `server`: `ChatModel`) reading a scripted server in another process, 64 at once
with 20 ms between tokens, so their CPU is that of a client alone: sockets, HTTP, events, JSON and the parser. In the
product (`bench.streams`) the journal and the readers come on top, and the share is smaller still.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

import aiohttp
import uvloop

from inference.dialects import DIALECTS, NAMES, SERVER
from inference.dialects.base import Dialect, Ending
from inference.loop import Reply, TextPart
from inference.messages import UserMessage
from inference.models import model_for
from inference.salvage import LeakedThought, Salvage
from inference.scripted_completions import written
from inference.scripted_replies import Reply as Said
from inference.scripted_replies import reply_tokens, script_of
from inference.selftest import CLOCK, WEATHER
from inference.streaming import Endpoint
from inference.tools import Tool

TOOLS: Sequence[Tool] = (WEATHER, CLOCK)
STREAMS, STREAM_TOKENS, PACE_MS = 64, 128, 20
CALL = '[[call get_weather {"city": "北京"}]]'


def tokens_of(dialect: Dialect, count: int) -> list[str]:
    """A reply of words and a call, in the tokens of the wire."""
    message = f"[[words {count}]] {CALL}"
    prompt = dialect.render([UserMessage(text=message)], TOOLS)
    return written(Said.of(message, script_of(message), 0), prompt, dialect)


def parse(name: str, tokens: Sequence[str]) -> int:
    """Read the tokens one by one; how many calls there were."""
    if name == SERVER:
        leaked, salvage = LeakedThought(), Salvage(TOOLS)
        for token in tokens:
            for part in leaked.feed(token):
                if isinstance(part, TextPart):
                    salvage.feed(part.text)
        return 1
    parser = DIALECTS[name].parser(TOOLS)
    for token in tokens:
        parser.feed(token)
    return len(parser.end(Ending(awaits=True))[1])


def parser_cost(name: str, count: int, rounds: int) -> dict[str, Any]:
    tokens = tokens_of(DIALECTS[name], count) if name != SERVER else reply_tokens("salvage", count)
    times = []
    for _ in range(rounds):
        began = time.process_time()
        assert parse(name, tokens) == 1
        times.append(time.process_time() - began)
    best = sorted(times)[len(times) // 2] / len(tokens)
    return {"tokens_per_s": round(1 / best), "parser_cpu_ms_per_1k": round(best * 1e6, 3)}


async def stream_cost(url: str, name: str) -> float:
    """CPU milliseconds per 1,000 tokens of a client that reads STREAMS streams at PACE_MS."""
    message = f"[[words {STREAM_TOKENS}]] [[pace {PACE_MS}]] {CALL}"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        model = model_for(session, Endpoint(url=url, model="scripted"), dialect=name)

        async def read() -> None:
            parts = [part async for part in model.stream([UserMessage(text=message)], TOOLS)]
            assert isinstance(parts[-1], Reply)
            assert len(parts[-1].calls) == 1

        began = time.process_time()
        await asyncio.gather(*(read() for _ in range(STREAMS)))
    return (time.process_time() - began) * 1e6 / (STREAMS * STREAM_TOKENS)


def measure(url: str, name: str, count: int, rounds: int) -> dict[str, Any]:
    found = parser_cost(name, count, rounds)
    stream = uvloop.run(stream_cost(url, name))
    share = found["parser_cpu_ms_per_1k"] / stream
    return {"dialect": name, **found, "stream_cpu_ms_per_1k": round(stream, 2), "share_percent": round(share * 100, 1)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tokens", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    chosen = options.parse_args()
    server = subprocess.Popen([sys.executable, "-m", "inference.scripted"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    url = f"http://127.0.0.1:{json.loads(server.stdout.readline())['port']}/v1"
    try:
        results = [measure(url, name, chosen.tokens, chosen.rounds) for name in NAMES]
    finally:
        server.terminate()
        server.wait(10)
    if chosen.json:
        print(json.dumps({"workload": "parsers", "results": results}))
    else:
        for result in results:
            print(result)


if __name__ == "__main__":
    main()
