"""What comes of a tool call: text for the model, and for people what they can see, keep and check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """A file that a tool made or took in, stored for the user. `size` in bytes."""

    id: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A passage that the model may cite as `【number†source】`; numbers are unique within a conversation.

    text: what the model was shown of it, so that a citation can be checked.
    """

    number: int
    title: str
    url: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """The result of a call.

    text: what the model reads. metadata: the words behind GLM-4's `<|observation|>`, such as `browser_result`.
    view: JSON for the tool's own view in the page, told apart by `kind`.
    failed: the call did what it could and the model has something to mend, as with code that raises an error.
    """

    text: str
    metadata: str = ""
    view: Mapping[str, Any] | None = None
    artefacts: tuple[Artefact, ...] = field(default=())
    sources: tuple[Source, ...] = field(default=())
    failed: bool = False
