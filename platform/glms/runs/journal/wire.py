"""The journal's end of the wire: batches announced in order, none of them waited for."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import redis
import redis.asyncio
import structlog
from django.conf import settings

from glms.core.wire import CHANNEL, encode_batch
from glms.runs.journal.store import Line

log = structlog.get_logger(__name__)

MAX_WAITING = 200
"""Batches kept for a slow wire; beyond that the oldest are dropped and readers fetch them from PostgreSQL."""


class Announcer:
    """Publishes batches in order, from a task of its own, without ever holding up the journal."""

    def __init__(self) -> None:
        self._client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_timeout=2.0, socket_connect_timeout=1.0, retry_on_timeout=False
        )
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(MAX_WAITING)

    def announce(self, lines: Sequence[Line], conversations: Sequence[tuple[UUID, int]]) -> None:
        if not lines and not conversations:
            return
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(encode_batch(lines, conversations))

    async def run(self) -> None:
        """Publish until cancelled; while the wire is away, what cannot be sent is dropped."""
        away = False
        while True:
            message = await self._queue.get()
            try:
                await self._client.publish(CHANNEL, message)
                away = False
            except (redis.RedisError, OSError) as error:
                if not away:
                    log.warning("wire_away", error=type(error).__name__)
                away = True
                await asyncio.sleep(0.5)

    async def close(self) -> None:
        await self._client.aclose()
