"""A real sandboxd beside a test, started as the product starts it: root gives it a user of its own."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from glms.config.env import PROJECT, environment
from glms.instance.unix_user import sandbox_user
from glms.sandbox.client import NoSandbox, Run, SandboxBusy, SandboxClient
from tests.support import plain_user


class Sandboxd:
    """`python -m glms.sandbox.daemon`. plain: started by an ordinary user, who needs no rights at all.

    socket: where it listens, else in a folder of its own. more: further options, as its command line has them.
    """

    def __init__(
        self,
        *,
        plain: bool = False,
        warm: int = 1,
        canary: str = "",
        socket: Path | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.plain = plain and os.geteuid() == 0
        self.canary = canary
        self._options = {"--environment": str(environment().sandbox.venv), "--warm": str(warm), **(more or {})}
        self._folder = tempfile.TemporaryDirectory(prefix="sbx-", ignore_cleanup_errors=True)
        self.home = Path(self._folder.name)
        self.client = SandboxClient(socket or self.home / "s.sock")
        self.name = f"glms-test-{os.getpid()}-{self.home.name}"

    def __enter__(self) -> Self:
        if self.plain:
            os.chown(self.home, plain_user.UID, plain_user.UID)
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
            preexec_fn=plain_user.become if self.plain else None,
        )
        self.status = self._started()
        return self

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

    async def run(self, conversation: str, code: str, *, seconds: float = 60.0) -> Run:
        """Run, and wait for room where there is none."""
        for _ in range(600):
            try:
                return await self.client.run(conversation, code, seconds=seconds)
            except SandboxBusy:
                await asyncio.sleep(0.2)
        raise AssertionError("no interpreter became free")

    def insiders(self) -> list[int]:
        """Processes that live in one of its sandboxes."""
        found = []
        for status in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = status.read_bytes()
            except OSError:
                continue
            if b"bwrap" in words and self.home.name.encode() in words + self._environment(status):
                found.append(int(status.parent.name))
        return found

    def _environment(self, status: Path) -> bytes:
        try:
            return (status.parent / "cgroup").read_bytes()
        except OSError:
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
