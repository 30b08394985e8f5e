"""A Milvus server in a process of its own: Milvus Lite behind Milvus's protocol."""

import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.support.scripted import wait_until


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class MilvusServer:
    """`with MilvusServer(folder) as milvus`: at `milvus.url`; it comes back on its port after `stop` and `start`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Self:
        command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(self._folder / "milvus")]
        with (self._folder / "milvus.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(self._port)], stdout=log, stderr=log
            )
        wait_until(self._is_listening, seconds=60, what="Milvus listens", every=0.1)
        return self

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def _is_listening(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=1):
            return True
        return False
