"""Bodies that come a byte at a time, or not to their end: refused, and nobody is held up by them."""

import asyncio
from typing import Any

import pytest

from glms.core import edge
from glms.core.edge import BodyLimit


class Slow:
    """A client that sends `parts`, each after a pause; then nothing more."""

    def __init__(self, parts: list[bytes], *, pause: float) -> None:
        self.parts, self.pause = parts, pause
        self.sent: list[Any] = []

    async def receive(self) -> Any:
        if not self.parts:
            await asyncio.Event().wait()
        await asyncio.sleep(self.pause)
        return {"type": "http.request", "body": self.parts.pop(0), "more_body": True}

    async def send(self, message: Any) -> None:
        self.sent.append(message)


async def reading(_scope: Any, receive: Any, send: Any) -> None:
    while (message := await receive())["type"] != "http.disconnect":
        if not message["more_body"]:
            await send({"type": "http.response.start", "status": 200, "headers": []})


async def status_of(client: Slow) -> int:
    app = BodyLimit(reading, limit=1000, upload_limit=1000)
    await app({"type": "http", "path": "/api/v1/agents", "headers": []}, client.receive, client.send)
    return int(client.sent[0]["status"])


async def test_a_body_of_which_nothing_more_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "STALL", 0.05)
    assert await status_of(Slow([b"abc"], pause=0.0)) == 408


async def test_a_body_that_comes_a_byte_at_a_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "GRACE", 0.05)
    client = Slow([b"a"] * 500, pause=0.02)
    assert await status_of(client) == 408
    assert len(client.parts) > 400


async def test_a_whole_body_is_waited_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever listens for the client's leaving afterwards is not told that the body was slow."""
    monkeypatch.setattr(edge, "STALL", 0.05)
    messages = [{"type": "http.request", "body": b"a", "more_body": False}, {"type": "http.disconnect"}]
    client = Slow([], pause=0.0)

    async def receive() -> Any:
        await asyncio.sleep(0.15 if len(messages) == 1 else 0.0)
        return messages.pop(0)

    app = BodyLimit(reading, limit=1000, upload_limit=1000)
    await app({"type": "http", "path": "/api/v1/agents", "headers": []}, receive, client.send)
    assert [message["status"] for message in client.sent] == [200]
