"""Fresh interpreters: some started ahead, never more at once than the machine can carry."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from contextlib import suppress

from glms.sandbox import interpreter
from glms.sandbox.box import BoxFailed, Launcher
from glms.sandbox.interpreter import Interpreter

BUSY_SECONDS = 30.0
STARTS_AT_ONCE = 2
PAUSE_AFTER_FAILURE = 5.0
FIRST_CALL = 0.3
"""Seconds that a conversation's first call has to itself before the next interpreter's imports begin."""

MakeRoom = Callable[[], Awaitable[bool]]


class Busy(Exception):
    """All interpreters are at work."""


class Supply:
    """Where interpreters come from and go to."""

    def __init__(self, launcher: Launcher, *, warm: int, most: int) -> None:
        self._launcher = launcher
        self._warm = warm
        self._most = most
        self._ready: list[Interpreter] = []
        self._alive = 0
        self._starting = asyncio.Semaphore(STARTS_AT_ONCE)
        self._freed = asyncio.Condition()
        self._names = itertools.count(1)
        self._refill: asyncio.Task[None] | None = None
        self.make_room: MakeRoom | None = None
        """Ends an idle interpreter; whether there was one."""

    @property
    def alive(self) -> int:
        return self._alive

    @property
    def has_room(self) -> bool:
        """Whether one more could be started without waiting."""
        return self._alive < self._most

    @property
    def warm(self) -> int:
        return len(self._ready)

    async def notebook(self) -> Interpreter:
        """An interpreter that nobody has used. Raises Busy, BoxFailed."""
        while self._ready:
            taken = self._ready.pop()
            if taken.is_alive:
                self.refill(after=FIRST_CALL)
                return taken
            await self.end(taken)
        found = await self.start("notebook")
        self.refill()
        return found

    async def start(self, mode: str) -> Interpreter:
        """A cold one. Raises Busy, BoxFailed."""
        await self._wait_for_room()
        self._alive += 1
        try:
            async with self._starting:
                return await interpreter.start(self._launcher, name=f"{mode}-{next(self._names)}", mode=mode)
        except BaseException:
            await self._one_less()
            raise

    async def _wait_for_room(self) -> None:
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                while self._alive >= self._most:
                    if self._ready:
                        await self.end(self._ready.pop(0))
                    elif self.make_room is None or not await self.make_room():
                        async with self._freed:
                            await self._freed.wait()
        except TimeoutError:
            raise Busy("All interpreters are busy; try again in a minute.") from None

    async def end(self, ended: Interpreter, *, keep_folder: bool = False) -> None:
        """Kill it and give back what it held; with its folder kept, `discard` is the caller's."""
        await ended.stop()
        if not keep_folder:
            ended.discard()
        await self._one_less()

    async def _one_less(self) -> None:
        self._alive -= 1
        async with self._freed:
            self._freed.notify()

    def refill(self, *, after: float = 0.0) -> None:
        """Start ahead what is missing, in the background, after so many seconds."""
        if self._refill is None or self._refill.done():
            self._refill = asyncio.create_task(self._fill(after))

    async def _fill(self, after: float) -> None:
        await asyncio.sleep(after)
        self._ready = [one for one in self._ready if one.is_alive]
        while len(self._ready) < self._warm and self._alive < self._most:
            try:
                self._ready.append(await self.start("notebook"))
            except (BoxFailed, Busy):
                await asyncio.sleep(PAUSE_AFTER_FAILURE)
                return

    async def close(self) -> None:
        if self._refill is not None:
            self._refill.cancel()
            with suppress(asyncio.CancelledError):
                await self._refill
        while self._ready:
            await self.end(self._ready.pop())
