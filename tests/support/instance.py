"""A real instance in a folder of its own, for tests that start, kill, pause and restart its processes."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import psutil

from glms.config.env import PROJECT, default_database_url, default_redis_url
from glms.instance.layout import Layout

SERVING = ("postgres", "valkey", "migrate", "web", "runs", "background", "beat")
"""The parts that are ready when an instance without a model server is up."""


class InstanceError(AssertionError):
    """The instance did not do what was waited for; the message has the terminal's and the logs' last lines."""


class Instance:
    """`glms up` on `home`. Without a model server unless `environment` says otherwise.

    >>> with Instance(tmp_path / "home", environment={"GLMS_MODEL_URL": scripted.url}) as instance:
    ...     instance.kill("runs")
    """

    def __init__(
        self, home: Path, *, environment: Mapping[str, str] | None = None, port: int | None = 0, wait: bool = True
    ) -> None:
        self.home = home.absolute()
        self.layout = Layout(self.home)
        self.environment = dict(environment or {})
        self._port = port
        self._wait = wait
        self._process: subprocess.Popen[bytes] | None = None

    # --- life -------------------------------------------------------------------------------------------------------
    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, *, parts: tuple[str, ...] | None = None, seconds: float = 90) -> Self:
        """Start it and wait until `parts` (all but the model server) are ready; when they are not, it is ended."""
        try:
            self._start(parts if parts is not None else SERVING if self._wait else (), seconds)
        except BaseException:
            self.stop()
            raise
        return self

    def _start(self, parts: tuple[str, ...], seconds: float) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        port = () if self._port is None else ("--port", str(self._port))
        with self.terminal.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "glms.instance.cli", "up", "--home", str(self.home), *port],
                cwd=PROJECT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until(self._state_is_ours, "the supervisor writes its state", seconds)
        if self._port == 0:
            self._port = self.state()["port"]
        for name in parts:
            self.wait_for(name, seconds=seconds)

    def stop(self, *, number: signal.Signals = signal.SIGINT, seconds: float = 30) -> float:
        """End it as Ctrl-C does; how many seconds it took."""
        if self._process is None:
            return 0.0
        began = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill_supervisor()
            raise InstanceError(f"it did not end within {seconds} s\n{self.story()}") from None
        self._process = None
        return time.monotonic() - began

    def restart(self) -> Self:
        self.stop()
        return self.start()

    def kill_supervisor(self) -> None:
        """`kill -9` of the supervisor alone."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)
        self._process = None

    def _environment(self) -> dict[str, str]:
        ours = ("GLMS_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "PYTEST_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {**kept, "GLMS_MODEL": "none", **self.environment}

    def _state_is_ours(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise InstanceError(f"the supervisor ended\n{self.story()}")
        return self.supervisor_pid == self._process.pid

    # --- where it is ------------------------------------------------------------------------------------------------
    @property
    def terminal(self) -> Path:
        return self.home / "terminal.txt"

    @property
    def url(self) -> str:
        """The page's address, by its number: a name could lead to another address family."""
        return f"http://127.0.0.1:{self.state()['port']}"

    @property
    def database_url(self) -> str:
        return self.environment.get("DATABASE_URL") or default_database_url(self.home)

    @property
    def redis_url(self) -> str:
        return self.environment.get("REDIS_URL") or default_redis_url(self.home)

    def log(self, name: str) -> str:
        path = self.layout.log(name)
        return path.read_text(errors="replace") if path.exists() else ""

    def story(self) -> str:
        """The terminal and the end of each log, for a failing test."""
        names = sorted(self.layout.logs.glob("*.log"))
        logs = [f"== {path.name}\n{path.read_text(errors='replace')[-1500:]}" for path in names]
        terminal = self.terminal.read_text(errors="replace")[-3000:] if self.terminal.exists() else ""
        return "\n".join([terminal, *logs])

    # --- its parts --------------------------------------------------------------------------------------------------
    def state(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads(self.layout.state.read_text())
        except FileNotFoundError:
            return {"parts": []}
        return state

    def part(self, name: str) -> dict[str, Any]:
        return next((part for part in self.state()["parts"] if part["name"] == name), {})

    @property
    def supervisor_pid(self) -> int | None:
        return self.state().get("pid")

    def pid(self, name: str) -> int:
        """The process of a part that runs."""
        pid = self.part(name).get("pid")
        assert pid is not None, f"{name} has no process: {self.part(name)}"
        return int(pid)

    def wait_for(
        self, name: str, *, state: str = "ready", not_pid: int | None = None, seconds: float = 60
    ) -> int | None:
        """Wait until a part is in a state, with another process than `not_pid` if given; its process."""

        def reached() -> bool:
            if self._process is not None and self._process.poll() is not None:
                raise InstanceError(f"the supervisor ended while waiting for {name}\n{self.story()}")
            part = self.part(name)
            return part.get("state") == state and (not_pid is None or part.get("pid") != not_pid)

        self._wait_until(reached, f"{name} is {state}", seconds)
        pid: int | None = self.part(name).get("pid")
        return pid

    def _wait_until(self, reached: Any, what: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > deadline:
                raise InstanceError(f"not within {seconds} s: {what}\n{self.story()}")
            time.sleep(0.05)

    # --- what befalls them ------------------------------------------------------------------------------------------
    def kill(self, name: str, number: signal.Signals = signal.SIGKILL, *, wait: bool = True) -> int:
        """Send a part a signal; unless told otherwise wait until its successor is ready. The old process."""
        pid = self.pid(name)
        os.kill(pid, number)
        if wait:
            self.wait_for(name, not_pid=pid)
        return pid

    def pause(self, name: str) -> None:
        for process in self._family(name):
            process.suspend()

    def resume(self, name: str) -> None:
        for process in self._family(name):
            process.resume()

    def _family(self, name: str) -> list[psutil.Process]:
        process = psutil.Process(self.pid(name))
        return [process, *process.children(recursive=True)]

    @contextlib.contextmanager
    def without(self, name: str, *, wiped: bool = False) -> Iterator[None]:
        """Valkey or PostgreSQL is gone (killed and not started again) for the length of the block."""
        folder = self.home / name
        away = folder.with_name(f"{name}.away")
        pid = self.pid(name)
        folder.rename(away)
        folder.write_text("in the way: the part cannot be started while this is no folder")
        os.kill(pid, signal.SIGKILL)
        self._wait_until(lambda: self.part(name).get("pid") != pid, f"{name} is gone", 20)
        try:
            yield
        finally:
            folder.unlink()
            if wiped:
                shutil.rmtree(away)
            else:
                away.rename(folder)
            self.wait_for(name)
