"""The engine of a worker process: one event loop in a thread that executes many runs side by side."""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import aiohttp
import structlog
import uvloop

from glms.core import metrics
from glms.core.database import AWAY, close_pool
from glms.core.duty import always
from glms.runs import leases
from glms.runs.execution import Execution
from glms.runs.journal.wire import Announcer
from glms.runs.journal.writer import Journal, LeaseLost

log = structlog.get_logger(__name__)

CAPACITY = 1200
"""Runs that one process executes at once; the reaper takes no more."""
CANCEL_POLL = 0.25
FENCE_POLL = 0.25
TOOL_GRACE = 5.0
"""Seconds that a tool call may still take when the worker is told to stop."""


@dataclass(slots=True, eq=False)
class Engine:
    """Lives on its own loop. `execute` is for other threads and waits until the attempt is over."""

    loop: asyncio.AbstractEventLoop
    after_first_answer: Callable[[UUID | None], None]
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}")
    draining: bool = False
    _open: dict[UUID, Execution] = field(default_factory=dict)
    _claiming: set[UUID] = field(default_factory=set)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _attempts: set[asyncio.Task[None]] = field(default_factory=set)
    _announcer: Announcer = field(init=False)
    _journal: Journal = field(init=False)
    _session: aiohttp.ClientSession = field(init=False)

    async def start(self) -> None:
        self._announcer = Announcer()
        self._journal = Journal(self._announcer)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30), trust_env=False, read_bufsize=2**16
        )
        duties = (self._announcer.run, self._journal.run, self._renew, self._fence, self._reap, self._watch_cancels)
        self._tasks = [asyncio.create_task(always(duty)) for duty in duties]

    def execute(self, run_id: UUID) -> None:
        """One attempt at the run. Returns at once when it has ended or is somebody else's."""
        future: Future[None] = asyncio.run_coroutine_threadsafe(self.attempt(run_id), self.loop)
        future.result()

    async def attempt(self, run_id: UUID) -> None:
        if self.draining or run_id in self._open or run_id in self._claiming:
            return
        self._claiming.add(run_id)
        try:
            claim = await leases.claim(run_id, self.owner)
        except AWAY as error:
            log.warning("claim_failed", run_id=str(run_id), error=type(error).__name__)
            return
        finally:
            self._claiming.discard(run_id)
        if claim is not None:
            await self._execute(Execution(claim=claim, journal=self._journal, session=self._session))

    async def _execute(self, execution: Execution) -> None:
        lease = execution.lease
        self._open[lease.run_id] = execution
        metrics.RUNS_OPEN.inc()
        structlog.contextvars.bind_contextvars(run_id=str(lease.run_id), attempt=lease.attempt)
        try:
            if self.draining:
                execution.stop("handed_over")
            await execution.run()
        except LeaseLost:
            log.warning("lease_lost")
        except AWAY as error:
            log.warning("attempt_left", error=type(error).__name__)
        finally:
            self._open.pop(lease.run_id, None)
            metrics.RUNS_OPEN.dec()
        if execution.state.status == "finished" and execution.title_wanted:
            await asyncio.to_thread(self.after_first_answer, execution.conversation_id)

    def drain(self) -> None:
        """Take nothing more and hand over what is open; tools get a moment to finish. For other threads."""
        self.loop.call_soon_threadsafe(lambda: self._tasks.append(self.loop.create_task(self._drain())))

    async def _drain(self) -> None:
        self.draining = True
        began = time.monotonic()
        while self._open:
            late = time.monotonic() - began > TOOL_GRACE
            for execution in list(self._open.values()):
                if late or not execution.busy_with_tool():
                    execution.stop("handed_over")
            await asyncio.sleep(0.05)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            now = time.monotonic()
            held = {run_id: one.lease for run_id, one in self._open.items() if not one.lease.lost}
            unhurried = leases.LEASE - leases.MARGIN - leases.HEARTBEAT
            if any(lease.valid_until - now < unhurried for lease in held.values()):
                try:
                    await leases.renew(held)
                except AWAY as error:
                    log.warning("renewal_failed", error=type(error).__name__)

    async def _fence(self) -> None:
        """Whoever could not renew in time stops before somebody else begins, even while a renewal hangs."""
        while True:
            await asyncio.sleep(FENCE_POLL)
            for execution in list(self._open.values()):
                if execution.lease.lost or execution.lease.valid_until < time.monotonic():
                    execution.abandon()

    async def _reap(self) -> None:
        """Runs whose worker was lost, and queued ones that no message tells of."""
        while True:
            room = CAPACITY - len(self._open)
            if room > 0 and not self.draining:
                try:
                    for run_id in await leases.waiting(room):
                        self._attempt_soon(run_id)
                except AWAY as error:
                    log.warning("reaper_waits", error=type(error).__name__)
            await asyncio.sleep(leases.REAP)

    def _attempt_soon(self, run_id: UUID) -> None:
        task = asyncio.create_task(self.attempt(run_id))
        self._attempts.add(task)
        task.add_done_callback(self._attempts.discard)

    async def _watch_cancels(self) -> None:
        while True:
            await asyncio.sleep(CANCEL_POLL)
            if not self._open:
                continue
            try:
                for run_id in await leases.to_cancel():
                    if execution := self._open.get(run_id):
                        execution.stop("cancelled")
            except AWAY:
                await asyncio.sleep(1.0)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()
        await self._journal.close()
        await self._announcer.close()
        await close_pool()


_lock = threading.Lock()
_engines: dict[int, Engine] = {}


def engine(after_first_answer: Callable[[UUID | None], None]) -> Engine:
    """The engine of this process, started at the first call.

    after_first_answer: called in a thread with the conversation that may want a title now.
    """
    with _lock:
        if os.getpid() not in _engines:
            _engines[os.getpid()] = _start(after_first_answer)
        return _engines[os.getpid()]


def _start(after_first_answer: Callable[[UUID | None], None]) -> Engine:
    loop = uvloop.new_event_loop()
    made = Engine(loop, after_first_answer)
    threading.Thread(target=loop.run_forever, name="engine", daemon=True).start()
    asyncio.run_coroutine_threadsafe(made.start(), loop).result(timeout=30)
    return made
