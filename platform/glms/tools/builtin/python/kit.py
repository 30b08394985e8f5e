"""The interpreter as people pick it, and as a model sees it."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from glms.sandbox.client import SandboxBusy, SandboxClient, SandboxUnavailable
from glms.tools.builtin.python import report
from glms.tools.builtin.python.exchange import Exchange
from glms.tools.kit import Surroundings
from inference.errors import ToolError
from inference.observations import Observation
from inference.tools import CallContext, Progress, Tool

SECONDS = 60.0
"""For the code itself, as the model is told."""
MAX_CODE = 200_000
ASKED_AGAIN = 5.0
"""Seconds for which an answer about the sandbox holds."""


class RunPython:
    """Runs code in the interpreter of one conversation."""

    name: str = "python"
    description: str = (
        "Runs Python code in a stateful Jupyter-like interpreter and returns its output: what is printed, the value of "
        "the last expression, errors, and plots. Variables stay until the next call. After 60 seconds a call is "
        "stopped. Files of the user and files you write are in /mnt/data and stay there; the user sees those you "
        "write. There is no network. numpy, pandas, scipy, matplotlib, openpyxl, sympy and pillow are installed; "
        "Chinese text in plots works as it is."
    )
    parameters: Mapping[str, Any] = {
        "type": "object",
        "properties": {"code": {"type": "string", "description": "Python code"}},
        "required": ["code"],
        "additionalProperties": False,
    }
    repeatable: bool = False
    changes_world: bool = False
    timeout: float = 200.0
    """With waiting for the code of its conversation that runs before it, and for an interpreter."""

    def __init__(self, *, sandbox: SandboxClient, around: Surroundings | None) -> None:
        self._sandbox = sandbox
        self._around = around

    async def run(self, arguments: dict[str, Any], context: CallContext) -> Observation:
        """What the code showed. Raises ToolError where it cannot be run at all."""
        code = arguments.get("code")
        if not isinstance(code, str) or not code.strip() or len(code) > MAX_CODE:
            raise ToolError('Give Python code as text: {"code": "print(1 + 1)"}.')
        if self._around is None:
            raise ToolError("The interpreter belongs to a conversation.")
        exchange = Exchange(
            sandbox=self._sandbox, conversation=str(self._around.conversation_id), files=self._around.files
        )
        try:
            notes = await exchange.take_in()
            context.report(Progress(text="Running Python"))
            run = await self._sandbox.run(exchange.conversation, code, seconds=SECONDS)
            taken = await exchange.take_out(run)
        except (SandboxUnavailable, SandboxBusy) as error:
            raise ToolError(f"Python cannot be run now: {error}") from error
        return report.observation(code=code, run=run, taken=taken, notes=[*notes, *taken.notes])


class PythonKit:
    """The kit of the catalogue."""

    name = "python"
    title = "Python"
    description = "Runs Python for calculations, data, files and plots, in a sandbox without network."

    def __init__(self, sandbox: SandboxClient) -> None:
        self._sandbox = sandbox
        self._reason = ""
        self._asked_at = float("-inf")

    def unavailable(self) -> str:
        """Why no code can be run here; asked of the sandbox at most every few seconds."""
        if time.monotonic() - self._asked_at > ASKED_AGAIN:
            self._reason = self._sandbox.reason_now()
            self._asked_at = time.monotonic()
        return self._reason

    def outline(self) -> Sequence[Tool]:
        return (RunPython(sandbox=self._sandbox, around=None),)

    def tools(self, around: Surroundings) -> Sequence[Tool]:
        return (RunPython(sandbox=self._sandbox, around=around),)
