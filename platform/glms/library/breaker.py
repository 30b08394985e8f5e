"""Spares people the wait for a server that failed a moment ago: it is left alone for a while, then one asks again."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

FIRST_REST, LONGEST_REST = 5.0, 60.0
"""Seconds after the first failure; doubled with each further one."""


@dataclass(slots=True)
class _Rest:
    seconds: float
    until: float


@dataclass(eq=False)
class Breaker:
    """By the names of servers; of one process. clock: seconds that only grow."""

    clock: Callable[[], float] = time.monotonic
    _rests: dict[str, _Rest] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def may_ask(self, server: str) -> bool:
        """After its rest one caller may; the others go without it until that one was answered, or for as long again."""
        with self._lock:
            rest = self._rests.get(server)
            if rest is None:
                return True
            if self.clock() < rest.until:
                return False
            rest.until = self.clock() + rest.seconds
            return True

    def failed(self, server: str) -> None:
        with self._lock:
            known = self._rests.get(server)
            seconds = min(known.seconds * 2, LONGEST_REST) if known else FIRST_REST
            self._rests[server] = _Rest(seconds, self.clock() + seconds)

    def answered(self, server: str) -> None:
        with self._lock:
            self._rests.pop(server, None)

    def forget(self) -> None:
        """Start as after the start of the process."""
        with self._lock:
            self._rests.clear()
