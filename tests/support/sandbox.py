"""A real sandboxd beside a test, started as the product starts it: root gives it a user of its own."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

import psutil

from glms.config.env import PROJECT, environment
from glms.instance.unix_user import sandbox_user
from glms.sandbox import groups, kernel
from glms.sandbox.client import Called, NoSandbox, Run, SandboxBusy, SandboxClient
from tests.support import plain_user


class Insider(NamedTuple):
    """A process that has not ended. `space`: its process namespace; `words`: its command line."""

    pid: int
    space: str
    words: bytes


class Sandboxd:
    """`python -m glms.sandbox.daemon`. plain: started by an ordinary user, with this uid, who needs no rights at all.

    mounts: whether it may mount file systems. socket: where it listens, else in a folder of its own. more: further
    options, as its command line has them.
    """

    def __init__(
        self,
        *,
        plain: bool = False,
        uid: int = plain_user.UID,
        mounts: bool = True,
        warm: int = 1,
        canary: str = "",
        socket: Path | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.plain = plain and os.geteuid() == 0
        self.uid = uid if self.plain else os.geteuid()
        self.mounts = mounts
        self.canary = canary
        self._options = {"--environment": str(environment().sandbox.venv), "--warm": str(warm), **(more or {})}
        self._folder = tempfile.TemporaryDirectory(prefix="sbx-", ignore_cleanup_errors=True)
        self.home = Path(self._folder.name)
        self.client = SandboxClient(socket or self.home / "s.sock")
        self.name = f"glms-test-{os.getpid()}-{self.home.name}"

    def __enter__(self) -> Self:
        if self.plain:
            os.chown(self.home, self.uid, self.uid)
        user = None if self.plain else sandbox_user()
        become = ["--user", f"{user[0]}:{user[1]}"] if user else []
        options = [part for option in self._options.items() for part in option]
        command = [
            sys.executable, "-m", "glms.sandbox.daemon", "--home", str(self.home), "--name", self.name,
            "--socket", str(self.client.socket), *options, *become,
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={"PATH": os.environ["PATH"], "SBX_CANARY_ENV": self.canary},
            preexec_fn=self._become,  # noqa: PLW1509
        )
        self.status = self._started()
        return self

    def _become(self) -> None:
        """In the child. As root, sandboxd sees to its end with its parent by itself."""
        parent = os.getppid()
        if self.plain:
            plain_user.become(self.uid)
        if not self.mounts:
            plain_user.mount_nothing()
        kernel.end_with_parent(parent)

    def _started(self) -> dict[str, Any]:
        for _ in range(300):
            try:
                return self.client.status_now()
            except NoSandbox:
                assert self.process.poll() is None, "sandboxd ended at its start"
                time.sleep(0.1)
        raise AssertionError("sandboxd did not start")

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        self._folder.cleanup()
        for group in groups.ROOT.glob(f"*/{self.name}"):  # it may not remove its own, which root made
            with suppress(OSError):
                group.rmdir()

    async def run(self, conversation: str, code: str, *, seconds: float = 60.0) -> Run:
        """Run, and wait for room where there is none."""
        for _ in range(600):
            try:
                return await self.client.run(conversation, code, seconds=seconds)
            except SandboxBusy:
                await asyncio.sleep(0.2)
        raise AssertionError("no interpreter became free")

    async def call(self, code: str, *, seconds: float = 60.0) -> Called:
        """Call the function `f` that the code defines, and wait for room where there is none. Raises FunctionFailed."""
        for _ in range(600):
            try:
                return await self.client.call_function(code, "f", {}, variables={}, seconds=seconds)
            except SandboxBusy:
                await asyncio.sleep(0.2)
        raise AssertionError("no interpreter became free")

    def insiders(self) -> list[Insider]:
        """All that lives in its sandboxes, also when it is itself no more."""
        known = {child.pid for child in self._family()}
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                ours = int(folder.name) in known or self.name.encode() in (folder / "cgroup").read_bytes()
                ours = ours or (self.plain and folder.stat().st_uid == self.uid)
                if ours and "State:\tZ" not in (folder / "status").read_text():
                    found.append(Insider(int(folder.name), _space(folder), _words(folder)))
        return [one for one in found if one.pid != self.process.pid]

    def left_after_kill(self, *, seconds: float = 10.0) -> list[Insider]:
        """Kill sandboxd outright; what lives on in its sandboxes some seconds later."""
        self.process.kill()
        self.process.wait(5)
        until = time.monotonic() + seconds
        while (left := self.insiders()) and time.monotonic() < until:
            time.sleep(0.05)
        return left

    def _family(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []


def _space(folder: Path) -> str:
    with suppress(OSError):
        return str((folder / "ns" / "pid").readlink())
    return ""


def _words(folder: Path) -> bytes:
    with suppress(OSError):
        return (folder / "cmdline").read_bytes()
    return b""


_product: list[Sandboxd] = []
"""The sandboxd of this process's instance, and how many fixtures hold it."""
_holders = 0


@contextmanager
def product_sandbox(socket: Path) -> Iterator[Sandboxd]:
    """A sandboxd where the product looks for its own, one for all fixtures of this process that ask for it."""
    global _holders  # noqa: PLW0603
    if not _product:
        _product.append(Sandboxd(socket=socket).__enter__())
    _holders += 1
    try:
        yield _product[0]
    finally:
        _holders -= 1
        if not _holders:
            _product.pop().__exit__()


@contextmanager
def in_its_place(socket: Path, **more: str) -> Iterator[Sandboxd]:
    """Another sandboxd on that socket for a while, with these options; the first one goes on after it."""
    aside = socket.with_suffix(".aside")
    if socket.exists():
        socket.rename(aside)
    try:
        with Sandboxd(socket=socket, more={f"--{name}": value for name, value in more.items()}) as other:
            yield other
    finally:
        if aside.exists():
            aside.rename(socket)


def text_of(run: Run) -> str:
    """All that people and models see of a run."""
    return "\n".join(str(output.get("text") or output.get("message") or "") for output in run.outputs)
