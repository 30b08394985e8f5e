"""One sandbox: its writable folder, its processes, its end."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from glms.sandbox import bubblewrap, kernel
from glms.sandbox.bubblewrap import RUNNER_INSIDE, Shown
from glms.sandbox.files import remove_tree
from glms.sandbox.groups import Group, Groups
from glms.sandbox.limits import Limits
from glms.sandbox.stage import Stage

WRITABLE = ("data", "tmp", "shm")
START_SECONDS = 30.0
LOOKS = 40
"""How often it is looked for processes that have yet to be stopped before that is given up."""
PAGE = os.sysconf("SC_PAGE_SIZE")


class BoxFailed(Exception):
    """A sandbox did not come up; the text goes to the operator."""


@dataclass(kw_only=True)
class Box:
    """A running sandbox. `pid`: bubblewrap's own, killed by which everything inside ends."""

    name: str
    folder: Path
    process: asyncio.subprocess.Process
    group: Group | None
    commands: asyncio.StreamWriter
    replies: asyncio.StreamReader
    text: asyncio.StreamReader
    init: int
    """The first process inside, as it is numbered outside."""
    has_own_disk: bool
    """Its folder is a file system that is limited in size and number of files."""
    _stopped: set[int] = field(default_factory=set)
    _ends: list[Callable[[], None]] = field(default_factory=list)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def is_running(self) -> bool:
        return self.process.returncode is None

    def interrupt(self) -> None:
        """Ctrl-C for the runner."""
        for pid in children(self.init):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)

    def pause(self) -> None:
        """Stop all that is inside until `resume`: what a call leaves behind takes no time outside of calls.

        What cannot be stopped, because it multiplies faster than it is found, is killed.
        """
        calm = 0
        for _ in range(LOOKS):
            found = set(family(self.init)) - self._stopped
            for pid in found:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
            self._stopped |= found
            calm = 0 if found else calm + 1
            if calm == 2:  # one that changed its parent meanwhile is seen the second time
                return
        self.kill()

    def resume(self) -> None:
        while self._stopped:
            with suppress(ProcessLookupError):
                os.kill(self._stopped.pop(), signal.SIGCONT)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.init, signal.SIGKILL)
        with suppress(ProcessLookupError):
            self.process.kill()

    async def end(self) -> None:
        """Kill all that is inside. Its folder stays until `discard`, so that its files can be taken out."""
        if self.is_running:
            self.kill()
        await self.process.wait()
        self.commands.close()

    def discard(self) -> None:
        """Give back what it held."""
        while self._ends:
            self._ends.pop()()

    def memory(self) -> int:
        """Bytes that its processes hold now, shared pages counted by share."""
        return sum(_held(pid) for pid in family(self.init))


def children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def family(pid: int) -> list[int]:
    found = [pid]
    for member in found:
        found += children(member)
    return found


def _held(pid: int) -> int:
    """Without shared pages where the process lets us see them, else with all."""
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return 0


