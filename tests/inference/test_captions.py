"""Asking a model what it sees over real HTTP, of servers that behave and of servers that err."""

import base64
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from inference.captions import LONGEST, caption
from inference.errors import BadReply, InferenceError, ModelRefused, ModelUnavailable
from inference.streaming import Endpoint

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Saying = Callable[[dict[str, Any]], Any]


class Server:
    """Answers by a function of the body; what is no body of its own is sent as it is."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.answer: Saying = lambda _body: said("A fox.")
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        self.keys.append(request.headers.get("Authorization"))
        told = self.answer(body)
        return told if isinstance(told, web.Response) else web.json_response(told)


def said(text: Any) -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]}


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    app = web.Application(client_max_size=1 << 24)
    app.router.add_post("/v1/chat/completions", made.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield made
    await runner.cleanup()


async def seen(session: aiohttp.ClientSession, url: str, *, language: str = "English") -> str:
    endpoint = Endpoint(url=url, model="eyes", key="k", silence=5.0, connect=1.0)
    return await caption(session, endpoint, PICTURE, media_type="image/png", language=language)


async def test_the_picture_goes_along_as_it_is(session: aiohttp.ClientSession, server: Server) -> None:
    assert await seen(session, server.url, language="Chinese") == "A fox."
    [body] = server.asked
    [message] = body["messages"]
    shown, asked = message["content"]
    head, data = shown["image_url"]["url"].split(",")
    assert (head, base64.b64decode(data)) == ("data:image/png;base64", PICTURE)
    assert "Write in Chinese" in asked["text"]
    assert (body["model"], message["role"], server.keys) == ("eyes", "user", ["Bearer k"])
    assert body["max_tokens"] > 0


async def test_the_scripted_server_says_how_large_a_picture_is(
    session: aiohttp.ClientSession, scripted_url: str
) -> None:
    assert await seen(session, scripted_url) == "A picture of 1 by 1 pixels."


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<think>It has a tail.</think>\nA fox.", "A fox."),
        ("It has a tail.</think><answer>A fox.</answer>", "A fox."),
        ("<|begin_of_box|>A fox.<|end_of_box|>", "A fox."),
        ("  A fox.\x00\n", "A fox.\ufffd"),
    ],
)
async def test_what_a_model_writes_around_its_answer_is_left_out(
    session: aiohttp.ClientSession, server: Server, text: str, kept: str
) -> None:
    server.answer = lambda _body: said(text)
    assert await seen(session, server.url) == kept


async def test_a_model_that_does_not_end_is_cut(session: aiohttp.ClientSession, server: Server) -> None:
    server.answer = lambda _body: said("fox " * LONGEST)
    assert len(await seen(session, server.url)) < LONGEST + 100


@pytest.mark.parametrize(
    "told", [said(""), said(None), said("<think>It has a"), said(["no", "text"]), {"choices": []}, {}, [], "a fox"]
)
async def test_an_answer_without_words_is_a_bad_reply(
    session: aiohttp.ClientSession, server: Server, told: Any
) -> None:
    server.answer = lambda _body: told
    with pytest.raises(BadReply) as failed:
        await seen(session, server.url)
    assert not failed.value.permanent


@pytest.mark.parametrize(("status", "kind"), [(400, ModelRefused), (401, ModelRefused), (404, ModelRefused)])
async def test_a_server_that_refuses_is_asked_once(
    session: aiohttp.ClientSession, server: Server, status: int, kind: type[InferenceError]
) -> None:
    server.answer = lambda _body: web.json_response({"error": {"message": "no pictures, please"}}, status=status)
    with pytest.raises(kind) as failed:
        await seen(session, server.url)
    assert "please" not in failed.value.message
    assert len(server.asked) == 1


async def test_a_server_that_stumbles_is_asked_again(session: aiohttp.ClientSession, server: Server) -> None:
    left = [web.Response(status=503, headers={"Retry-After": "0"})]
    server.answer = lambda _body: left.pop() if left else said("A fox.")
    assert await seen(session, server.url) == "A fox."
    assert len(server.asked) == 2


async def test_a_server_that_is_not_there_is_away(session: aiohttp.ClientSession) -> None:
    with pytest.raises(ModelUnavailable):
        await seen(session, "http://127.0.0.1:9/v1")
