"""A model server for tests and benchmarks: the real protocol over HTTP, but what the model says is written beforehand.

The last user message directs it, in double square brackets, so that a test needs no other wire to it:

- `[[say TEXT]]`            answer with TEXT
- `[[words 256]]`           answer with 256 known words, `reply_text(message, 256)`
- `[[pace 20]]`             20 ms between tokens
- `[[think TEXT]]`          reason first
- `[[call NAME {"a": 1}]]`  call a tool; several in one message are parallel; `[[then]]` begins the next turn
- `[[fault 500 2]]`         fail the first 2 requests of this message: a status, `hang`, or after half of the answer
                            `half` (an early end), `garbage`, `drop` (of the connection), `stall`
Without any it echoes the message.
"""

import argparse
import asyncio
import hashlib
import json
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

DIRECTIVE = re.compile(r"\[\[(\w+)\s*(.*?)\]\](?!\])", re.DOTALL)
VOCABULARY = ("alpha", "beta", "gamma", "delta", "云", "山", "水", "火", "epsilon", "zeta", "eta", "theta")


@dataclass(slots=True)
class Script:
    """What one message asks for."""

    turns: list[list[tuple[str, str]]] = field(default_factory=lambda: [[]])
    pace: float = 0.0
    fault: str = ""
    faults: int = 0


def script_of(message: str) -> Script:
    """Read the directives of a message."""
    script = Script()
    for verb, rest in DIRECTIVE.findall(message):
        match verb:
            case "then":
                script.turns.append([])
            case "pace":
                script.pace = float(rest) / 1000
            case "fault":
                kind, _, times = rest.partition(" ")
                script.fault, script.faults = kind, int(times or 1)
            case _:
                script.turns[-1].append((verb, rest))
    return script


def reply_tokens(message: str, count: int) -> list[str]:
    """The `count` words that `[[words count]]` in `message` is answered with, each with its space."""
    seed = hashlib.sha256(message.encode()).digest()
    return [f"{VOCABULARY[(seed[i % 32] + i) % len(VOCABULARY)]}-{i} " for i in range(count)]


def reply_text(message: str, count: int) -> str:
    return "".join(reply_tokens(message, count))


class ScriptedServer:
    """The server's state: how often each message was asked, and what came in."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.requests: list[dict[str, Any]] = []
        self.open = 0
        self.aborted = 0

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/v1/chat/completions", self.chat)
        app.router.add_get("/v1/models", self.models)
        app.router.add_get("/health", self.health)
        app.router.add_get("/scripted/state", self.state)
        app.router.add_get("/scripted/requests", self.last_requests)
        return app

    async def health(self, _request: web.Request) -> web.Response:
        return web.Response()

    async def models(self, _request: web.Request) -> web.Response:
        model = {"id": "scripted", "object": "model", "owned_by": "glms", "max_model_len": 131072}
        return web.json_response({"object": "list", "data": [model]})

    async def state(self, _request: web.Request) -> web.Response:
        told = {"asked": dict(self.asked), "open": self.open, "aborted": self.aborted}
        return web.json_response(told)

    async def last_requests(self, _request: web.Request) -> web.Response:
        return web.json_response({"requests": self.requests})

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body = orjson.loads(await request.read())
        messages = body["messages"]
        asked, turn = _asked(messages)
        self.asked[asked] += 1
        self.requests = [*self.requests[-99:], body]
        script = script_of(asked)
        faulty = script.fault if self.asked[asked] <= script.faults else ""
        if faulty.isdigit():
            headers = {"Retry-After": "0"} if faulty == "429" else {}
            return web.json_response({"error": {"message": "scripted fault"}}, status=int(faulty), headers=headers)
        self.open += 1
        try:
            return await self._stream(request, body, Reply.of(asked, script, turn), faulty)
        except (asyncio.CancelledError, ConnectionError):
            self.aborted += 1
            raise
        finally:
            self.open -= 1

    async def _stream(
        self, request: web.Request, body: dict[str, Any], reply: "Reply", fault: str
    ) -> web.StreamResponse:
        if not body.get("stream"):
            return web.json_response(reply.whole())
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        if fault == "hang":
            await asyncio.sleep(3600)
        chunks = list(reply.chunks(with_usage=bool((body.get("stream_options") or {}).get("include_usage"))))
        cut = len(chunks) // 2 if fault in {"half", "drop", "garbage", "stall"} else len(chunks)
        async for chunk in _paced(chunks[:cut], reply.pace):
            await response.write(b"data: " + orjson.dumps(chunk) + b"\n\n")
        if fault == "garbage":
            await response.write(b"data: {not json\n\n")
        if fault == "stall":
            await asyncio.sleep(3600)
        if fault == "drop" and request.transport:
            request.transport.abort()
        if not fault:
            await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response


def _asked(messages: Sequence[dict[str, Any]]) -> tuple[str, int]:
    """The last user message, and how many turns the model has taken since."""
    turn = 0
    for message in reversed(messages):
        if message["role"] == "user":
            return str(message["content"]), turn
        turn += message["role"] == "assistant"
    return "", turn


async def _paced(chunks: Sequence[Any], pace: float) -> AsyncIterator[Any]:
    """`chunks`, `pace` seconds apart by the clock, not by the sleep."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for index, chunk in enumerate(chunks):
        if pace and (wait := begin + index * pace - loop.time()) > 0:
            await asyncio.sleep(wait)
        yield chunk


