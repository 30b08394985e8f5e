"""Functions that the caller of the API executes: the run pauses at a call, the caller posts its result."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from glms.core.errors import InvalidRequest
from glms.tools.catalogue import catalogue
from inference.tools import CallContext

MAX_FUNCTIONS = 64
MAX_SCHEMA = 32_000
"""Bytes of one function's schema."""
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class CallerFunction:
    """What the model is told of such a function. `parameters`: a JSON Schema of an object."""

    name: str
    description: str
    parameters: dict[str, Any]


class CallerTool:
    """Such a function as the loop sees it: never run here, its calls wait for their result."""

    repeatable: bool = False
    changes_world: bool = False
    timeout: float = 1.0

    def __init__(self, declared: Mapping[str, Any]) -> None:
        self.name: str = declared["name"]
        self.description: str = declared["description"]
        self.parameters: Mapping[str, Any] = declared["parameters"]

    async def run(self, arguments: dict[str, Any], context: CallContext) -> str:
        raise NotImplementedError(f"{self.name} is the caller's to run")


def caller_functions_check(functions: Sequence[CallerFunction], *, config: dict[str, Any]) -> list[dict[str, Any]]:
    """The functions as they are stored with their run. Raises InvalidRequest."""
    if len(functions) > MAX_FUNCTIONS:
        raise InvalidRequest(f"A run may have {MAX_FUNCTIONS} functions of its caller at most.", param="functions")
    kits = catalogue()
    taken = {
        tool.name for choice in config["tools"] if choice["name"] in kits for tool in kits[choice["name"]].outline()
    }
    stored = []
    for index, function in enumerate(functions):
        _check(function, taken, param=f"functions.{index}")
        taken.add(function.name)
        stored.append({"name": function.name, "description": function.description, "parameters": function.parameters})
    return stored


def _check(function: CallerFunction, taken: set[str], *, param: str) -> None:
    if not NAME.fullmatch(function.name):
        raise InvalidRequest(
            "A function's name has 1 to 64 letters, digits, `_`, `-` or `.`, and begins with a letter.",
            param=f"{param}.name",
        )
    if function.name in taken:
        raise InvalidRequest("The agent has a tool of this name already.", param=f"{param}.name")
    if function.parameters.get("type") != "object":
        raise InvalidRequest('The parameters are a JSON Schema with "type": "object".', param=f"{param}.parameters")
    if len(orjson.dumps(function.parameters)) > MAX_SCHEMA:
        raise InvalidRequest("This schema is too large.", param=f"{param}.parameters")
