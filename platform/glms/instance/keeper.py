"""Keeps one part alive: starts it, sees it ready, starts it again when it dies, ends it when told."""

import asyncio
import signal
import time
from contextlib import suppress

from glms.instance.board import Board, State
from glms.instance.child import Child, Nursery
from glms.instance.part import Part, PartError

STEADY_SECONDS = 30.0
"""A part that ran this long starts again without a pause."""
FIRST_PAUSE = 0.2
FAILURES_SHOWN = 3
"""A part that died this often in a row is called failed; it is still started again."""


class Keeper:
    """One part's life."""

    def __init__(self, *, part: Part, board: Board, nursery: Nursery) -> None:
        self.part = part
        self.ready = asyncio.Event()
        self._board = board
        self._nursery = nursery
        self._stopping = asyncio.Event()
        self._child: Child | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep(), name=f"keep {self.part.name}")

    async def _keep(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            reason = await self._live_once()
            if self._stopping.is_set():
                break
            failures = 1 if time.monotonic() - began > STEADY_SECONDS else failures + 1
            pause = min(self.part.longest_pause, FIRST_PAUSE * 2 ** (failures - 1))
            state = State.FAILED if failures >= FAILURES_SHOWN else State.RESTARTING
            self._put(state, f"{reason}; starts again in {pause:.1f} s")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def _live_once(self) -> str:
        """From preparing to the end of the process; why it ended."""
        self._put(State.STARTING, "")
        try:
            launch = await self.part.prepare(lambda detail: self._put(State.STARTING, detail))
            if self._stopping.is_set():
                return "stopped"
            child = await self._nursery.start(name=self.part.name, launch=launch)
        except PartError as error:
            return str(error)
        except Exception as error:  # whatever a part does, the supervisor lives
            return f"{type(error).__name__}: {error}"
        self._child = child
        if self._stopping.is_set():  # told to stop while it was being started
            child.send(self.part.stop_signal)
        self._put(State.STARTING, "", child)
        watch = asyncio.create_task(self._watch(child))
        status = await self._nursery.ended(child)
        watch.cancel()
        self._child = None
        self.ready.clear()
        return self._cause(status, child)

    def _cause(self, status: int, child: Child) -> str:
        if status < 0:
            return f"ended by {_signal_name(-status)}"
        if status > 0 and self.part.explain:
            return self.part.explain(child, status)
        words = next(iter(child.last_words(lines=1)), "")[:300] if status else ""
        return f"ended with status {status}: {words}" if words else f"ended with status {status}"

    async def _watch(self, child: Child) -> None:
        while (detail := await self.part.probe(child)) is None:  # noqa: ASYNC110  it is the process that changes
            await asyncio.sleep(self.part.probe_seconds)
        if not self._stopping.is_set():
            self._put(State.READY, detail, child)
            self.ready.set()

    async def stop(self, *, seconds: float) -> None:
        """End the part: by its signal, and by force when it takes longer."""
        self._stopping.set()
        deadline = time.monotonic() + seconds
        if self._child is None and self._task is not None:
            self._task.cancel()  # in preparation
        elif self._child is not None:
            self._child.send(self.part.stop_signal)
        if self._task is not None:
            await asyncio.wait([self._task], timeout=max(0.0, deadline - time.monotonic()))
            self.kill()
            await asyncio.wait([self._task], timeout=1.0)
        self._put(State.STOPPED, "")

    def kill(self) -> None:
        """End it at once."""
        self._stopping.set()
        if self._child is not None:
            if self.part.stop_signal is signal.SIGINT:  # PostgreSQL: leave no shared memory behind
                self._child.send(signal.SIGQUIT)
            self._child.kill()

    def _put(self, state: State, detail: str, child: Child | None = None) -> None:
        if self.part.announce:
            self.part.announce(state, detail)
        self._board.put(self.part.name, state, detail=detail, pid=child.pid if child else None)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
