"""How strong the boundary is on this machine, and why it is not stronger."""

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """What stands between foreign code and the machine.

    A runtime of its own (gVisor, Kata) around all of `sandboxd` would be a fourth one; it cannot be seen from inside,
    so it is never claimed.
    """

    NONE = 0
    CONFINED = 1
    """Landlock and the call filter alone: no view of its own, for an instance that one person uses."""
    NAMESPACES = 2
    """Bubblewrap, the call filter and limits per process; memory is watched from outside."""
    WHOLE = 3
    """Bubblewrap with user namespaces shut off inside, the call filter, a control group for memory and processes."""


LOWEST = Level.NAMESPACES

WORDS = {
    Level.NONE: "no sandbox",
    Level.CONFINED: "Landlock and call filter only",
    Level.NAMESPACES: "bubblewrap, call filter, limits per process",
    Level.WHOLE: "bubblewrap, call filter, control group",
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the probe found. `reason`: why nothing runs, for people; empty when something does."""

    level: Level
    reason: str = ""
    notes: tuple[str, ...] = ()

    @property
    def works(self) -> bool:
        return not self.reason

    @property
    def words(self) -> str:
        return f"level {int(self.level)}: {WORDS[self.level]}" if self.works else self.reason
