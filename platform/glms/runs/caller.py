"""Functions that the caller of the API executes: the run pauses at a call, the caller posts its result."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from glms.core.errors import InvalidRequest
from glms.functions.selectors import functions_for_run
from glms.tools.builtin.memory import Forget, Remember
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


def caller_functions_check(
    functions: Sequence[CallerFunction], *, config: dict[str, Any], workspace_id: UUID
) -> list[dict[str, Any]]:
    """The functions as they are stored with their run of an agent of the workspace. Raises InvalidRequest."""
    if len(functions) > MAX_FUNCTIONS:
        raise InvalidRequest(f"A run may have {MAX_FUNCTIONS} functions of its caller at most.", param="functions")
    taken = _names_of(config, workspace_id) if functions else set()
    stored = []
    for index, function in enumerate(functions):
        _check(function, taken, param=f"functions.{index}")
        taken.add(function.name)
        stored.append({"name": function.name, "description": function.description, "parameters": function.parameters})
    return stored


def _names_of(config: dict[str, Any], workspace_id: UUID) -> set[str]:
    """What the agent's own tools, functions and memory are called."""
    kits = catalogue()
    chosen = [kits[choice["name"]] for choice in config["tools"] if choice["name"] in kits]
    ids = [choice["id"] for choice in config.get("functions", ())]
    written = functions_for_run(workspace_id=workspace_id, ids=ids).values()
    memory = {Remember.name, Forget.name} if config.get("memory") else set()
    return {tool.name for kit in chosen for tool in kit.outline()} | {one.name for one in written} | memory


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
