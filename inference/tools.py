"""What the loop needs of a tool, and how a call's arguments become values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from inference.arguments import Unreadable, read_object
from inference.errors import ToolError
from inference.observations import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a call is. `fraction` from 0 to 1, None where nobody knows."""

    text: str
    fraction: float | None = None


def _unheard(_progress: Progress) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallContext:
    """What a tool may know of its call.

    key: stands for this one call for ever; send it along as an idempotency key. report: tells people how far it is.
    """

    key: str
    report: Callable[[Progress], None] = field(default=_unheard)


class Tool(Protocol):
    """A thing that a model may call.

    parameters: a JSON Schema of an object.
    repeatable: running a call twice does no harm, so an interrupted call is simply run again.
    changes_world: a call has effects outside of the conversation, so people are asked first unless they said otherwise.
    timeout: seconds after which a call is given up.
    """

    name: str
    description: str
    parameters: Mapping[str, Any]
    repeatable: bool
    changes_world: bool
    timeout: float

    async def run(self, arguments: dict[str, Any], context: CallContext) -> str | Observation:
        """The observation for the model. Raises ToolError for what the model can mend."""
        ...


def read_arguments(text: str) -> dict[str, Any]:
    """The arguments that a model wrote, as values. Raises ToolError when they are no JSON object and no near one."""
    try:
        return read_object(text)
    except Unreadable as error:
        raise ToolError(f"The arguments {error}. Make the call again, written out whole.") from error
