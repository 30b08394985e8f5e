"""The page's socket: one per tab, on which it follows runs and watches conversations."""

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any
from uuid import UUID

import orjson
import structlog
from channels.generic.websocket import AsyncWebsocketConsumer

from glms.accounts.auth import actor_from_scope
from glms.accounts.models import User
from glms.core.database import AWAY, in_thread
from glms.runs.journal.reader import TooSlow, follow, hub
from glms.runs.selectors import conversation_visible, run_visible
from glms.runs.streams import RECHECK

log = structlog.get_logger(__name__)

MAX_FRAME = 4096
MAX_FOLLOWED = 64
RATE = 50
"""Bytes of a client's message, runs and conversations at once, and messages a second that one socket may send."""
MAX_SEQ = 2**31 - 1
PATIENCE = 5.0
"""Seconds that a browser waits for its socket while the database says nothing."""
TRY_AGAIN_LATER = 1013
"""Close code while the database is away (IANA's registry of WebSocket close codes)."""

may_follow = in_thread(run_visible)
may_watch = in_thread(conversation_visible)


class BadMessage(Exception):
    """A message that is not of the protocol: the socket stays open."""


class RunsConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Speaks the protocol of `docs/api-contract.md`: follow, unfollow, watch, unwatch, ping."""

    async def connect(self) -> None:
        self.user: User | None = None
        self.tasks: dict[tuple[str, UUID], asyncio.Task[None]] = {}
        self.is_shut = False
        self.allowance, self.counted = float(RATE), time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                self.user = await actor_from_scope(self.scope)
        except AWAY:
            await self._refuse(TRY_AGAIN_LATER)
            return
        if self.user is None:
            await self._refuse(4401)
            return
        await self.accept()
        self.guard = asyncio.create_task(self._recheck())

    async def disconnect(self, code: int) -> None:
        self._let_go()
        if self.user:
            self.guard.cancel()

    async def _refuse(self, code: int) -> None:
        """Accepted first: a browser is told no code of a socket that never opened."""
        await self.accept()
        await self._shut(code)

    def _let_go(self) -> None:
        for kind, key in list(self.tasks):
            self._drop(kind, key)

    async def _shut(self, code: int) -> None:
        """Close once; what the client still sends, and what was still to be sent to it, is dropped."""
        self.is_shut = True
        self._let_go()
        await self.close(code=code)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.is_shut:
            return
        if not self._within_rate():
            await self._shut(4429)
            return
        try:
            await self._handle(_object(text_data, bytes_data))
        except BadMessage as error:
            await self._tell({"type": "error", "code": "invalid_request", "message": str(error)})

    def _within_rate(self) -> bool:
        now = time.monotonic()
        self.allowance = min(float(RATE), self.allowance + (now - self.counted) * RATE) - 1
        self.counted = now
        return self.allowance >= 0

    async def _handle(self, message: dict[str, Any]) -> None:
        match message.get("type"):
            case "ping":
                await self._tell({"type": "pong"})
            case "follow":
                run_id, after = _id(message, "run_id"), _number(message, "after")
                self._begin("run", run_id, self._follow(run_id, after))
            case "watch":
                conversation_id = _id(message, "conversation_id")
                self._begin("conversation", conversation_id, self._watch(conversation_id))
            case "unfollow":
                self._drop("run", _id(message, "run_id"))
            case "unwatch":
                self._drop("conversation", _id(message, "conversation_id"))
            case _:
                raise BadMessage("There is no such type of message.")

    def _begin(self, kind: str, key: UUID, work: Coroutine[Any, Any, None]) -> None:
        self._drop(kind, key)
        self.tasks = {known: task for known, task in self.tasks.items() if not task.done()}
        if len(self.tasks) >= MAX_FOLLOWED:
            work.close()
            raise BadMessage(f"A socket follows {MAX_FOLLOWED} things at most.")
        self.tasks[kind, key] = asyncio.create_task(_while_open(work))

    def _drop(self, kind: str, key: UUID) -> None:
        if task := self.tasks.pop((kind, key), None):
            task.cancel()

    async def _follow(self, run_id: UUID, after: int) -> None:
        reach = after
        try:
            if not await may_follow(user=self.user, run_id=run_id):
                await self._not_found("run_id", run_id)
                return
            async for lines in follow(run_id, after):
                for line in lines:
                    await self.send(f'{{"type":"event","run_id":"{run_id}","event":{line.body}}}')
                    reach = line.seq
            await self._tell({"type": "end", "run_id": str(run_id)})
        except LookupError:
            await self._not_found("run_id", run_id)
        except (TooSlow, *AWAY):
            await self._tell({"type": "resume", "run_id": str(run_id), "after": reach})

    async def _watch(self, conversation_id: UUID) -> None:
        while (seen := await self._may_watch(conversation_id)) is None:  # noqa: ASYNC110  it is the database that changes
            await asyncio.sleep(1.0)
        if not seen:
            await self._not_found("conversation_id", conversation_id)
            return
        with hub().watch(conversation_id) as watch:
            while True:
                revision = await watch.changed()
                await self._tell(
                    {"type": "conversation_changed", "conversation_id": str(conversation_id), "revision": revision}
                )

    async def _may_watch(self, conversation_id: UUID) -> bool | None:
        """None while the database is away."""
        try:
            return await may_watch(user=self.user, conversation_id=conversation_id)
        except AWAY:
            return None

    async def _recheck(self) -> None:
        """Whoever signed out, or may no longer see what they follow, is cut."""
        while True:
            await asyncio.sleep(RECHECK)
            try:
                self.user = await actor_from_scope(self.scope)
                if self.user is None:
                    await self._shut(4401)
                    return
                for kind, key in list(self.tasks):
                    seen = (
                        may_follow(user=self.user, run_id=key)
                        if kind == "run"
                        else may_watch(user=self.user, conversation_id=key)
                    )
                    if not await seen:
                        self._drop(kind, key)
                        await self._not_found(f"{kind}_id", key)
            except AWAY:
                log.warning("recheck_waits")

    async def _not_found(self, name: str, key: UUID) -> None:
        message = {"type": "error", "code": "not_found", "message": "There is nothing here.", name: str(key)}
        await self._tell(message)

    async def _tell(self, message: dict[str, Any]) -> None:
        await self.send(orjson.dumps(message).decode())


async def _while_open(work: Coroutine[Any, Any, None]) -> None:
    """What is sent to a socket that is gone is nobody's loss."""
    with suppress(OSError):
        await work


def _object(text: str | None, binary: bytes | None) -> dict[str, Any]:
    if text is None or binary or len(text) > MAX_FRAME:
        raise BadMessage("Send JSON text of 4 KiB at most.")
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadMessage("This is not JSON.") from error
    if not isinstance(value, dict):
        raise BadMessage("Send a JSON object.")
    return value


def _id(message: dict[str, Any], name: str) -> UUID:
    try:
        return UUID(message[name])
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise BadMessage(f"`{name}` must be an id.") from error


def _number(message: dict[str, Any], name: str) -> int:
    value = message.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_SEQ:
        raise BadMessage(f"`{name}` must be a number from 0.")
    return value
