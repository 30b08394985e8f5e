"""A real HTTP server that behaves as model servers do, and one that sends just the bytes it is given."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from inference.loop import Model
from inference.models import model_for
from inference.scripted import serve
from inference.streaming import Endpoint

Make = Callable[..., Model]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
async def scripted_url() -> AsyncIterator[str]:
    """The base of a scripted server, which ends in `/v1`."""
    runner, port = await serve("127.0.0.1", 0)
    yield f"http://127.0.0.1:{port}/v1"
    await runner.cleanup()


@pytest.fixture
def scripted_model(session: aiohttp.ClientSession, scripted_url: str) -> Make:
    """Makes models of any dialect at the scripted server."""

    def model(dialect: str = "server", **options: Any) -> Model:
        return model_for(session, Endpoint(url=scripted_url, model="scripted"), dialect=dialect, **options)

    return model


@dataclass
class RawServer:
    """Answers every POST with the same bytes."""

    session: aiohttp.ClientSession
    seen: list[dict[str, Any]] = field(default_factory=list)
    runners: list[web.AppRunner] = field(default_factory=list)

    async def model(self, *chunks: bytes, status: int = 200, dialect: str = "server", **options: Any) -> Model:
        async def answer(request: web.Request) -> web.StreamResponse:
            self.seen.append(await request.json())
            response = web.StreamResponse(status=status)
            await response.prepare(request)
            for chunk in chunks:
                await response.write(chunk)
            await response.write_eof()
            return response

        app = web.Application()
        app.router.add_post("/v1/{path:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        self.runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        endpoint = Endpoint(url=url, model="raw", key="k", silence=options.pop("silence", 60.0))
        return model_for(self.session, endpoint, dialect=dialect, **options)


@pytest.fixture
async def raw_server(session: aiohttp.ClientSession) -> AsyncIterator[RawServer]:
    server = RawServer(session)
    yield server
    for runner in server.runners:
        await runner.cleanup()


Served = Callable[..., Awaitable[Model]]
