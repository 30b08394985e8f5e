"""A second run worker beside the instance's own: with a clock, or a way to the database, of its own."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import psutil

from glms.config.env import PROJECT
from glms.instance import commands
from tests.support.instance import Instance
from tests.support.scripted import wait_until


class SecondWorker:
    """Executes runs of `instance` until the block ends.

    >>> with SecondWorker(instance, database_url=proxy.url) as worker:
    ...     instance.pause("runs")
    """

    def __init__(
        self,
        instance: Instance,
        *,
        name: str = "second",
        database_url: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._log = instance.home / f"worker-{name}.log"
        self._command = commands.run_worker(identity=name)
        self._environment = {
            **instance._environment(),
            "GLMS_HOME": str(instance.home),
            "GLMS_PUBLIC_URL": instance.url,
            "GLMS_PROCESS": name,
            "DATABASE_URL": database_url or instance.database_url,
            "REDIS_URL": instance.redis_url,
            "DJANGO_SETTINGS_MODULE": "glms.config.settings",
            "PYTHONUNBUFFERED": "1",
            **(environment or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with Path(self._log).open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=PROJECT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        wait_until(lambda: "ready." in self.log(), seconds=40, what="the second worker is ready", every=0.2)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGCONT)
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(5)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def pause(self) -> None:
        for process in self._family():
            process.suspend()

    def resume(self) -> None:
        for process in self._family():
            process.resume()

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        os.kill(self.pid, number)

    def wait(self, seconds: float) -> int:
        assert self._process is not None
        return self._process.wait(seconds)

    def _family(self) -> list[psutil.Process]:
        process = psutil.Process(self.pid)
        return [process, *process.children(recursive=True)]
