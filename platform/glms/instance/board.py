"""What state each part of the instance is in, for the terminal, `glms status` and the file `run/state.json`."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from glms.instance.files import write_json


class State(StrEnum):
    """How a part is doing."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class PartState:
    """One part's line; `since` is in epoch seconds."""

    name: str
    state: State
    detail: str
    pid: int | None
    since: float


Listener = Callable[[PartState], None]


class Board:
    """Keeps every part's line and tells the listeners of each change."""

    def __init__(self, *, path: Path, head: dict[str, Any]) -> None:
        self._path = path
        self._head = head
        self.parts: dict[str, PartState] = {}
        self.listeners: list[Listener] = []

    def put(self, name: str, state: State, *, detail: str = "", pid: int | None = None) -> None:
        """Note a part's state; `since` moves only when the state itself changes."""
        known = self.parts.get(name)
        if known and (known.state, known.detail, known.pid) == (state, detail, pid):
            return
        since = known.since if known and known.state == state and known.pid == pid else time.time()
        line = PartState(name=name, state=state, detail=detail, pid=pid, since=round(since, 3))
        self.parts[name] = line
        self.save()
        for listener in self.listeners:
            listener(line)

    def save(self) -> None:
        write_json(self._path, {**self._head, "parts": [asdict(part) for part in self.parts.values()]})
