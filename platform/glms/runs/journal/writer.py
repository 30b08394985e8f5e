"""The writing end: events of all runs of the process are joined, written in one INSERT per tick, then announced."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import orjson
import structlog

from glms.core import metrics
from glms.core.database import AWAY, SILENCE, Connection, dedicated
from glms.runs.journal.store import Batch, ItemSaved, Line, RunMoved, Written, write
from glms.runs.journal.wire import Announcer
from inference.events import Delta, Event, Recorded, encode

log = structlog.get_logger(__name__)

TICK = 0.025
TICK_PER_RUN = 0.0008
LONGEST_TICK = 0.2
URGENT_GAP = 0.004
"""Seconds between two batches: at least, for each run that speaks, at most; and before a run's first words.

Most of a batch's cost is by its lines: with many runs at once a longer tick joins more words into one.
"""
FULL = 20_000
"""Events waiting to be written beyond which runs wait for the database."""


class LeaseLost(Exception):
    """Another attempt owns the run: this one must stop without a word."""


@dataclass(slots=True, eq=False)
class Lease:
    """The right to write a run: `attempt` is its fence; `seq` the last number given out.

    valid_until: on the monotonic clock; past it the right may have gone to another worker.
    """

    run_id: UUID
    attempt: int
    seq: int
    valid_until: float
    lost: bool = False
    spoken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What changes together with an event, in the same transaction."""

    items: tuple[ItemSaved, ...] = ()
    move: RunMoved | None = None


@dataclass(slots=True)
class _Entry:
    lease: Lease
    recorded: Recorded
    more: list[str] = field(default_factory=list)

    def line(self) -> Line:
        recorded = self.recorded
        event = recorded.event
        if isinstance(event, Delta):
            text = event.text + "".join(self.more)
            body = {"seq": recorded.seq, "at_ms": recorded.at_ms, "type": event.type, "turn": event.turn, "text": text}
            return Line(self.lease.run_id, recorded.seq, event.type, orjson.dumps(body).decode())
        return Line(self.lease.run_id, recorded.seq, event.type, encode(recorded).decode())


@dataclass(slots=True)
class _Waiting:
    """What has come since the last batch."""

    entries: list[_Entry] = field(default_factory=list)
    open_delta: dict[Lease, _Entry] = field(default_factory=dict)
    steps: list[tuple[Lease, Step]] = field(default_factory=list)
    commits: list[tuple[Lease, asyncio.Future[None]]] = field(default_factory=list)
    leases: set[Lease] = field(default_factory=set)

    def batch(self) -> Batch:
        """What is still to be written: of a lost lease nothing is, another attempt gives out the same numbers."""
        made = Batch(fences={lease.run_id: lease.attempt for lease in self.leases if not lease.lost})
        made.lines = [entry.line() for entry in self.entries if not entry.lease.lost]
        for lease, step in self.steps:
            if not lease.lost:
                made.items.extend(step.items)
                if step.move:
                    made.moves.append(step.move)
        return made

    def of(self, lease: Lease) -> "_Waiting":
        """The part of one run."""
        return _Waiting(
            entries=[entry for entry in self.entries if entry.lease is lease],
            steps=[(owner, step) for owner, step in self.steps if owner is lease],
            commits=[(owner, done) for owner, done in self.commits if owner is lease],
            leases={lease},
        )

    def settle(self) -> None:
        """Tell those who wait for a commit."""
        for lease, done in self.commits:
            if not done.done():
                if lease.lost:
                    done.set_exception(LeaseLost())
                else:
                    done.set_result(None)


