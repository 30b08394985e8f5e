"""What a tool of the catalogue is: a kit that is unpacked for one conversation, and what it finds around it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from inference.observations import Artefact
from inference.tools import Tool


class Files(Protocol):
    """The files of one conversation."""

    async def save(self, name: str, data: bytes) -> Artefact:
        """Keep a file for the user; its type is found from its bytes and its name.

        Raises ToolError when it is too large or the conversation has too many.
        """
        ...

    async def listing(self) -> list[Artefact]:
        """All files of the conversation, the oldest first."""
        ...

    async def read(self, file_id: str) -> bytes:
        """Raises ToolError when there is no such file."""
        ...


class Memory(Protocol):
    """What the agent remembers about this user."""

    async def remember(self, text: str) -> int:
        """Keep one fact; its number. Raises ToolError when there is no room."""
        ...

    async def forget(self, number: int) -> str:
        """Drop a fact; its text. Raises ToolError when there is no such fact."""
        ...


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a kit may use in one run.

    next_source: the first number that no source of the conversation has. memory: None when the agent may not remember.
    """

    conversation_id: UUID
    user_id: UUID
    workspace_id: UUID
    files: Files
    memory: Memory | None = None
    next_source: int = 1


class Kit(Protocol):
    """A thing that people pick for their agent: one tool or several that belong together."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def description(self) -> str: ...

    def unavailable(self) -> str:
        """Why it cannot be used on this instance, for people; empty when it can."""
        ...

    def outline(self) -> Sequence[Tool]:
        """Its tools as people and models see them, not to be run: names, descriptions, parameters."""
        ...

    def tools(self, around: Surroundings) -> Sequence[Tool]:
        """Its tools for one run. What they keep open they close by themselves when it is idle."""
        ...
