"""Tools for tests (`GLMS_TOOL_MODULES=tests.support.tools`): slow ones, deadly ones, ones that leave a trace."""

import asyncio
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from inference.errors import ToolError
from inference.tools import CallContext


def _write(arguments: dict[str, Any], word: str, context: CallContext) -> None:
    """One line in the file that the arguments name: the word, the call's key, the process, the time."""
    if path := arguments.get("file"):
        with Path(path).open("a") as file:
            file.write(f"{word} {context.key} {os.getpid()} {time.time():.3f}\n")


class _Tool:
    description = "For tests."
    parameters: ClassVar[Mapping[str, Any]] = {"type": "object"}
    repeatable = True
    changes_world = False
    timeout = 120.0

    @property
    def title(self) -> str:
        return self.name

    name = ""


class Slow(_Tool):
    """Writes "start", sleeps `seconds`, writes "end"; must not be run twice."""

    name = "slow"
    repeatable = False

    async def run(self, arguments: dict[str, Any], context: CallContext) -> str:
        _write(arguments, "start", context)
        await asyncio.sleep(arguments["seconds"])
        _write(arguments, "end", context)
        return f"slept {arguments['seconds']}"


class SlowRepeatable(Slow):
    name = "slow_repeatable"
    repeatable = True


class Killer(_Tool):
    """Takes its process with it."""

    name = "killer"

    async def run(self, arguments: dict[str, Any], context: CallContext) -> str:
        _write(arguments, "start", context)
        os.kill(os.getpid(), signal.SIGKILL)
        return "not reached"


class Counter(_Tool):
    """Writes one line each time it is run."""

    name = "counter"
    repeatable = False

    async def run(self, arguments: dict[str, Any], context: CallContext) -> str:
        _write(arguments, "start", context)
        return "counted"


class Foul(_Tool):
    """Returns what no database or wire can hold: NUL and a lone surrogate."""

    name = "foul"

    async def run(self, arguments: dict[str, Any], context: CallContext) -> str:
        return "nul \x00 surrogate \ud800 end"


class Sender(Counter):
    """Counts, and says of itself that it changes the world."""

    name = "sender"
    changes_world = True


class Failing(_Tool):
    """Fails each time, and says why."""

    name = "failing"

    async def run(self, arguments: dict[str, Any], context: CallContext) -> str:
        _write(arguments, "start", context)
        raise ToolError("This never works.")


class Long(_Tool):
    """Says much."""

    name = "long"

    async def run(self, arguments: dict[str, Any], context: CallContext) -> str:
        return "word " * (arguments["length"] // 5)


TOOLS = (Long(), Sender(), Failing(), Slow(), SlowRepeatable(), Killer(), Counter(), Foul())
NAMES = tuple(tool.name for tool in TOOLS)
