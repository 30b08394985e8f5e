"""The reading end: one hub per process hears the wire for all its readers and asks PostgreSQL for what is missing.

Everybody who follows a run (server-sent events, sockets, the compatible APIs) reads `follow`: rows after a number
first, then the live wire, a gap filled from the table; the same numbers in the same order for all.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson
import redis
import redis.asyncio
import structlog
from django.conf import settings

from glms.core import metrics
from glms.core.database import AWAY, patiently
from glms.core.duty import always
from glms.core.wire import CHANNEL
from glms.runs.journal import store
from glms.runs.journal.folded import lines_of_ended
from glms.runs.journal.store import ENDED, Line
from inference.events import TERMINAL_TYPES

log = structlog.get_logger(__name__)

POLL = 1.0
"""Seconds of silence after which a reader's run is looked up in the table: what a lost message costs at most."""
PAGE = 500
"""Lines read from the table at once: what is on its way to one reader stays small."""
MAX_BUFFER = 512 * 1024
"""Bytes kept for one reader; a slower one is cut and resumes by its number."""


class TooSlow(Exception):
    """The reader fell behind; it may resume after the last number it got."""


@dataclass(slots=True, eq=False)
class Subscription:
    """One reader of one run. `reach` is the last number offered to it, `heard` when the wire last had one for it."""

    run_id: UUID
    reach: int
    lines: deque[Line] = field(default_factory=deque)
    size: int = 0
    overflowed: bool = False
    heard: float = field(default_factory=time.monotonic)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, line: Line) -> None:
        if line.seq <= self.reach or self.overflowed:
            return
        self.reach = line.seq
        self.size += len(line.body)
        if self.size > MAX_BUFFER:
            self.overflowed = True
            self.lines.clear()
        else:
            self.lines.append(line)
        self.ready.set()

    async def take(self, patience: float) -> list[Line]:
        """All lines that wait; none when nothing came for `patience` seconds. Raises TooSlow."""
        try:
            async with asyncio.timeout(patience):
                await self.ready.wait()
        except TimeoutError:
            return []
        self.ready.clear()
        if self.overflowed:
            raise TooSlow
        taken = list(self.lines)
        self.lines.clear()
        self.size = 0
        return taken


@dataclass(slots=True, eq=False)
class Watch:
    """One reader that wants to know when a conversation changed."""

    conversation_id: UUID
    revision: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, revision: int) -> None:
        if revision > self.revision:
            self.revision = revision
            self.ready.set()

    async def changed(self) -> int:
        """The revision, once it is another than at the last call."""
        await self.ready.wait()
        self.ready.clear()
        return self.revision


