"""Runs code in one sandbox: sends it in, collects what comes out, and ends it when it takes too much."""

import asyncio
import base64
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from glms.sandbox.box import Box, BoxFailed, Launcher
from glms.sandbox.files import is_overfull
from glms.sandbox.limits import Limits
from glms.sandbox.transcript import Transcript

MOST_REPLY = 12 << 20
MOST_REPLIED = 64 << 20
"""Bytes of all replies of a call; code can write replies too."""
READY_SECONDS = 30.0
INTERRUPT_SECONDS = 3.0
"""How long code may take to end after Ctrl-C before it is killed."""
LATE_TEXT_SECONDS = 0.5
WATCH_SECONDS = 0.2


class Ended(StrEnum):
    """Why a call ended before its code did."""

    TIMEOUT = "timeout"
    INTERRUPTED = "interrupted"
    MEMORY = "memory"
    OUTPUT = "output"
    CRASHED = "crashed"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Of one call. `done`: the runner's last word; None when the interpreter is gone."""

    outputs: list[dict[str, Any]]
    ended: Ended | None
    done: dict[str, Any] | None

    @property
    def is_alive(self) -> bool:
        return self.done is not None


class Interpreter:
    """A runner in its sandbox; one call at a time."""

    def __init__(self, *, box: Box, limits: Limits, nonce: str) -> None:
        self.box = box
        self._limits = limits
        self._nonce = nonce
        self._transcript = self._fresh()
        self._news = asyncio.Event()
        self._done: dict[str, Any] | None = None
        self._replied = 0
        self._gone = False
        self._why: Ended | None = None
        self._readers = [asyncio.create_task(self._read_text()), asyncio.create_task(self._read_replies())]

    def _fresh(self) -> Transcript:
        return Transcript(nonce=self._nonce, limits=self._limits)

    @property
    def is_alive(self) -> bool:
        return not self._gone and self.box.is_running

    async def run(self, command: dict[str, Any], *, seconds: float) -> Outcome:
        """Run one command. After an outcome that is not alive only `close` makes sense."""
        self._done, self._why, self._replied = None, None, 0
        watch = asyncio.create_task(self._watch())
        self.box.resume()
        try:
            await self._until_done(command, seconds)
        except OSError:
            self._gone = True
        except asyncio.CancelledError:
            self.interrupt()
            with suppress(asyncio.CancelledError):
                await asyncio.shield(self._finish_or_kill())
            self._transcript = self._fresh()  # what nobody waited for is not the next call's
            raise
        finally:
            watch.cancel()
            if self.is_alive:
                self.box.pause()
        return self._outcome()

    async def _until_done(self, command: dict[str, Any], seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                self.box.commands.write(orjson.dumps(command) + b"\n")
                await self.box.commands.drain()  # never ends where earlier code reads the commands away
                await self._wait()
        except TimeoutError:
            self.interrupt(Ended.TIMEOUT)
        if self._why is not None:
            await self._finish_or_kill()

    async def _wait(self, *, also_interrupted: bool = True) -> None:
        """Until the runner said that it is done and all its text is here, it is gone, or it was interrupted."""
        while not self._gone and not (also_interrupted and self._why) and not self._is_complete():
            self._news.clear()
            late = LATE_TEXT_SECONDS if self._done else None
            try:
                async with asyncio.timeout(late):
                    await self._news.wait()
            except TimeoutError:  # the code closed the pipe that the last mark goes through
                return

    def _is_complete(self) -> bool:
        return self._done is not None and self._done["done"] <= self._transcript.highest_mark

    async def _finish_or_kill(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(INTERRUPT_SECONDS):
                await self._wait(also_interrupted=False)
                return
        self.box.kill()
        await self.box.process.wait()
        self._gone = True
        await asyncio.wait(self._readers, timeout=1.0)

    def interrupt(self, why: Ended = Ended.INTERRUPTED) -> None:
        """End the call that runs, by Ctrl-C at first."""
        self._why = self._why or why
        self.box.interrupt()
        self._news.set()

    def _outcome(self) -> Outcome:
        transcript, self._transcript = self._transcript, self._fresh()
        ended = self._why
        if self._gone and ended is None:
            killed_for_memory = self.box.group is not None and self.box.group.memory_kills() > 0
            ended = Ended.MEMORY if killed_for_memory else Ended.CRASHED
        return Outcome(outputs=transcript.outputs(), ended=ended, done=None if self._gone else self._done)

    async def _read_text(self) -> None:
        while data := await self.box.text.read(1 << 16):
            self._transcript.feed(data)
            if self._transcript.is_too_long and self._why is None:
                self.interrupt(Ended.OUTPUT)
            self._news.set()

    async def _read_replies(self) -> None:
        buffer = bytearray()
        while (data := await self.box.replies.read(1 << 16)) and len(buffer) < MOST_REPLY:
            buffer += data
            self._replied += len(data)
            if self._replied > MOST_REPLIED and self._why is None:
                self.interrupt(Ended.OUTPUT)
            if b"\n" not in data:
                continue
            *lines, rest = bytes(buffer).split(b"\n")
            buffer = bytearray(rest)
            if not all(self._take(line) for line in lines):
                break
            self._news.set()
        self._gone = True  # its end, or not our protocol
        self._news.set()

    def _take(self, line: bytes) -> bool:
        """Whether it is a reply of our protocol."""
        try:
            reply = orjson.loads(line)
        except orjson.JSONDecodeError:
            return False
        if not isinstance(reply, dict) or not isinstance(reply.get("done", 0), int):
            return False
        if "done" in reply:
            self._done = reply
        else:
            self._transcript.show(reply)
        return True

    async def _watch(self) -> None:
        """Where the kernel does not hold it to its limits: kill what has taken too much."""
        if self.box.group is not None and self.box.has_own_disk:
            return
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if await asyncio.to_thread(self._holds_too_much):
                self._why = Ended.MEMORY
                self.box.kill()
                return

    def _holds_too_much(self) -> bool:
        if self.box.group is None and self.box.memory() > self._limits.memory:
            return True
        return not self.box.has_own_disk and is_overfull(self.box.folder, self._limits)

    async def stop(self) -> None:
        """Kill it; its files stay until `discard`."""
        await self.box.end()
        self._gone = True
        for task in self._readers:
            task.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    def discard(self) -> None:
        self.box.discard()


async def start(launcher: Launcher, *, name: str, mode: str) -> Interpreter:
    """A fresh interpreter that is ready for its first call. Raises BoxFailed."""
    box = await launcher.start(name=name, mode=mode)
    try:
        async with asyncio.timeout(READY_SECONDS):
            told = await box.replies.readline()
        nonce = orjson.loads(told)["nonce"]
    except (TimeoutError, ValueError, KeyError) as error:
        await box.end()
        words = (await box.text.read(4096)).decode(errors="replace").strip()
        box.discard()
        raise BoxFailed(f"the interpreter does not start: {words or error}") from error
    return Interpreter(box=box, limits=launcher.limits, nonce=nonce)


def decoded(output: dict[str, Any]) -> bytes | None:
    """The bytes of a picture; None when they are none."""
    with suppress(ValueError):
        return base64.b64decode(output["data"], validate=True)
    return None
