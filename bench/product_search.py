"""The product's knowledge bases through its API: upload, wait, search; for benches that measure the whole way."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, Self

import aiohttp

PASSAGES = 40
AT_ONCE = 8
LOOK_SECONDS = 0.3
LONGEST_SECONDS = 3600.0


class ProductSearch:
    """One person with one base at a time."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self._base = base
        self._knowledge = ""
        self._of_document: dict[str, int] = {}

    @classmethod
    async def sign_up(cls, url: str) -> Self:
        session = aiohttp.ClientSession()
        made = cls(session, url.rstrip("/"))
        person = {"email": f"bench{time.time_ns()}@example.com", "password": "correct horse battery", "name": "Bench"}
        signed = await made._ask("POST", "/_allauth/app/v1/auth/signup", person)
        session.headers["X-Session-Token"] = signed["meta"]["session_token"]
        return made

    async def build(self, paragraphs: Sequence[str]) -> None:
        """Each paragraph a document of a new base; returns when all can be searched."""
        await self.base_add()
        limit = asyncio.Semaphore(AT_ONCE)

        async def one(number: int, text: str) -> None:
            async with limit:
                self._of_document[await self.text_add(f"{number}.txt", text)] = number

        await asyncio.gather(*(one(number, text) for number, text in enumerate(paragraphs)))
        await self._until_ready(len(set(paragraphs)))

    async def base_add(self) -> None:
        """A new base, which everything else here is about from now on."""
        base = await self._ask("POST", "/api/v1/knowledge", {"name": f"Bench {time.time_ns()}"})
        self._knowledge = base["id"]
        self._of_document = {}

    async def upload(self, files: Mapping[str, bytes]) -> None:
        """As a person does, one after the other; returns when all can be searched."""
        for name, content in files.items():
            form = aiohttp.FormData()
            form.add_field("file", content, filename=name)
            await self._ask("POST", f"/api/v1/knowledge/{self._knowledge}/documents", data=form)
        await self._until_ready(len(files))

    async def text_add(self, name: str, text: str) -> str:
        """The id of the document; it is not waited for."""
        body = {"name": name, "text": text}
        return str((await self._ask("POST", f"/api/v1/knowledge/{self._knowledge}/documents/text", body))["id"])

    async def delete(self, document: str) -> None:
        await self._ask("DELETE", f"/api/v1/documents/{document}")

    async def found(self, question: str) -> list[str]:
        """The documents of the ten best passages."""
        body = {"query": question, "knowledge_ids": [self._knowledge], "top_k": 10}
        passages = (await self._ask("POST", "/api/v1/knowledge/search", body))["passages"]
        return [passage["document"]["id"] for passage in passages]

    async def index_anew(self) -> None:
        """Build an index like the active one beside it, and wait for it."""
        path = f"/api/v1/knowledge/{self._knowledge}/indexes"
        made = await self._ask("POST", path, {})
        until = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < until:
            states = {one["id"]: one["status"] for one in (await self._ask("GET", path))["items"]}
            if states[made["id"]] != "building":
                break
            await asyncio.sleep(LOOK_SECONDS)
        if states[made["id"]] != "ready":
            raise RuntimeError(f"the index is {states[made['id']]}")

    async def _until_ready(self, count: int) -> None:
        until = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < until:
            counts = (await self._ask("GET", f"/api/v1/knowledge/{self._knowledge}"))["counts"]
            if counts["failed"]:
                raise RuntimeError(f"{counts['failed']} documents failed")
            if counts["ready"] == count:
                return
            await asyncio.sleep(LOOK_SECONDS)
        raise RuntimeError("the documents did not become ready")

    async def ranked(self, question: str, mode: str) -> list[int]:
        """The numbers of the paragraphs, best first."""
        body = {"query": question, "knowledge_ids": [self._knowledge], "mode": mode, "top_k": PASSAGES}
        passages = (await self._ask("POST", "/api/v1/knowledge/search", body))["passages"]
        return list(dict.fromkeys(self._of_document[passage["document"]["id"]] for passage in passages))

    async def close(self) -> None:
        await self._session.close()

    async def _ask(self, method: str, path: str, body: Any = None, *, data: Any = None) -> Any:
        async with self._session.request(method, self._base + path, json=body, data=data) as response:
            if response.status == 204:
                return None
            told = await response.json()
            if response.status >= 400:
                raise RuntimeError(f"{path}: {response.status} {told}")
            return told
