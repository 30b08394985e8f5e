"""The interpreter and the files of each conversation."""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import orjson

from glms.sandbox import files
from glms.sandbox.files import Entry, FileRefused, Listing
from glms.sandbox.interpreter import Ended, Interpreter, Outcome
from glms.sandbox.limits import Limits
from glms.sandbox.supply import Busy, Supply

Value = TypeVar("Value")

PROPER_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
DATA, USED, TAGS = "data", "has-variables", "tags.json"
EMPTY = Listing(entries=())
TURN_SECONDS = 75.0
"""How long code waits for the code of its conversation that runs before it."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What came of a call. `changed`: names of files that are new or different; `skipped`: how many were left out."""

    outputs: list[dict[str, Any]]
    ended: Ended | None
    variables_lost: bool
    changed: list[str]
    skipped: int


@dataclass(kw_only=True)
class Conversation:
    """`folder`: what is kept of it on disk. `holders`: requests that have it, or wait for it."""

    folder: Path
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    holders: int = 0
    interpreter: Interpreter | None = None
    known: Listing = EMPTY
    has_lost: bool = False
    """Variables that its model may count on are gone, and it has not been told."""
    used_at: float = field(default_factory=time.monotonic)

    @property
    def data(self) -> Path:
        return self.folder / DATA

    def make(self) -> None:
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def has_variables(self) -> bool:
        """It had an interpreter whose variables its model may count on."""
        return (self.folder / USED).exists()

    def tags(self) -> dict[str, str]:
        """What clients call the files, by name; whatever they need to know a file again."""
        try:
            told: dict[str, str] = orjson.loads((self.folder / TAGS).read_bytes())
        except (OSError, ValueError):
            return {}
        return told

    def tag(self, tags: Mapping[str, str]) -> None:
        draft = self.folder / f"{TAGS}.part"
        draft.write_bytes(orjson.dumps(self.tags() | dict(tags)))
        draft.rename(self.folder / TAGS)

    def expect_variables(self, *, expected: bool) -> None:
        mark = self.folder / USED
        mark.touch() if expected else mark.unlink(missing_ok=True)


