"""One running process: started in a session of its own, ended with its whole group, logged to its own file."""

import asyncio
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from glms.instance import logfiles
from glms.instance.layout import Layout
from glms.instance.records import Records
from glms.instance.unix_user import UnixUser, become

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LIBC = ctypes.CDLL(None, use_errno=True)
LINUX = sys.platform.startswith("linux")


@dataclass(frozen=True, kw_only=True)
class Launch:
    """How a process is started."""

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    folder: Path
    user: UnixUser | None = None
    nice: int = 0
    orphan_signal: signal.Signals = signal.SIGTERM
    """What the kernel sends when the supervisor is gone."""
    inherited_fd: int | None = None


class Child:
    """A process that was started and its log."""

    def __init__(self, *, name: str, process: asyncio.subprocess.Process, log: Path, log_start: int) -> None:
        self.name = name
        self.log = log
        self.started_at = time.time()
        self._process = process
        self._log_start = log_start

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None

    async def wait(self) -> int:
        """The exit status; negative: the number of the signal that ended it. What is left of its group ends with it."""
        status = await self._process.wait()
        self.send_group(signal.SIGKILL)
        return status

    def send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)
            os.kill(self.pid, signal.SIGCONT)

    def send_group(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """End it at once with all that it started, also what moved into a session of its own."""
        family = []
        with suppress(psutil.Error):
            family = psutil.Process(self.pid).children(recursive=True)
        self.send_group(signal.SIGKILL)
        for process in family:
            with suppress(psutil.Error):
                process.kill()

    def says(self, text: str) -> bool:
        """Whether its log has this text since it started."""
        try:
            with self.log.open("rb") as file:
                file.seek(self._log_start)
                return text.encode() in file.read()
        except FileNotFoundError:
            return False

    def last_words(self, *, lines: int = 20) -> list[str]:
        return logfiles.tail(self.log, lines=lines)


class Nursery:
    """Starts processes and keeps the record of those that run."""

    def __init__(self, *, layout: Layout) -> None:
        self._layout = layout
        self._records = Records(layout.processes)
        self._known: set[int] = set()

    async def start(self, *, name: str, launch: Launch, log: str | None = None) -> Child:
        """Start a process; its output goes to `logs/<log or name>.log`. Raises OSError when it cannot be started."""
        path = self._layout.log(log or name)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        log_start = os.fstat(descriptor).st_size
        try:
            process = await asyncio.create_subprocess_exec(
                *launch.argv,
                env=dict(launch.environment),
                cwd=launch.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
                umask=0o077,
                pass_fds=() if launch.inherited_fd is None else (launch.inherited_fd,),
                preexec_fn=_preparation(launch, parent=os.getpid()),
                **become(launch.user),
            )
        finally:
            os.close(descriptor)
        self._known.add(process.pid)
        self._records.add(name=name, pid=process.pid)
        return Child(name=name, process=process, log=path, log_start=log_start)

    async def ended(self, child: Child) -> int:
        """Wait for the process and strike it off the record. Its exit status; negative: the signal that ended it."""
        status = await child.wait()
        self._known.discard(child.pid)
        self._records.remove(child.pid)
        return status

    async def complete(self, *, name: str, launch: Launch, log: str | None = None) -> tuple[int, Child]:
        """Run a command to its end; it is killed when the waiting is cancelled."""
        child = await self.start(name=name, launch=launch, log=log)
        try:
            return await self.ended(child), child
        except asyncio.CancelledError:
            child.kill()
            await self.ended(child)
            raise

    def bury(self) -> None:
        """Reap adopted processes that have ended; our own are reaped where they are awaited."""
        for process in psutil.Process().children():
            with suppress(psutil.Error, ChildProcessError):
                if process.pid not in self._known and process.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(process.pid, os.WNOHANG)


def _preparation(launch: Launch, *, parent: int) -> Callable[[], None]:
    """What the child does before its command runs: end with its parent, give way, become its user."""

    def prepare() -> None:
        if launch.user is not None:
            launch.user.enter()
        if LINUX:
            LIBC.prctl(PR_SET_PDEATHSIG, int(launch.orphan_signal), 0, 0, 0)
            if os.getppid() != parent:  # it was gone before the kernel knew
                os._exit(1)
        if launch.nice:
            os.nice(launch.nice)

    return prepare


def adopt_orphans() -> None:
    """Grandchildren whose parent died become ours, so that none escapes the end."""
    if LINUX:
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_family(*, patience: float = 0.5) -> None:
    """Kill every descendant that is still there: the last act of the supervisor."""
    family = psutil.Process().children(recursive=True)
    for process in family:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(family, timeout=patience)
