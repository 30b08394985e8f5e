"""All ground-truth calls of the Berkeley Function Calling Leaderboard, there and back in every dialect."""

import gzip
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web

from inference.chat import ChatModel
from inference.dialects.base import Dialect
from inference.dialects.names import Names
from inference.dialects.special import restored
from inference.dialects.xml import XmlForms
from inference.loop import Reply
from inference.messages import ToolCall, UserMessage
from inference.salvage import Salvage
from inference.scripted_chat import chat_chunks
from inference.scripted_replies import Reply as Said
from inference.streaming import Endpoint
from tests.inference.dialects.support import AWAITS, EVERY, Declared, call, hear, lead_of, written

DATA = Path(__file__).parents[1] / "data" / "bfcl_calls.json.gz"


@cache
def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(gzip.decompress(DATA.read_bytes()))
    return found


def test_the_data_is_all_there() -> None:
    calls = [name for row in rows() for name, _ in row["calls"]]
    assert len(calls) > 5000
    assert sum("." in name for name in calls) > 500


def tools_of(row: dict[str, Any]) -> list[Declared]:
    declared = row["tools"].items()
    return [Declared(name, {key: {"type": kind} for key, kind in types.items()}) for name, types in declared]


@pytest.mark.parametrize("dialect", EVERY, ids=lambda one: one.name)
def test_every_call_comes_out_equal(dialect: Dialect) -> None:
    unequal = []
    for row in rows():
        tools = tools_of(row)
        text = written(dialect, [call(name, arguments) for name, arguments in row["calls"]], tools)
        heard = hear(dialect, [lead_of(dialect), text], tools=tools, ending=AWAITS)
        if [list(one) for one in heard.calls] != row["calls"]:
            unequal.append((row["calls"], heard))
    assert unequal == []


async def test_every_call_of_a_server_that_reads_them_comes_out_equal(session: aiohttp.ClientSession) -> None:
    asked: list[list[Any]] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        row = rows()[int((await request.json())["messages"][0]["content"])]
        calls = [(name, orjson.dumps(arguments).decode()) for name, arguments in row["calls"]]
        response = web.StreamResponse()
        await response.prepare(request)
        for chunk in chat_chunks(Said([], [], calls, 0.0), with_usage=False):
            await response.write(b"data: " + orjson.dumps(chunk) + b"\n\n")
        return response

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    endpoint = Endpoint(url=f"http://127.0.0.1:{runner.addresses[0][1]}/v1", model="m")
    for number, row in enumerate(rows()):
        stream = ChatModel(session, endpoint).stream([UserMessage(text=str(number))], tools_of(row))
        [reply] = [part async for part in stream]
        assert isinstance(reply, Reply)
        asked.append([[one.name, orjson.loads(one.arguments)] for one in reply.calls])
    await runner.cleanup()
    assert asked == [row["calls"] for row in rows()]


FORMS: dict[str, Callable[[ToolCall, list[Declared]], str]] = {
    "GLM-4.5": lambda one, tools: XmlForms(tools, between="\n").write(one),
    "GLM-4.7": lambda one, tools: XmlForms(tools, between="").write(one),
    "GLM-4": lambda one, tools: f"{Names(tools).wire(one.name)}\n{one.arguments}\n",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_every_call_that_a_server_left_in_the_text_comes_out_equal(
    form: Callable[[ToolCall, list[Declared]], str],
) -> None:
    unequal = []
    for row in rows():
        tools = tools_of(row)
        salvage = Salvage(tools)
        text = salvage.feed("".join(form(call(name, arguments), tools) for name, arguments in row["calls"]))
        rest, calls = salvage.end(is_cut=False)
        found = [[one.name, orjson.loads(restored(one.arguments))] for one in calls]
        if (text + rest).strip() or found != row["calls"]:
            unequal.append((row["calls"], text + rest, found))
    assert unequal == []
