"""One attempt at a job, as those who do the work see it: whether it is still theirs, and how it can go wrong."""

import threading
import time
from dataclasses import dataclass, field

from glms.library.jobs import LEASE, Claim, LeaseLost

MARGIN = LEASE / 6


class Later(Exception):
    """It cannot be done now, for a reason that passes: try again in a while. `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Failed(Exception):
    """It cannot be done, and trying again gives the same. `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def told(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message}


class Drained(Exception):
    """The process is told to end: another one goes on from the last step."""


@dataclass(eq=False)
class Attempt:
    """`lost` is set when the lease is another's or the job is no more; `draining` when the process shall end."""

    claim: Claim
    draining: threading.Event = field(default_factory=threading.Event)
    lost: threading.Event = field(default_factory=threading.Event)
    valid_until: float = field(default_factory=lambda: time.monotonic() + LEASE - MARGIN)

    def is_over(self) -> bool:
        return self.lost.is_set() or self.draining.is_set()

    def go_on(self) -> None:
        """Between two steps. Raises LeaseLost, Drained."""
        if self.lost.is_set():
            raise LeaseLost
        if self.draining.is_set():
            raise Drained
