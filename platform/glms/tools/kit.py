"""What a tool of the catalogue is: a kit that is unpacked for one conversation, and what it finds around it there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A passage of a document. scores: of each way of finding it, None where it was not found that way."""

    base_id: str
    document_id: str
    chunk_id: int
    name: str
    page: int | None
    headings: tuple[str, ...]
    text: str
    scores: Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpts:
    """What a search found, the best first. notes: what was left out, and why."""

    query: str
    excerpts: tuple[Excerpt, ...]
    notes: tuple[str, ...] = ()


class Knowledge(Protocol):
    """The knowledge bases of an agent, as far as whoever talks to it may read them."""

    @property
    def topics(self) -> Sequence[tuple[str, str]]:
        """Names and descriptions."""
        ...

    @property
    def rewrite(self) -> bool:
        """Whether a message is first made into a query, where it is looked up without a call of the model's."""
        ...

    async def search(self, query: str) -> Excerpts:
        """Raises ToolError when they cannot be searched."""
        ...


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a kit may use in one run.

    next_source: the first number that no source of the conversation has. memory: None when the agent may not remember.
    knowledge: None when it has no knowledge bases.
    """

    conversation_id: UUID
    user_id: UUID
    workspace_id: UUID
    files: Files
    memory: Memory | None = None
    knowledge: Knowledge | None = None
    next_source: int = 1

    @cached_property
    def numbers(self) -> Iterator[int]:
        """Gives each source of the run its number, whichever tool it is of."""
        return count(self.next_source)


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
