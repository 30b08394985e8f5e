"""Runs users' functions in the sandbox: for an agent's call, and in the test panel."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.conf import settings

from glms.accounts.models import User
from glms.core.database import in_thread
from glms.core.errors import InvalidRequest
from glms.functions.models import Function
from glms.functions.selectors import variables_of
from glms.functions.services import function_read, secrets_check, workspace_home
from glms.functions.signature import signature_of
from glms.sandbox.client import FunctionFailed, SandboxBusy, SandboxClient, SandboxUnavailable
from inference.errors import ToolError
from inference.observations import Observation
from inference.text import clean, shortened
from inference.tools import CallContext

SECONDS = 60.0
MAX_OUTPUT = 50_000
"""Characters of a result."""
SHORTEST_SECRET = 4
"""Shorter values are not looked for in results: they stand in too many words."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One run in the test panel."""

    code: str
    arguments: dict[str, Any]
    secret_names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """output: the value as JSON. line: where in the code it failed."""

    ok: bool
    output: str = ""
    error: str = ""
    printed: str = ""
    line: int | None = None
    ms: int = 0


@dataclass(frozen=True, kw_only=True)
class Job:
    """What the sandbox is given."""

    code: str
    name: str
    arguments: Mapping[str, Any]
    variables: Mapping[str, str]


async def job_run(job: Job) -> Outcome:
    """Run it in a fresh interpreter; secrets that it prints or returns are struck out.

    Raises ToolError when no interpreter is to be had.
    """
    client = SandboxClient(Path(settings.SANDBOX_SOCKET))
    try:
        called = await client.call_function(job.code, job.name, job.arguments, variables=job.variables, seconds=SECONDS)
    except FunctionFailed as error:
        return _failed(error, job)
    except (SandboxUnavailable, SandboxBusy) as error:
        raise ToolError(str(error)) from error
    return Outcome(
        ok=True,
        output=_shown(json.dumps(called.result, ensure_ascii=False), job),
        printed=_shown(called.printed, job),
    )


def _shown(text: str, job: Job) -> str:
    """What may leave: struck out before it is shortened, so that no half of a secret is left at the cut."""
    return shortened(clean(struck_out(text, job.variables)), MAX_OUTPUT)


def _failed(error: FunctionFailed, job: Job) -> Outcome:
    ended = {
        "timeout": f"It gave no result within {SECONDS:g} seconds and was stopped.",
        "memory": "It used more memory than it may.",
        "crashed": "Its interpreter crashed.",
        "output": "It printed more than it may.",
    }
    return Outcome(
        ok=False,
        error=_shown(ended.get(error.name) or str(error), job),
        printed=_shown(error.printed, job),
        line=error.line,
    )


def function_try(*, user: User, workspace_id: UUID | None, trial: Trial) -> Outcome:
    """Run code once, as an editor of the workspace. Raises InvalidRequest, NotFound, Forbidden."""
    home = workspace_home(user=user, workspace_id=workspace_id)
    signature = function_read(trial.code)
    secrets_check(trial.secret_names)
    variables = variables_of(workspace_id=home, names=trial.secret_names)
    if missing := set(trial.secret_names) - variables.keys():
        raise InvalidRequest(f"The workspace has no secret {sorted(missing)[0]}.", param="secret_names")
    job = Job(code=trial.code, name=signature.name, arguments=trial.arguments, variables=variables)
    began = time.monotonic()
    try:
        outcome = async_to_sync(job_run)(job)
    except ToolError as error:
        raise InvalidRequest(str(error), code="sandbox_unavailable") from error
    return replace(outcome, ms=round((time.monotonic() - began) * 1000))


def struck_out(text: str, variables: Mapping[str, str]) -> str:
    """`text` without the values of `variables`, as they are and as Python and JSON write them in quotes."""
    for value in sorted(variables.values(), key=len, reverse=True):
        if len(value) >= SHORTEST_SECRET:
            quoted = (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1])
            for form in (value, *quoted):
                text = text.replace(form, "•••")
    return text


class FunctionTool:
    """A user's function as the loop sees it. Its code is read when the run begins."""

    timeout: float = SECONDS + 60
    """With waiting for an interpreter."""

    def __init__(self, function: Function) -> None:
        self.name: str = function.name
        self.description: str = function.description or f"The function {function.name}."
        self.parameters: Mapping[str, Any] = function.parameters
        self.repeatable: bool = not function.changes_world
        self.changes_world: bool = function.changes_world
        self._code = function.code
        self._workspace_id: UUID = function.workspace_id
        self._secret_names: list[str] = function.secret_names

    async def run(self, arguments: dict[str, Any], context: CallContext) -> Observation:
        """The value, and what was printed. Raises ToolError with the code's own error."""
        variables = await in_thread(variables_of)(workspace_id=self._workspace_id, names=self._secret_names)
        if missing := set(self._secret_names) - variables.keys():
            raise ToolError(f"The workspace has no secret {sorted(missing)[0]}, which this function needs.")
        name = signature_of(self._code).name
        outcome = await job_run(Job(code=self._code, name=name, arguments=arguments, variables=variables))
        if not outcome.ok:
            raise ToolError(shortened(f"The function failed: {outcome.error}\n{outcome.printed}".strip(), MAX_OUTPUT))
        view = {"kind": "function", "output": outcome.output, "printed": outcome.printed}
        return Observation(text=shortened(f"{outcome.printed}{outcome.output}", MAX_OUTPUT), view=view)
