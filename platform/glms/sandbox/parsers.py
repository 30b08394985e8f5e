"""Readers of documents: each takes one file, answers, and ends. One is started ahead while there is work."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from glms.sandbox import files
from glms.sandbox.interpreter import Ended, Interpreter, Outcome
from glms.sandbox.limits import Limits
from glms.sandbox.supply import Supply

MODE = "document"
FILE, RESULT = "file", "result"
MOST_SECONDS = 1800.0
SPARE_SECONDS = 60.0
"""How long a reader waits for a file before it gives its memory back."""
STEP = 1 << 18


class Parsers:
    """Hands out readers that have seen no file."""

    def __init__(self, supply: Supply, limits: Limits) -> None:
        self._supply = supply
        self._limits = limits
        self._spare: Interpreter | None = None
        self._starting: asyncio.Task[None] | None = None
        self._ending: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def read(self, incoming: asyncio.StreamReader, size: int) -> "Job":
        """Take a file in from a client. Raises Busy, BoxFailed, FileRefused, IncompleteReadError.

        The client's bytes are read to their end even when there is nobody to read them: only then does it listen.
        """
        try:
            reader = await self._taken()
        except Exception:
            await discard(incoming, size)
            raise
        try:
            await _copy(incoming, reader.box.data / FILE, size)
        except BaseException:
            await asyncio.shield(self._supply.end(reader))
            raise
        return Job(reader=reader, supply=self._supply, limits=self._limits)

    async def _taken(self) -> Interpreter:
        if self._starting is not None:
            await asyncio.wait({self._starting})
        found, self._spare = self._spare, None
        if self._ending is not None:
            self._ending.cancel()
        if found is None or not found.is_alive:
            if found is not None:
                await self._supply.end(found)
            found = await self._supply.start(MODE)
        if self._supply.has_room:
            self._starting = asyncio.create_task(self._start_spare())
        return found

    async def _start_spare(self) -> None:
        with suppress(Exception):  # then the next one is started when it is needed, and its failure is told
            self._spare = await self._supply.start(MODE)
            self._ending = asyncio.get_running_loop().call_later(SPARE_SECONDS, self._end_spare)

    def _end_spare(self) -> None:
        found, self._spare = self._spare, None
        if found is not None:
            task = asyncio.create_task(self._supply.end(found))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


class Job:
    """A reader with its file."""

    def __init__(self, *, reader: Interpreter, supply: Supply, limits: Limits) -> None:
        self._reader = reader
        self._supply = supply
        self._limits = limits

    async def answer(self, command: dict[str, Any], *, seconds: float) -> tuple[dict[str, Any], bytes]:
        """What the reader found, or `refused` with the file's fault, or `ended` with why it was stopped."""
        try:
            outcome = await self._reader.run({**command, "do": MODE}, seconds=min(seconds, MOST_SECONDS))
            return await asyncio.to_thread(self._told, outcome)
        finally:
            await asyncio.shield(self._supply.end(self._reader))

    def _told(self, outcome: Outcome) -> tuple[dict[str, Any], bytes]:
        """The file took part in making this: it is believed in nothing."""
        done = outcome.done
        if done is None or outcome.ended is not None:
            return {"ended": outcome.ended or Ended.CRASHED}, b""
        if isinstance(refused := done.get("refused"), dict):
            return {"refused": {name: str(refused.get(name, ""))[:500] for name in ("code", "message")}}, b""
        if "size" not in done:
            return {"ended": Ended.CRASHED}, b""
        try:
            return {}, files.read(self._reader.box.data, RESULT, self._limits)
        except files.FileRefused:
            return {"ended": Ended.CRASHED}, b""


async def _copy(incoming: asyncio.StreamReader, path: Path, size: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o400)
    try:
        while size:
            piece = await incoming.read(min(STEP, size))
            if not piece:
                raise asyncio.IncompleteReadError(b"", size)
            _write(handle, piece)
            size -= len(piece)
    except OSError as error:
        raise files.FileRefused(f"there is no room for the file: {error.strerror}") from error
    finally:
        os.close(handle)


def _write(handle: int, piece: bytes) -> None:
    while piece:
        piece = piece[os.write(handle, piece) :]


async def discard(incoming: asyncio.StreamReader, size: int) -> None:
    """Read what a client sends to its end: before that it hears no answer."""
    while size and (piece := await incoming.read(min(STEP, size))):
        size -= len(piece)
