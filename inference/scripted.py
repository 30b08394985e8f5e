"""A model server for tests and benchmarks: the real protocol over HTTP, but what the model says is written beforehand.

The last user message directs it, in double square brackets, so that a test needs no other wire to it:

- `[[say TEXT]]`            answer with TEXT
- `[[words 256]]`           answer with 256 known words, `reply_text(message, 256)`
- `[[pace 20]]`             20 ms between tokens
- `[[think TEXT]]`          reason first
- `[[call NAME {"a": 1}]]`  call a tool; several in one message are parallel; `[[then]]` begins the next turn
- `[[raw TEXT]]`           answer with just this text, in whatever form a model might have written it
- `[[fault 500 2]]`         fail the first 2 requests of this message: a status, `hang`, or after half of the answer
                            `half` (an early end), `garbage`, `drop` (of the connection), `stall`
Without any it echoes the message, or tells how large the pictures in it are. `/v1/completions` gets the same directives
within a prompt; the dialect is told by the prompt's form, and the answer is the raw text that such a model would write.
`/tokenize` counts.
`POST /scripted/answers` gives messages without directives theirs.
"""

import argparse
import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson
from aiohttp import web

from inference.scripted_chat import chat_chunks, chat_whole
from inference.scripted_completions import asked_in, completion_chunks, completion_whole, dialect_of
from inference.scripted_pictures import seen
from inference.scripted_replies import DIRECTIVE, Reply, reply_text, reply_tokens, script_of
from inference.scripted_tokens import tokenized

__all__ = ["reply_text", "reply_tokens", "serve"]

MAX_MODEL_LEN = 131_072


class ScriptedServer:
    """The server's state: how often each message was asked, and what came in."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.requests: list[dict[str, Any]] = []
        self.open = 0
        self.aborted = 0
        self.answers: dict[str, str] = {}

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/v1/chat/completions", self.chat)
        app.router.add_post("/v1/completions", self.completions)
        app.router.add_post("/tokenize", self.tokenize)
        app.router.add_get("/v1/models", self.models)
        app.router.add_get("/health", self.health)
        app.router.add_get("/scripted/state", self.state)
        app.router.add_get("/scripted/requests", self.last_requests)
        app.router.add_post("/scripted/answers", self.learn)
        return app

    async def health(self, _request: web.Request) -> web.Response:
        return web.Response()

    async def models(self, _request: web.Request) -> web.Response:
        model = {"id": "scripted", "object": "model", "owned_by": "glms", "max_model_len": MAX_MODEL_LEN}
        return web.json_response({"object": "list", "data": [model]})

    async def state(self, _request: web.Request) -> web.Response:
        told = {"asked": dict(self.asked), "open": self.open, "aborted": self.aborted}
        return web.json_response(told)

    async def last_requests(self, _request: web.Request) -> web.Response:
        return web.json_response({"requests": self.requests})

    async def learn(self, request: web.Request) -> web.Response:
        """Directives for messages that have none: `{"what a message contains": "[[say this]]"}`."""
        self.answers |= orjson.loads(await request.read())
        return web.Response(status=204)

    def _directed(self, asked: str) -> str:
        """The message with its directives, or those learned for it."""
        return next((told for part, told in self.answers.items() if part in asked), asked)

    async def tokenize(self, request: web.Request) -> web.Response:
        return web.json_response(tokenized(orjson.loads(await request.read()), MAX_MODEL_LEN))

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body = orjson.loads(await request.read())
        asked, turn = _asked(body["messages"])
        directed = self._directed(asked)
        shown = "" if DIRECTIVE.search(directed) else seen(body["messages"])
        reply = Reply.of(shown or asked, script_of(shown or directed), turn)
        if not body.get("stream"):
            return await self._answer(request, asked, body, chat_whole(reply))
        chunks = chat_chunks(reply, with_usage=bool((body.get("stream_options") or {}).get("include_usage")))
        return await self._answer(request, asked, body, chunks)

    async def completions(self, request: web.Request) -> web.StreamResponse:
        body = orjson.loads(await request.read())
        asked, turn = asked_in(body["prompt"])
        chunks = completion_chunks(
            body, Reply.of(asked, script_of(self._directed(asked)), turn), dialect_of(body["prompt"])
        )
        if not body.get("stream"):
            return await self._answer(request, asked, body, completion_whole(chunks, body["prompt"]))
        return await self._answer(request, asked, body, chunks)

    async def _answer(
        self, request: web.Request, asked: str, body: dict[str, Any], told: dict[str, Any] | list[dict[str, Any]]
    ) -> web.StreamResponse:
        """Whole, or in chunks, or with the fault that the message asks for."""
        self.asked[asked] += 1
        self.requests = [*self.requests[-99:], body]
        script = script_of(self._directed(asked))
        faulty = script.fault if self.asked[asked] <= script.faults else ""
        if faulty.isdigit():
            headers = {"Retry-After": "0"} if faulty == "429" else {}
            return web.json_response({"error": {"message": "scripted fault"}}, status=int(faulty), headers=headers)
        if isinstance(told, dict):
            return web.json_response(told)
        self.open += 1
        try:
            return await _stream(request, told, script.pace, faulty)
        except (asyncio.CancelledError, ConnectionError):
            self.aborted += 1
            raise
        finally:
            self.open -= 1


async def _stream(
    request: web.Request, chunks: Sequence[dict[str, Any]], pace: float, fault: str
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    if fault == "hang":
        await asyncio.sleep(3600)
    cut = len(chunks) // 2 if fault in {"half", "drop", "garbage", "stall"} else len(chunks)
    async for chunk in _paced(chunks[:cut], pace):
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
            return _text(message["content"]), turn
        turn += message["role"] == "assistant"
    return "", turn


def _text(content: Any) -> str:
    """The words of a message that may hold pictures."""
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content)
    return str(content)


async def _paced(chunks: Sequence[Any], pace: float) -> AsyncIterator[Any]:
    """`chunks`, `pace` seconds apart by the clock, not by the sleep."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for index, chunk in enumerate(chunks):
        if pace and (wait := begin + index * pace - loop.time()) > 0:
            await asyncio.sleep(wait)
        yield chunk


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
