"""Asking for pictures over real HTTP: of our own server with a painter that is quick, and of servers that err."""

import base64
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from inference.errors import BadReply, InferenceError, ModelRefused, ModelUnavailable
from inference.images import ImageModel, Pictures
from inference.pictures import NotPossible, PictureRequest, Step, read_size
from inference.selftest import red_png
from inference.serving.images.app import Cancelled, Told, application
from inference.streaming import Endpoint

PNG = red_png(8)
WANTED = PictureRequest(prompt="a red square", width=512, height=768, negative_prompt="blue", steps=3, seed=1)


class Quick:
    """Draws red squares, and steps on only when it is let."""

    name = "quick"

    def __init__(self, pause: float = 0.0) -> None:
        self.asked: list[PictureRequest] = []
        self.pause = pause
        self.free = threading.Event()
        self.free.set()
        self.cancelled = threading.Event()

    def paint(self, wanted: PictureRequest, tell: Told) -> list[bytes]:
        self.asked.append(wanted)
        if wanted.prompt == "break":
            raise RuntimeError("secret detail")
        try:
            for step in range(wanted.steps or 1):
                self.free.wait(10)
                time.sleep(self.pause)
                tell(Step(step + 1, wanted.steps or 1))
        except Cancelled:
            self.cancelled.set()
            raise
        return [PNG] * wanted.n


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    await runner.cleanup()


def model(session: aiohttp.ClientSession, url: str, **options: Any) -> ImageModel:
    return ImageModel(session, Endpoint(url=url, model="quick", key="k", silence=10), **options)


async def test_steps_are_told_and_the_picture_comes(session: aiohttp.ClientSession) -> None:
    painter = Quick()
    async with served(application(painter)) as url:
        told = [event async for event in model(session, url).draw(WANTED)]
    assert told == [Step(1, 3), Step(2, 3), Step(3, 3), Pictures((PNG,))]
    assert painter.asked == [WANTED]


async def test_closing_stops_the_painter_and_the_next_request_is_served(session: aiohttp.ClientSession) -> None:
    painter = Quick(pause=0.05)
    async with served(application(painter)) as url:
        drawing = model(session, url).draw(PictureRequest(prompt="long", steps=200))
        assert await anext(drawing) == Step(1, 200)
        await drawing.aclose()
        assert [event async for event in model(session, url).draw(WANTED)][-1] == Pictures((PNG,))
    assert painter.cancelled.is_set()


async def test_without_a_stream_the_answer_is_one_object(session: aiohttp.ClientSession) -> None:
    body = {"prompt": "x", "n": 2}
    async with served(application(Quick())) as url, session.post(f"{url}/images/generations", json=body) as answer:
        told = await answer.json()
    assert [base64.b64decode(item["b64_json"]) for item in told["data"]] == [PNG, PNG]


@pytest.mark.parametrize(
    "body", [{}, {"prompt": "x", "size": "100x100"}, {"prompt": "x", "n": 99}, {"prompt": "x", "n": "a"}, []]
)
async def test_the_server_refuses_what_cannot_be_drawn(session: aiohttp.ClientSession, body: Any) -> None:
    painter = Quick()
    async with served(application(painter)) as url, session.post(f"{url}/images/generations", json=body) as answer:
        assert answer.status == 400
    assert painter.asked == []


async def test_a_painter_that_breaks_is_told_without_its_words(session: aiohttp.ClientSession) -> None:
    async with served(application(Quick())) as url:
        with pytest.raises(ModelUnavailable, match="failed while it drew"):
            [event async for event in model(session, url).draw(PictureRequest(prompt="break"))]


def answering(answer: Callable[[], web.Response]) -> web.Application:
    async def handle(_request: web.Request) -> web.Response:
        return answer()

    app = web.Application()
    app.router.add_post("/v1/images/generations", handle)
    return app


async def test_an_address_is_fetched_by_the_guard_it_was_given(session: aiohttp.ClientSession) -> None:
    async def fetch(url: str) -> bytes:
        return f"from {url}".encode()

    app = answering(lambda: web.json_response({"data": [{"url": "https://pictures.example/1.png"}]}))
    async with served(app) as url:
        told = [event async for event in model(session, url, fetch=fetch).draw(WANTED)]
        with pytest.raises(BadReply, match="an address"):
            [event async for event in model(session, url).draw(WANTED)]
    assert told == [Pictures((b"from https://pictures.example/1.png",))]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda: web.Response(status=500), ModelUnavailable),
        (lambda: web.Response(status=429), ModelUnavailable),
        (lambda: web.Response(status=401), ModelRefused),
        (lambda: web.Response(status=404), ModelRefused),
        (lambda: web.Response(status=400), ModelRefused),
        (lambda: web.Response(text="no json"), BadReply),
        (lambda: web.json_response({"data": []}), BadReply),
        (lambda: web.json_response({"data": [{"b64_json": "%%%"}]}), BadReply),
        (lambda: web.Response(text="data: {}\n", content_type="text/event-stream"), BadReply),
        (lambda: web.Response(text="", content_type="text/event-stream"), ModelUnavailable),
    ],
)
async def test_each_failure_is_told_in_our_words(
    session: aiohttp.ClientSession, answer: Callable[[], web.Response], error: type[InferenceError]
) -> None:
    async with served(answering(answer)) as url:
        with pytest.raises(error):
            [event async for event in model(session, url).draw(WANTED)]


async def test_a_server_that_is_away_is_told(session: aiohttp.ClientSession) -> None:
    with pytest.raises(ModelUnavailable):
        [event async for event in model(session, "http://127.0.0.1:9/v1").draw(WANTED)]


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt": " "},
        {"width": 480},
        {"height": 2080},
        {"width": 1000},
        {"width": 2048, "height": 2048},
        {"steps": 0},
        {"n": 0},
    ],
)
def test_what_no_model_draws_is_not_asked_for(fields: dict[str, Any]) -> None:
    with pytest.raises(NotPossible):
        PictureRequest(**{"prompt": "x"} | fields)


@pytest.mark.parametrize("text", ["", "1024", "axb", "1024x", "-1x5", "１０２４x1024"])
def test_a_size_is_two_numbers(text: str) -> None:
    with pytest.raises(NotPossible):
        read_size(text)
    assert read_size(" 1440X720 ") == (1440, 720)