class Hub:
    """All readers of this process."""

    def __init__(self) -> None:
        self._readers: dict[str, set[Subscription]] = {}
        self._watches: dict[UUID, set[Watch]] = {}
        self._tasks = [asyncio.create_task(always(duty)) for duty in (self._listen, self._poll)]

    @contextmanager
    def subscription(self, run_id: UUID, after: int) -> Iterator[Subscription]:
        """Offers every line of the run that is announced from now on."""
        made = Subscription(run_id, after)
        self._readers.setdefault(str(run_id), set()).add(made)
        metrics.READERS.inc()
        try:
            yield made
        finally:
            metrics.READERS.dec()
            _discard(self._readers, str(run_id), made)

    @contextmanager
    def watch(self, conversation_id: UUID) -> Iterator[Watch]:
        """Tells each revision of the conversation that is announced from now on."""
        made = Watch(conversation_id)
        self._watches.setdefault(conversation_id, set()).add(made)
        try:
            yield made
        finally:
            _discard(self._watches, conversation_id, made)

    async def _listen(self) -> None:
        """Take batches from the wire; while it is away, polling carries on alone."""
        away = False
        while True:
            client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_timeout=None, socket_connect_timeout=2.0)
            try:
                async with client, client.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    away = False
                    async for message in channel.listen():
                        if message["type"] == "message":
                            self._take(message["data"])
            except (redis.RedisError, OSError) as error:
                if not away:
                    log.warning("wire_away", error=type(error).__name__)
                away = True
                await asyncio.sleep(0.5)

    def _take(self, data: bytes) -> None:
        batch = orjson.loads(data)
        readers = self._readers
        now = time.monotonic()
        for run_id, seq, kind, body in batch["lines"]:
            for reader in readers.get(run_id, ()):
                reader.heard = now
                reader.offer(Line(reader.run_id, seq, kind, body))
        for conversation_hex, revision in batch["conversations"]:
            for watch in self._watches.get(UUID(conversation_hex), ()):
                watch.offer(revision)

    async def _poll(self) -> None:
        """Look up what readers that hear nothing may have missed."""
        while True:
            await asyncio.sleep(POLL)
            try:
                await self._poll_runs()
                await self._poll_conversations()
            except AWAY as error:
                log.warning("database_away", error=type(error).__name__)

    async def _poll_runs(self) -> None:
        quiet = time.monotonic() - POLL
        after = {
            UUID(run_id): min(reader.reach for reader in readers)
            for run_id, readers in self._readers.items()
            if any(reader.heard < quiet for reader in readers)
        }
        if not after:
            return
        lines = await patiently(lambda connection: store.read_many(connection, after), tries=1)
        for line in lines:
            for reader in self._readers.get(str(line.run_id), ()):
                reader.offer(line)

    async def _poll_conversations(self) -> None:
        if not self._watches:
            return
        ids = list(self._watches)
        found = await patiently(lambda connection: store.revisions(connection, ids), tries=1)
        for conversation_id, revision in found:
            for watch in self._watches.get(conversation_id, ()):
                watch.offer(revision)


def _discard(registry: dict[Any, set], key: Any, member: object) -> None:  # type: ignore[type-arg]
    members = registry.get(key)
    if members is not None:
        members.discard(member)
        if not members:
            registry.pop(key, None)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


async def follow(run_id: UUID, after: int, *, heartbeat: float = 15.0) -> AsyncIterator[list[Line]]:
    """The run's lines after `after` as they come, in order and without a gap, to its end.

    Yields lists of lines, an empty one whenever nothing came for `heartbeat` seconds. Raises TooSlow, LookupError, and
    what a database raises that stays away.
    """
    with hub().subscription(run_id, after) as subscription:
        seen, lines = await _begin(subscription)
        while lines is not None:
            if lines:
                yield lines
                seen = lines[-1].seq
                if lines[-1].type in TERMINAL_TYPES:
                    return
            if len(lines) == PAGE:
                lines = await _read(run_id, seen)
                continue
            taken = await subscription.take(heartbeat)
            if not taken:
                yield taken
            lines = await _in_order(run_id, taken, seen)


async def _begin(subscription: Subscription) -> tuple[int, list[Line] | None]:
    """The number to go on from and the first lines after it that are there already; None when nothing will come."""
    run_id, after = subscription.run_id, subscription.reach
    lines = await _read(run_id, after)
    if lines and lines[0].seq == after + 1:
        return after, lines
    status, last_seq, stored = await patiently(lambda connection: store.head(connection, run_id))
    if status in ENDED:
        # It ended between the two questions, or its lines were dropped: then it is told again from its items.
        told = await _read(run_id, after) or await lines_of_ended(run_id, after) if after < last_seq else None
        return after, told
    if after > stored:  # a number that was never given out: what comes now is told, so that the end is
        subscription.reach = after = stored
    return after, lines


async def _in_order(run_id: UUID, taken: list[Line], seen: int) -> list[Line]:
    """Of what was taken, what comes next after `seen`, gaps filled from the table."""
    fresh = [line for line in taken if line.seq > seen]
    if not fresh or (fresh[0].seq == seen + 1 and fresh[-1].seq == seen + len(fresh)):
        return fresh
    return await _read(run_id, seen)


async def _read(run_id: UUID, after: int) -> list[Line]:
    """One page of the table."""
    return await patiently(lambda connection: store.read(connection, run_id, after, PAGE))
