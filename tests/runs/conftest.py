"""A worker's engine and a scripted model beside the test, on its database."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from inference.scripted import serve

if TYPE_CHECKING:  # this file is read before the settings are
    from tests.factories import SignedInClient
    from tests.support.talk import Talk, Worker


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop in a thread, for what a worker and a model server do."""
    made = asyncio.new_event_loop()
    thread = threading.Thread(target=made.run_forever, daemon=True)
    thread.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    thread.join()
    made.close()


@pytest.fixture(scope="session")
def model_url(loop: asyncio.AbstractEventLoop) -> Iterator[str]:
    runner, port = asyncio.run_coroutine_threadsafe(serve("127.0.0.1", 0), loop).result()
    yield f"http://127.0.0.1:{port}/v1"
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()


@pytest.fixture
def worker(
    transactional_db: None, loop: asyncio.AbstractEventLoop, model_url: str, settings: Any
) -> "Iterator[Worker]":
    from glms.runs.engine import Engine
    from tests.support.talk import Worker

    settings.MODEL_SERVER = replace(settings.MODEL_SERVER, url=model_url, name="scripted")
    titles: list[UUID | None] = []
    engine = Engine(loop, titles.append)
    asyncio.run_coroutine_threadsafe(engine.start(), loop).result()
    yield Worker(engine, titles)
    asyncio.run_coroutine_threadsafe(engine.close(), loop).result()


@pytest.fixture
def talk(worker: "Worker") -> "Callable[..., Talk]":
    """Begins a conversation with a new agent."""
    from tests.factories import make_person, sign_in
    from tests.support.talk import Talk

    def begin(*, client: "SignedInClient | None" = None, **draft: Any) -> "Talk":
        person = client or sign_in(make_person())
        agent = person.post("/api/v1/agents", {"draft": {"name": "Bob", **draft}}).json()
        made = person.post("/api/v1/conversations", {"agent_id": agent["id"]})
        assert made.status_code == 201, made.content
        return Talk(person, worker, agent, made.json()["id"])

    return begin
