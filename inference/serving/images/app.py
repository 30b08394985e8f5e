"""The images endpoint over HTTP: one request at a time, an event for each step, ended when its client leaves."""

import asyncio
import base64
import logging
import threading
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, Protocol

import orjson
from aiohttp import web

from inference.pictures import EVENT_STREAM, NotPossible, PictureRequest, Step, read_size

Told = Callable[[Step], None]
MOST_BODY = 1 << 20
log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Nobody waits for the picture any more."""


class Painter(Protocol):
    """What draws; it works in a thread of its own."""

    name: str

    def paint(self, wanted: PictureRequest, tell: Told) -> list[bytes]:
        """PNG files. `tell` is called after each step; it raises Cancelled when the work is to end."""
        ...


PAINTER = web.AppKey("painter", Painter)
TURN = web.AppKey("turn", asyncio.Lock)


def application(painter: Painter) -> web.Application:
    """The server for one painter."""
    app = web.Application(client_max_size=MOST_BODY)
    app[PAINTER], app[TURN] = painter, asyncio.Lock()
    app.router.add_get("/health", _health)
    app.router.add_get("/v1/models", _models)
    app.router.add_post("/v1/images/generations", _generate)
    return app


async def _health(_request: web.Request) -> web.Response:
    return web.Response()


async def _models(request: web.Request) -> web.Response:
    return web.json_response({"object": "list", "data": [{"id": request.app[PAINTER].name, "object": "model"}]})


async def _generate(request: web.Request) -> web.StreamResponse:
    try:
        body = orjson.loads(await request.read())
        wanted = _wanted(body)
    except (NotPossible, orjson.JSONDecodeError, AttributeError, TypeError, ValueError) as error:
        return web.json_response({"error": {"message": str(error), "code": "invalid_request"}}, status=400)
    streams = body.get("stream") is True or EVENT_STREAM in request.headers.get("Accept", "")
    return await (_streamed(request, wanted) if streams else _whole(request, wanted))


def _wanted(body: dict[str, Any]) -> PictureRequest:
    """Raises NotPossible, TypeError or ValueError."""
    width, height = read_size(str(body.get("size") or "1024x1024"))
    steps, seed = body.get("num_inference_steps"), body.get("seed")
    return PictureRequest(
        prompt=str(body["prompt"]) if body.get("prompt") else "",
        negative_prompt=str(body.get("negative_prompt") or ""),
        width=width,
        height=height,
        steps=None if steps is None else int(steps),
        seed=None if seed is None else int(seed),
        n=int(body.get("n") or 1),
    )


async def _whole(request: web.Request, wanted: PictureRequest) -> web.Response:
    async with aclosing(_drawn(request.app, wanted)) as events:
        [answer] = [event async for event in events if not isinstance(event, Step)]
    return web.json_response(answer, status=500 if "error" in answer else 200)


async def _streamed(request: web.Request, wanted: PictureRequest) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": EVENT_STREAM, "Cache-Control": "no-store"})
    await response.prepare(request)
    async with aclosing(_drawn(request.app, wanted)) as events:
        async for event in events:
            told = {"step": event.done, "of": event.of} if isinstance(event, Step) else event
            await response.write(b"data: " + orjson.dumps(told) + b"\n\n")
    return response


async def _drawn(app: web.Application, wanted: PictureRequest) -> AsyncGenerator[Step | dict[str, Any], None]:
    """The steps, then the answer's body. Left early, the painter stops after its step, and then the next one begins."""
    async with app[TURN]:
        loop, ended = asyncio.get_running_loop(), threading.Event()
        steps: asyncio.Queue[Step | None] = asyncio.Queue()

        def tell(step: Step) -> None:
            if ended.is_set():
                raise Cancelled
            loop.call_soon_threadsafe(steps.put_nowait, step)

        work = loop.run_in_executor(None, app[PAINTER].paint, wanted, tell)
        work.add_done_callback(lambda _work: steps.put_nowait(None))
        try:
            while step := await steps.get():
                yield step
            yield _answer(work)
        finally:
            ended.set()
            await asyncio.shield(asyncio.wait([work]))


def _answer(work: "asyncio.Future[list[bytes]]") -> dict[str, Any]:
    if error := work.exception():
        log.error("A picture could not be drawn.", exc_info=error)
        return {"error": {"message": f"The picture could not be drawn ({type(error).__name__}).", "code": "failed"}}
    files = [{"b64_json": base64.b64encode(file).decode()} for file in work.result()]
    return {"created": int(time.time()), "data": files}
