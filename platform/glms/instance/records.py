"""Which processes are ours, so that a start after a `kill -9` of the supervisor ends what was left behind."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from glms.instance.files import read_json, write_json

MARK = "GLMS_INSTANCE"
"""Every child carries its instance's identity in this variable."""


class Records:
    """The children that run now, in a file that outlives the supervisor."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[int, dict[str, Any]] = {}

    def add(self, *, name: str, pid: int) -> None:
        with suppress(psutil.NoSuchProcess):
            self._known[pid] = {"name": name, "pid": pid, "create_time": psutil.Process(pid).create_time()}
            self._save()

    def remove(self, pid: int) -> None:
        if self._known.pop(pid, None):
            self._save()

    def _save(self) -> None:
        write_json(self._path, list(self._known.values()))


def leftovers(*, path: Path, identity: str) -> list[psutil.Process]:
    """Processes of an earlier supervisor of this home: those on record, what they started, and those with our mark.

    A number on record may meanwhile belong to someone else: the time of creation tells.
    """
    found: dict[int, psutil.Process] = {}
    for record in read_json(path) or []:
        with suppress(psutil.Error, KeyError, TypeError):
            process = psutil.Process(record["pid"])
            if process.create_time() == record["create_time"]:
                found |= {each.pid: each for each in (process, *process.children(recursive=True))}
    found |= {each.pid: each for each in _marked(identity)}
    ours = {os.getpid(), *(each.pid for each in psutil.Process().parents())}
    return [process for pid, process in found.items() if pid not in ours and _is_running(process)]


def _marked(identity: str) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(MARK) == identity:
                yield process


def _is_running(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def end(processes: list[psutil.Process], *, patience: float = 5.0) -> None:
    """Ask them to stop (PostgreSQL by its fast way), then kill those that still run."""
    for process in processes:
        with suppress(psutil.Error):
            process.send_signal(signal.SIGINT if process.name() == "postgres" else signal.SIGTERM)
            process.send_signal(signal.SIGCONT)
    deadline = time.monotonic() + patience
    remaining = processes
    while remaining and time.monotonic() < deadline:
        time.sleep(0.05)
        remaining = [process for process in remaining if _is_running(process)]
    for process in remaining:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(remaining, timeout=2)
