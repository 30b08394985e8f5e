"""The log of each process: a file of bounded size, of which the terminal shows what matters."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

MAX_BYTES = 10 * 1024 * 1024
KEPT = 3
TAIL_BYTES = 64 * 1024
LOUD = re.compile(r"(?<!%)\b(WARN|WARNING|ERROR|FATAL|PANIC|CRITICAL)\b|\bTraceback \(|^\w[\w.]*(Error|Exception):")
SEVERE = re.compile(r"\b(ERROR|CRITICAL)\b|^\w[\w.]*(Error|Exception):")
HARMLESS = ("Memory overcommit must be enabled", "the database system is starting up")
"""What every start on an ordinary machine would show."""
QUIET_LEVELS = {"debug", "info", "notset"}


def rotate(path: Path) -> None:
    """Put the log of the last start away; the new one begins empty."""
    if path.exists() and path.stat().st_size:
        for number in range(KEPT - 1, 0, -1):
            older = path.with_suffix(f".log.{number}")
            if older.exists():
                older.replace(path.with_suffix(f".log.{number + 1}"))
        path.replace(path.with_suffix(".log.1"))


def shrink(path: Path) -> bool:
    """Cut a log that grew too long; its writer appends, so it goes on in the emptied file. True when it was cut."""
    if not path.exists() or path.stat().st_size < MAX_BYTES:
        return False
    for number in range(KEPT - 1, 0, -1):
        older = path.with_suffix(f".log.{number}")
        if older.exists():
            older.replace(path.with_suffix(f".log.{number + 1}"))
    shutil.copyfile(path, path.with_suffix(".log.1"))
    with path.open("r+b") as file:
        file.truncate(0)
    return True


def is_loud(line: str, *, name: str = "") -> bool:
    """Whether a line is a warning or worse: by its level where it is JSON, by its look where it is not.

    Of the model server only errors: it warns a dozen times at every start.
    """
    if name == "model":
        return bool(SEVERE.search(line))
    if line.startswith("{"):
        try:
            return str(json.loads(line).get("level", "info")).lower() not in QUIET_LEVELS
        except ValueError:
            return True
    return bool(LOUD.search(line)) and not any(known in line for known in HARMLESS)


def tail(path: Path, *, lines: int) -> list[str]:
    """The last lines of a log."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        text = file.read().decode(errors="replace")
    return [line for line in text.splitlines() if line.strip()][-lines:]


class Follower:
    """Reads what was added to a log since the last look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = path.stat().st_size if path.exists() else 0
        self._half = b""

    def fresh(self) -> Iterator[str]:
        """Whole lines only; a file that shrank is read from its beginning."""
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            return
        if size < self._offset:
            self._offset = 0
        if size == self._offset:
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            text = self._half + file.read()
        self._offset = size if len(text) == 0 else self._offset + len(text) - len(self._half)
        *whole, self._half = text.split(b"\n")
        yield from (line.decode(errors="replace").rstrip() for line in whole if line.strip())