class Conversations:
    """All that sandboxd knows of."""

    def __init__(self, *, folder: Path, supply: Supply, limits: Limits) -> None:
        self._folder = folder
        self._supply = supply
        self._limits = limits
        self._known: dict[str, Conversation] = {}
        supply.make_room = self._end_longest_idle

    @property
    def live(self) -> int:
        return sum(1 for one in self._known.values() if one.interpreter is not None)

    def _found(self, name: str) -> Conversation:
        if not PROPER_ID.fullmatch(name):
            raise FileRefused(f"{name[:80]!r} is no conversation's id")
        if name not in self._known:
            self._known[name] = Conversation(folder=self._folder / name)
        return self._known[name]

    @asynccontextmanager
    async def _held(self, name: str, *, patience: float | None = None) -> AsyncIterator[Conversation]:
        """One request at a time for each conversation; the next ones wait in their order. Raises Busy."""
        found = self._found(name)
        found.holders += 1
        try:
            await _turn(found.lock, patience)
            try:
                found.used_at = time.monotonic()
                yield found
                found.used_at = time.monotonic()
            finally:
                found.lock.release()
        finally:
            found.holders -= 1

    async def start(self, name: str) -> bool:
        """Have an interpreter ready. Whether earlier variables were lost."""
        async with self._held(name, patience=TURN_SECONDS) as found:
            await self._ensure(found)
            return found.has_lost

    async def run(self, name: str, code: str, *, seconds: float) -> Report:
        """Run code with the conversation's variables and files. Raises Busy, BoxFailed."""
        async with self._held(name, patience=TURN_SECONDS) as found:
            await self._ensure(found)
            assert found.interpreter is not None  # noqa: S101  _ensure made it
            found.expect_variables(expected=True)
            try:
                outcome = await found.interpreter.run({"do": "run", "code": code}, seconds=seconds)
            except asyncio.CancelledError:
                await _to_its_end(self._after_cancel(found))
                raise
            changed, skipped = await _to_its_end(self._settle(found, outcome))
            lost, found.has_lost = found.has_lost or not outcome.is_alive, False
            return Report(
                outputs=outcome.outputs, ended=outcome.ended, variables_lost=lost, changed=changed, skipped=skipped
            )

    async def _ensure(self, found: Conversation) -> None:
        if found.interpreter is not None and found.interpreter.is_alive:
            return
        await self._drop(found)
        await asyncio.to_thread(found.make)
        fresh = await self._supply.notebook()
        try:
            await asyncio.to_thread(files.mirror, found.data, fresh.box.data, known=EMPTY, limits=self._limits)
            found.known = await asyncio.to_thread(files.listing, fresh.box.data, self._limits)
        except BaseException:
            await _to_its_end(self._supply.end(fresh))
            raise
        found.interpreter = fresh
        found.has_lost = found.has_lost or found.has_variables

    async def _settle(self, found: Conversation, outcome: Outcome) -> tuple[list[str], int]:
        """Take the files out, and say which changed and how many cannot be kept; a dead interpreter's folder goes."""
        interpreter, before = found.interpreter, found.known
        assert interpreter is not None  # noqa: S101  it has just run
        if not outcome.is_alive:
            await self._supply.end(interpreter, keep_folder=True)
            found.expect_variables(expected=False)  # its model is told now
        found.known, changed = await asyncio.to_thread(
            files.mirror, interpreter.box.data, found.data, known=before, limits=self._limits
        )
        skipped = max(0, found.known.skipped - before.skipped)
        if not outcome.is_alive:
            interpreter.discard()
            found.interpreter = None
            found.known = EMPTY
        return changed, skipped

    async def _after_cancel(self, found: Conversation) -> None:
        if found.interpreter is not None:
            alive = found.interpreter.is_alive
            done: dict[str, Any] | None = {} if alive else None
            await self._settle(found, Outcome(outputs=[], ended=Ended.INTERRUPTED, done=done))
            if not alive:
                found.expect_variables(expected=True)  # nobody has been told yet

    async def _drop(self, found: Conversation) -> None:
        """End its interpreter; what a process of it wrote since the last call is kept too."""
        if found.interpreter is None:
            return
        interpreter, found.interpreter = found.interpreter, None
        known, found.known = found.known, EMPTY
        await _to_its_end(self._end(interpreter, found.data, known))

    async def _end(self, interpreter: Interpreter, data: Path, known: Listing) -> None:
        await self._supply.end(interpreter, keep_folder=True)
        try:
            await asyncio.to_thread(files.mirror, interpreter.box.data, data, known=known, limits=self._limits)
        finally:
            interpreter.discard()

    def interrupt(self, name: str) -> bool:
        """Ctrl-C for what runs there; whether something did."""
        found = self._known.get(name)
        if found is None or found.interpreter is None or not found.lock.locked():
            return False
        found.interpreter.interrupt()
        return True

    async def kill(self, name: str) -> None:
        """End the interpreter at once; the files stay."""
        self.interrupt(name)
        async with self._held(name) as found:
            await self._drop(found)

    async def forget(self, name: str) -> None:
        """End the interpreter and delete the files."""
        await self.kill(name)
        async with self._held(name) as found:
            await asyncio.to_thread(shutil.rmtree, found.folder, ignore_errors=True)
            found.has_lost = False

    async def put(self, name: str, path: str, data: bytes, *, tag: str) -> None:
        """Raises FileRefused."""
        async with self._held(name, patience=TURN_SECONDS) as found:
            await asyncio.to_thread(self._put, found, path, data)
            found.tag({path: tag})

    def tag(self, name: str, tags: Mapping[str, str]) -> dict[str, str]:
        """Add tags; all of them. What is kept can be told and read while code runs."""
        found = self._found(name)
        found.make()
        if tags:
            found.tag(tags)
        return found.tags()

    def _put(self, found: Conversation, path: str, data: bytes) -> None:
        found.make()
        kept = files.listing(found.data, self._limits)
        used = sum(entry.size for entry in kept.entries if entry.name != path)
        if used + len(data) > self._limits.disk or len(kept.entries) >= self._limits.kept_files:
            raise FileRefused("there is no room left in /mnt/data: remove files that are not needed")
        files.write(found.data, path, data, self._limits)
        if found.interpreter is not None:
            files.write(found.interpreter.box.data, path, data, self._limits)
            now = files.listing(found.interpreter.box.data, self._limits)
            put = [entry for entry in now.entries if entry.name == path]
            others = [entry for entry in found.known.entries if entry.name != path]
            found.known = Listing(entries=(*others, *put), skipped=found.known.skipped)

    async def read(self, name: str, path: str) -> bytes:
        """Raises FileRefused."""
        return await asyncio.to_thread(files.read, self._found(name).data, path, self._limits)

    async def listing(self, name: str) -> tuple[Entry, ...]:
        found = self._found(name)
        await asyncio.to_thread(found.make)
        return (await asyncio.to_thread(files.listing, found.data, self._limits)).entries

    def kept(self) -> dict[str, float]:
        """The conversations whose files are kept, and for how many seconds nothing has happened in each."""
        now, found = time.time(), {}
        for folder in self._folder.iterdir():
            with suppress(OSError):
                found[folder.name] = max(0.0, now - max(path.stat().st_mtime for path in (folder, *folder.iterdir())))
        return found

    async def end_idle(self, *, seconds: float) -> None:
        """End interpreters that nobody has used for so long; their files are kept."""
        now = time.monotonic()
        for found in list(self._known.values()):
            if found.interpreter is not None and not found.holders and now - found.used_at > seconds:
                async with found.lock:
                    await self._drop(found)
        for name, found in list(self._known.items()):
            if found.interpreter is None and not found.holders:
                del self._known[name]

    async def _end_longest_idle(self) -> bool:
        idle = [one for one in self._known.values() if one.interpreter is not None and not one.holders]
        if not idle:
            return False
        found = min(idle, key=lambda one: one.used_at)
        async with found.lock:
            await self._drop(found)
        return True

    async def close(self) -> None:
        for found in list(self._known.values()):
            await self._drop(found)


async def _turn(lock: asyncio.Lock, patience: float | None) -> None:
    """Take the lock. Raises Busy after `patience` seconds."""
    try:
        async with asyncio.timeout(patience):
            await lock.acquire()
    except TimeoutError:
        raise Busy("Other code of this conversation is still running; this was not begun.") from None


async def _to_its_end(work: Coroutine[Any, Any, Value]) -> Value:
    """What must not be left half done, also where the client has hung up meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
