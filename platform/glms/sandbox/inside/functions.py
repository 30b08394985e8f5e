"""One call of one function that a user wrote."""

import asyncio
import builtins
import inspect
import json
import os
import signal
import sys
import traceback
from typing import Any

FILE = "function.py"
MOST_RESULT = 1_000_000
"""Characters of JSON."""


class Functions:
    """Runs a function once."""

    def __init__(self, wire: Any) -> None:
        self._wire = wire

    def run(self, command: dict[str, Any]) -> dict[str, Any]:
        os.environ.update(command["variables"])
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return {"result": json.loads(self._called(command))}
        except BaseException as error:
            return {"error": described(error)}
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _called(self, command: dict[str, Any]) -> str:
        names: dict[str, Any] = {"__name__": "function", "__builtins__": builtins}
        exec(compile(command["code"], FILE, "exec"), names)  # noqa: S102  that is what the sandbox is for
        function = names.get(command["name"])
        if function is None:
            raise NameError(f"the code defines no function {command['name']!r}")
        result = function(**command["arguments"])
        if inspect.isawaitable(result):
            result = asyncio.run(awaited(result))
        try:
            told = json.dumps(result, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise TypeError(f"the function's result is not JSON: {error}") from None
        if len(told) > MOST_RESULT:
            raise ValueError(f"the function's result is longer than {MOST_RESULT:,} characters of JSON")
        return told


async def awaited(value: Any) -> Any:
    return await value


def described(error: BaseException) -> dict[str, Any]:
    """The error, and the last line of the user's own code that led to it."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
    if isinstance(error, SyntaxError) and error.filename == FILE:
        lines.append(error.lineno)
    return {"name": type(error).__name__, "message": str(error)[:4000], "line": lines[-1] if lines else None}


sys.modules.setdefault("functions", sys.modules[__name__])
