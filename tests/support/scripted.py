"""The scripted model server in a process of its own, which can be killed, paused and brought back on its port."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, Self

import httpx

from glms.config.env import PROJECT


class ScriptedProcess:
    """`python -m inference.scripted`.

    >>> with ScriptedProcess() as model:
    ...     Instance(home, environment=model.environment)
    """

    def __init__(self) -> None:
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGTERM)

    def start(self) -> Self:
        """Start it, the second time on the port of the first."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "inference.scripted", "--port", str(self._port)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self._port = json.loads(self._process.stdout.readline())["port"]
        return self

    def stop(self, number: signal.Signals = signal.SIGKILL) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(10)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def environment(self) -> dict[str, str]:
        """What makes an instance use this model."""
        return {"GLMS_MODEL_URL": self.url, "GLMS_MODEL_NAME": "scripted"}

    def state(self) -> dict[str, Any]:
        """`asked` (how often each message came), `open` and `aborted` requests."""
        return self._get("state")

    def requests(self) -> list[dict[str, Any]]:
        """The bodies of the last hundred requests."""
        return self._get("requests")["requests"]

    def _get(self, name: str) -> Any:
        return httpx.get(f"http://127.0.0.1:{self._port}/scripted/{name}", timeout=5).json()

    def asked(self, message: str) -> int:
        return self.state()["asked"].get(message, 0)

    def told(self, message: str) -> list[dict[str, Any]]:
        """The messages of the last request that answers `message`."""
        for body in reversed(self.requests()):
            if any(one["role"] == "user" and one["content"] == message for one in body["messages"]):
                return list(body["messages"])
        return []


def wait_until(reached: Callable[[], Any], *, seconds: float, what: str, every: float = 0.05) -> float:
    """How many seconds it took until `reached()`."""
    began = time.monotonic()
    while not reached():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(every)
    return time.monotonic() - began