@dataclass(frozen=True, kw_only=True)
class Launcher:
    """Starts sandboxes; only ever from the main thread, since they end with the thread that started them."""

    stage: Stage
    shown: Shown
    groups: Groups
    limits: Limits
    strict: bool
    """With what only works where /proc/sys can be written."""

    async def start(self, *, name: str, mode: str) -> Box:
        """A sandbox with the runner in it. Raises BoxFailed.

        mode: `notebook` for a conversation's interpreter, `function` for one call.
        """
        folder = self.stage.box_folder(name)
        ends: list[Callable[[], None]] = []
        try:
            self._make_folder(folder, ends)
            group = self.groups.make(name, self.limits)
            ends.append(lambda: self.groups.discard(group))
            box = await self._launch(name=name, mode=mode, folder=folder, group=group)
        except (OSError, ValueError, TimeoutError) as error:
            for end in reversed(ends):
                end()
            raise BoxFailed(f"a sandbox cannot be started: {error}") from error
        box._ends.extend(ends)
        return box

    def _make_folder(self, folder: Path, ends: list[Callable[[], None]]) -> None:
        folder.mkdir(mode=0o700)
        ends.append(lambda: remove_tree(folder))
        if self.stage.can_mount:
            size, inodes, user = self.limits.disk, self.limits.inodes, self.stage.user
            options = f"size={size},nr_inodes={inodes},mode=0700,uid={user.uid},gid={user.gid}"
            kernel.mount_memory(folder, options=options)
            ends.append(lambda: kernel.unmount(folder))
        for part in WRITABLE:
            (folder / part).mkdir(mode=0o700)

    async def _launch(self, *, name: str, mode: str, folder: Path, group: Group | None) -> Box:
        pipes = Pipes()
        try:
            handles = {"seccomp": pipes.file(self.stage.folder / "filter.bpf"), "info": pipes.info[1]}
            argv = bubblewrap.command(shown=self.shown, box=folder, strict=self.strict, handles=handles)
            runner = [self.shown.interpreter.program, "-I", "-S", f"{RUNNER_INSIDE}/runner.py"]
            settings = orjson.dumps({"mode": mode, "replies": pipes.replies[1], "limits": self.limits.inside()})
            process = await asyncio.create_subprocess_exec(
                *argv, *runner, settings.decode(),
                env={},  # an environment given here could be read inside, in /proc/1/environ
                stdin=pipes.commands[0], stdout=pipes.text[1], stderr=pipes.text[1],
                pass_fds=(handles["seccomp"], handles["info"], pipes.replies[1]),
                preexec_fn=group.enter if group else None,
                cwd="/",
                umask=0o077,
            )  # fmt: skip
            pipes.close_inner()
            try:
                return await self._box(process, pipes, name=name, folder=folder, group=group)
            except BaseException:
                process.kill()
                await process.wait()
                raise
        finally:
            pipes.close()

    async def _box(
        self, process: asyncio.subprocess.Process, pipes: "Pipes", *, name: str, folder: Path, group: Group | None
    ) -> Box:
        async with asyncio.timeout(START_SECONDS):
            text = await reader(pipes.take(pipes.text[0]))
            info = await reader(pipes.take(pipes.info[0]))
            told = b""
            while not told.endswith(b"}\n") and (more := await info.read(4096)):
                told += more
            if not told:
                words = (await text.read(4096)).decode(errors="replace").strip()
                raise ValueError(words or f"bubblewrap ended with status {await process.wait()}")
            return Box(
                name=name, folder=folder, process=process, group=group, text=text, has_own_disk=self.stage.can_mount,
                commands=await writer(pipes.take(pipes.commands[1])),
                replies=await reader(pipes.take(pipes.replies[0])),
                init=int(orjson.loads(told)["child-pid"]),
            )  # fmt: skip


class Pipes:
    """The pipes between sandboxd and one sandbox; each end is closed once."""

    def __init__(self) -> None:
        self.commands, self.replies, self.text, self.info = os.pipe(), os.pipe(), os.pipe(), os.pipe()
        self._open = {*self.commands, *self.replies, *self.text, *self.info}
        self._inner = {self.commands[0], self.replies[1], self.text[1], self.info[1]}

    def file(self, path: Path) -> int:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._open.add(handle)
        self._inner.add(handle)
        return handle

    def take(self, handle: int) -> int:
        self._open.discard(handle)
        return handle

    def close_inner(self) -> None:
        for handle in self._inner & self._open:
            os.close(handle)
        self._open -= self._inner

    def close(self) -> None:
        while self._open:
            os.close(self._open.pop())


async def reader(handle: int) -> asyncio.StreamReader:
    stream = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(handle, "rb", buffering=0)
    )
    return stream


async def writer(handle: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        asyncio.streams.FlowControlMixin, os.fdopen(handle, "wb", buffering=0)
    )
    return asyncio.StreamWriter(transport, protocol, None, loop)