class Journal:
    """Takes events of many runs. `append` never waits; `commit` returns when its event is durable."""

    def __init__(self, announcer: Announcer) -> None:
        self._announcer = announcer
        self._connection: Connection | None = None
        self._waiting = _Waiting()
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._tick = TICK
        self._last = 0.0

    def append(self, lease: Lease, event: Event) -> Recorded:
        """Give the event its number and let it go out with the next batch. Raises LeaseLost.

        Words that follow each other within a tick become one event.
        """
        if lease.lost:
            raise LeaseLost
        waiting = self._waiting
        waiting.leases.add(lease)
        delta = isinstance(event, Delta)
        if isinstance(event, Delta) and (merged := self._merge(lease, event)):
            return merged
        lease.seq += 1
        entry = _Entry(lease, Recorded(seq=lease.seq, at_ms=time.time_ns() // 1_000_000, event=event))
        waiting.entries.append(entry)
        if delta:
            waiting.open_delta[lease] = entry
            if not lease.spoken:
                lease.spoken = True
                self._urgent.set()
        else:
            waiting.open_delta.pop(lease, None)
            lease.spoken = False
        self._wake.set()
        return entry.recorded

    def attach(self, lease: Lease, step: Step) -> None:
        """Let `step` be written in the transaction of the event that was appended last."""
        self._waiting.steps.append((lease, step))
        self._waiting.leases.add(lease)
        self._wake.set()

    def _merge(self, lease: Lease, event: Delta) -> Recorded | None:
        entry = self._waiting.open_delta.get(lease)
        if entry is None or type(entry.recorded.event) is not type(event):
            return None
        entry.more.append(event.text)
        return Recorded(seq=entry.recorded.seq, at_ms=entry.recorded.at_ms, event=event)

    async def commit(self, lease: Lease) -> None:
        """Wait until everything appended for the run is durable. Raises LeaseLost."""
        if lease.lost:
            raise LeaseLost
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.leases.add(lease)
        self._waiting.commits.append((lease, done))
        self._wake.set()
        self._urgent.set()
        await done

    async def room(self) -> None:
        """Wait while too much is waiting for the database."""
        await self._room.wait()

    async def run(self) -> None:
        """Write batches until cancelled."""
        while True:
            await self._wake.wait()
            await self._pause()
            self._wake.clear()
            self._urgent.clear()
            waiting, self._waiting = self._waiting, _Waiting()
            try:
                await self._write(waiting)
            except Exception:
                log.exception("batch_refused", lines=len(waiting.entries))
                await self._write_apart(waiting)

    async def _write_apart(self, waiting: _Waiting) -> None:
        """Each run by itself: one whose lines cannot be written is left, the others must not go with it."""
        for lease in waiting.leases:
            part = waiting.of(lease)
            try:
                await self._write(part)
            except Exception:
                log.exception("run_unwritable", run_id=str(lease.run_id))
                lease.lost = True
                part.settle()

    async def _pause(self) -> None:
        """Keep the tick, but let the first words of a run go at once."""
        rest = self._last + self._tick - time.monotonic()
        if rest > 0 and not self._urgent.is_set():
            try:
                async with asyncio.timeout(rest):
                    await self._urgent.wait()
            except TimeoutError:
                return
        gap = self._last + max(URGENT_GAP, self._tick / 5) - time.monotonic()
        if gap > 0:
            await asyncio.sleep(gap)

    async def _write(self, waiting: _Waiting) -> None:
        began = time.monotonic()
        batch, written = await self._insist(waiting)
        self._room.set()
        self._last = time.monotonic()
        took = self._last - began
        self._tick = min(max(TICK, TICK_PER_RUN * len(waiting.leases), 4 * took), LONGEST_TICK)
        for lease in waiting.leases:
            lease.lost = lease.lost or lease.run_id not in written.held
        waiting.settle()
        self._announcer.announce([line for line in batch.lines if line.run_id in written.held], written.conversations)
        metrics.JOURNAL_EVENTS.inc(len(batch.lines))
        metrics.JOURNAL_BATCHES.inc()
        metrics.JOURNAL_SECONDS.observe(took)

    async def _insist(self, waiting: _Waiting) -> tuple[Batch, Written]:
        """Write what waits, however often the database has to be asked; less what is lost meanwhile."""
        pause = 0.1
        while True:
            batch = waiting.batch()
            try:
                async with asyncio.timeout(SILENCE):
                    self._connection = self._connection or await dedicated()
                    return batch, await write(self._connection, batch)
            except AWAY as error:
                await self._hang_up()
                log.warning("journal_waits", error=type(error).__name__, lines=len(batch.lines))
                if len(self._waiting.entries) > FULL:
                    self._room.clear()
                await asyncio.sleep(pause)
                pause = min(pause * 2, 1.0)
                _give_up_late(waiting)

    async def close(self) -> None:
        await self._hang_up()

    async def _hang_up(self) -> None:
        """The next batch goes over a fresh connection."""
        broken, self._connection = self._connection, None
        if broken is not None:
            with suppress(*AWAY):
                await broken.close()


def _give_up_late(waiting: _Waiting) -> None:
    """Runs whose lease ran out while the database was away are left to the next attempt."""
    now = time.monotonic()
    for lease in waiting.leases:
        lease.lost = lease.lost or lease.valid_until < now
