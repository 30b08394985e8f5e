"""One call of one function that a user wrote, and the schema that its signature promises."""

import asyncio
import builtins
import inspect
import json
import os
import signal
import sys
import traceback
from typing import Any

import signatures

FILE = "function.py"


class Functions:
    """Runs a function once, or reads what one looks like."""

    def __init__(self, wire: Any) -> None:
        self._wire = wire

    def run(self, command: dict[str, Any]) -> dict[str, Any]:
        if command["do"] == "schema":
            return self._schema(command["code"])
        os.environ.update(command["variables"])
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return {"result": json.loads(self._called(command))}
        except BaseException as error:
            return {"error": described(error)}
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _schema(self, code: str) -> dict[str, Any]:
        try:
            return {"result": signatures.read(code)}
        except signatures.NoFunction as error:
            return {"error": {"name": "NoFunction", "message": str(error), "traceback": ""}}
        except SyntaxError as error:
            message = f"line {error.lineno}: {error.msg}"
            return {"error": {"name": "SyntaxError", "message": message, "traceback": ""}}

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
            return json.dumps(result, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise TypeError(f"the function's result is not JSON: {error}") from None


async def awaited(value: Any) -> Any:
    return await value


def described(error: BaseException) -> dict[str, str]:
    """The error with the lines of the user's code only."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
    lines = [f"line {frame.lineno}, in {frame.name}" for frame in frames]
    return {"name": type(error).__name__, "message": str(error)[:4000], "traceback": "\n".join(lines[-20:])}


sys.modules.setdefault("functions", sys.modules[__name__])
