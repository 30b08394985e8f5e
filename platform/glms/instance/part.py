"""What the supervisor must know about a part to start it, see it ready, and end it."""

import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from glms.instance.board import State
from glms.instance.child import Child, Launch

Report = Callable[[str], None]
Prepare = Callable[[Report], Awaitable[Launch]]
Probe = Callable[[Child], Awaitable[str | None]]
"""Answers None while the part is not ready, else a word on how it is reached."""


class PartError(Exception):
    """A part cannot be started now; its text goes to the operator."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process of the instance."""

    name: str
    prepare: Prepare
    """Runs before every start: cleans what a crash left, answers how to launch."""
    probe: Probe
    probe_seconds: float = 0.1
    stop_signal: signal.Signals = signal.SIGTERM
    longest_pause: float = 10.0
    """Between two starts of a part that keeps dying, in seconds."""
    announce: Callable[[State, str], None] | None = None
    explain: Callable[[Child, int], str] | None = None
    """Why a process ended with a status; else the last line of its log says it."""


def always(launch: Launch) -> Prepare:
    """A part that is launched the same way each time."""

    async def prepare(_report: Report) -> Launch:
        return launch

    return prepare
