"""Thirty-two conversations at once on real vLLM: each answer whole, and word for word what the model server sent."""

import asyncio
import json
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.support.instance import Instance

pytestmark = [pytest.mark.journey, pytest.mark.model, pytest.mark.timeout(900)]

CONVERSATIONS = 32


class Recorder:
    """Passes requests on to the model server and writes down what it answers, by the last user message."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self.key = key
        self.sent: dict[str, str] = defaultdict(str)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        target = self.url.removesuffix("/v1") + request.path
        async with (
            aiohttp.ClientSession() as session,
            session.request(request.method, target, data=body or None, headers=headers) as upstream,
        ):
            response = web.StreamResponse(status=upstream.status, headers={"Content-Type": upstream.content_type})
            await response.prepare(request)
            whole = b""
            async for chunk in upstream.content.iter_any():
                whole += chunk
                with suppress(ConnectionError):  # whoever has read `[DONE]` may hang up before the end
                    await response.write(chunk)
            with suppress(ConnectionError):
                await response.write_eof()
        if request.path.endswith("/chat/completions"):
            self._note(json.loads(body), whole.decode())
        return response

    def _note(self, asked: dict[str, Any], stream: str) -> None:
        question = asked["messages"][-1]["content"]
        for line in stream.splitlines():
            if line.startswith("data: {"):
                choices = json.loads(line[6:]).get("choices") or [{}]
                self.sent[question] += (choices[0].get("delta") or {}).get("content") or ""


def test_thirty_two_answers_are_whole_and_as_sent(instance: Instance) -> None:
    instance.wait_for("model", seconds=420)
    # In a thread: the browser of the other journeys has this one's event loop.
    with ThreadPoolExecutor(1) as thread:
        sent, heard = thread.submit(asyncio.run, _through_recorder(instance)).result()
    assert len(heard) == CONVERSATIONS
    assert {question: sent[question] for question in heard} == heard
    assert all(heard.values())


async def _through_recorder(instance: Instance) -> tuple[dict[str, str], dict[str, str]]:
    served = json.loads((instance.home / "run" / "model.json").read_text())
    recorder = Recorder(served["url"], served["key"])
    runner = web.AppRunner(web.Application())
    runner.app.router.add_route("*", "/{path:.*}", recorder.handle)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with aiohttp.ClientSession(base_url=instance.url, connector=aiohttp.TCPConnector(limit=0)) as http:
            heard = await _talk(http, f"http://127.0.0.1:{runner.addresses[0][1]}/v1", served["name"])
    finally:
        await runner.cleanup()
    return recorder.sent, heard


async def _talk(http: aiohttp.ClientSession, url: str, name: str) -> dict[str, str]:
    """What 32 readers of the instance got, by question."""
    person = {"email": "ann@example.com", "password": "correct horse battery"}
    signed = await _post(http, "/_allauth/app/v1/auth/login", person)
    http.headers["X-Session-Token"] = signed["meta"]["session_token"]
    model = await _post(http, "/api/v1/models", {"name": "Recorded", "url": url, "model": name})
    draft = {"name": "Many", "model": {"id": model["id"], "max_tokens": 64}}
    agent = await _post(http, "/api/v1/agents", {"draft": draft})
    questions = [f"Tell me one thing about the number {number}." for number in range(1, CONVERSATIONS + 1)]
    answers = await asyncio.gather(*(_ask(http, agent["id"], question) for question in questions))
    return dict(zip(questions, answers, strict=True))


async def _ask(http: aiohttp.ClientSession, agent_id: str, question: str) -> str:
    conversation = await _post(http, "/api/v1/conversations", {"agent_id": agent_id})
    started = await _post(http, f"/api/v1/conversations/{conversation['id']}/runs", {"text": question})
    streamed, final = "", ""
    async with http.get(f"/api/v1/runs/{started['run']['id']}/events") as response:
        async for line in response.content:
            if line.startswith(b"data: "):
                event = json.loads(line[6:])
                if event["type"] == "text_added":
                    streamed += event["text"]
                elif event["type"] == "turn_finished":
                    final = event["text"]
    assert streamed == final
    return final


async def _post(http: aiohttp.ClientSession, path: str, body: dict[str, Any]) -> Any:
    async with http.post(path, json=body) as response:
        told = await response.json()
        assert response.status < 300, told
        return told