@dataclass(slots=True)
class Reply:
    """One answer, in tokens."""

    thinking: list[str]
    tokens: list[str]
    calls: list[tuple[str, str]]
    pace: float

    @classmethod
    def of(cls, asked: str, script: Script, turn: int) -> "Reply":
        steps = script.turns[min(turn, len(script.turns) - 1)]
        made = cls([], [], [], script.pace)
        for verb, rest in steps:
            if verb == "words":
                made.tokens += reply_tokens(asked, int(rest))
            elif verb == "say":
                made.tokens += _tokens(rest)
            elif verb == "think":
                made.thinking += _tokens(rest)
            elif verb == "call":
                name, _, arguments = rest.partition(" ")
                made.calls.append((name, arguments or "{}"))
        if not steps:
            made.tokens = _tokens(asked or "…")
        return made

    def chunks(self, *, with_usage: bool) -> list[dict[str, Any]]:
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        deltas += [{"reasoning_content": token} for token in self.thinking]
        deltas += [{"content": token} for token in self.tokens]
        for index, (name, arguments) in enumerate(self.calls):
            deltas += _call_deltas(index, name, arguments)
        told = [_chunk(delta, None) for delta in deltas]
        told.append(_chunk({}, "tool_calls" if self.calls else "stop"))
        if with_usage:
            told.append({**_chunk({}, None), "choices": [], "usage": self.usage()})
        return told

    def usage(self) -> dict[str, int]:
        completion = len(self.thinking) + len(self.tokens) + 8 * len(self.calls)
        return {"prompt_tokens": 10, "completion_tokens": completion, "total_tokens": 10 + completion}

    def whole(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": "".join(self.tokens)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return {"id": "scripted", "object": "chat.completion", "choices": [choice], "usage": self.usage()}


def _tokens(text: str) -> list[str]:
    return re.findall(r"\S+\s*|\s+", text)


def _call_deltas(index: int, name: str, arguments: str) -> list[dict[str, Any]]:
    function = {"name": name, "arguments": ""}
    begin = {"index": index, "id": f"scripted-{index}", "type": "function", "function": function}
    half = len(arguments) // 2
    rest = [{"index": index, "function": {"arguments": part}} for part in (arguments[:half], arguments[half:]) if part]
    return [{"tool_calls": [part]} for part in (begin, *rest)]


def _chunk(delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "scripted", "object": "chat.completion.chunk", "model": "scripted", "choices": [choice]}


async def serve(host: str, port: int) -> tuple[web.AppRunner, int]:
    """Serve until the runner is cleaned up. port 0: any. Returns the runner and the port."""
    runner = web.AppRunner(ScriptedServer().app(), access_log=None, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    server = site._server
    assert isinstance(server, asyncio.Server)  # noqa: S101
    return runner, server.sockets[0].getsockname()[1]


async def _main(port: int) -> None:
    runner, chosen = await serve("127.0.0.1", port)
    print(json.dumps({"port": chosen}), flush=True)  # noqa: T201
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(_main(parser.parse_args().port))
