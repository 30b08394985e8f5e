"""Function names as they go over the wire and back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from inference.tools import Tool

PLAIN = re.compile(r"[\w-]+")


@dataclass(slots=True)
class Names:
    """Names of letters of any script, digits, `_` and `-` stay; in others `_` stands for the rest. None comes twice.

    reserved: names that mean something else in the dialect.
    """

    tools: Sequence[Tool]
    reserved: frozenset[str] = frozenset()
    to_wire: dict[str, str] = field(default_factory=dict)
    from_wire: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [tool.name for tool in self.tools]
        for name in sorted(names, key=lambda name: PLAIN.fullmatch(name) is None):
            self.wire(name)

    def wire(self, name: str) -> str:
        """The name for the wire, also of a tool that the agent no longer has."""
        if name not in self.to_wire:
            stem = re.sub(r"[^\w-]", "_", name) or "_"
            wire, number = stem, 2
            while wire in self.from_wire or wire in self.reserved:
                wire, number = f"{stem}_{number}", number + 1
            self.to_wire[name], self.from_wire[wire] = wire, name
        return self.to_wire[name]

    def ours(self, wire: str) -> str:
        """The tool that the model means; models also write the name as it was before."""
        return self.from_wire.get(wire, wire)

    def knows(self, name: str) -> bool:
        """Whether a model may write this for one of the tools."""
        return name in self.from_wire or name in self.to_wire
