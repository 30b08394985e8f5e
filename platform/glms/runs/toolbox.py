"""The tools of one run: the agent's kits, its functions, its memory, the caller's functions; and whose calls wait."""

from collections.abc import Iterable

from glms.agents.config import AgentConfig, Approval
from glms.runs.caller import CallerTool
from glms.runs.models import Run
from glms.tools.builtin.memory import memory_tools
from glms.tools.catalogue import catalogue
from glms.tools.kit import Surroundings
from inference.calls import Toolbox
from inference.events import WaitingFor
from inference.tools import Tool


def box_for(run: Run, config: AgentConfig, around: Surroundings) -> Toolbox:
    """All that the model may call in this run. Kits that this instance lacks something for are left out."""
    tools: dict[str, Tool] = {}
    waits: dict[str, WaitingFor] = {}
    for choice in config.tools:
        kit = catalogue().get(choice.name)
        if kit and not kit.unavailable():
            _add(tools, waits, kit.tools(around), choice.approval)
    if around.memory:
        _add(tools, waits, memory_tools(around.memory), "never")
    for declared in run.functions:
        tools[declared["name"]] = CallerTool(declared)
        waits[declared["name"]] = "result"
    return Toolbox(tools=tools, waits=waits)


def _add(tools: dict[str, Tool], waits: dict[str, WaitingFor], added: Iterable[Tool], approval: Approval) -> None:
    for tool in added:
        tools[tool.name] = tool
        if approval == "always" or (approval == "ask" and tool.changes_world):
            waits[tool.name] = "approval"
