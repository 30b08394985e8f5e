"""A real sandboxd beside a test, started as the product starts it: root gives it a user of its own."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

from glms.config.env import PROJECT, environment
from glms.instance.unix_user import sandbox_user
from glms.sandbox.client import NoSandbox, Run, SandboxBusy, SandboxClient

PLAIN_USER = 4242


class Sandboxd:
    """`python -m glms.sandbox.daemon`. plain: started by an ordinary user, who needs no rights at all."""

    def __init__(self, *, plain: bool = False, warm: int = 1, canary: str = "") -> None:
        self.plain = plain and os.geteuid() == 0
        self.canary = canary
        self._warm = warm
        self._folder = tempfile.TemporaryDirectory(prefix="sbx-", ignore_cleanup_errors=True)
        self.home = Path(self._folder.name)
        self.client = SandboxClient(self.home / "s.sock")
        self.name = f"glms-test-{os.getpid()}-{self.home.name}"

    def __enter__(self) -> Self:
        if self.plain:
            os.chown(self.home, PLAIN_USER, PLAIN_USER)
        user = None if self.plain else sandbox_user()
        become = ["--user", f"{user[0]}:{user[1]}"] if user else []
        socket = str(self.home / "s.sock")
        command = [
            sys.executable, "-m", "glms.sandbox.daemon", "--home", str(self.home), "--socket", socket,
            "--environment", str(environment().sandbox.venv), "--name", self.name, "--warm", str(self._warm), *become,
        ]  # fmt: skip
        as_user: dict[str, Any] = {"user": PLAIN_USER, "group": PLAIN_USER, "extra_groups": []} if self.plain else {}
        self.process = subprocess.Popen(
            command, cwd=PROJECT, env={"PATH": os.environ["PATH"], "SBX_CANARY_ENV": self.canary}, **as_user
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


def text_of(run: Run) -> str:
    """All that people and models see of a run."""
    return "\n".join(str(output.get("text") or output.get("message") or "") for output in run.outputs)
