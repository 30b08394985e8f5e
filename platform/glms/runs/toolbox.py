"""The tools of one run: the agent's own, what it knows and remembers, the caller's functions; and whose calls wait."""

from collections.abc import Iterable

from glms.agents.config import AgentConfig, Approval
from glms.functions.execution import FunctionTool
from glms.functions.selectors import functions_for_run
from glms.runs.caller import CallerTool
from glms.runs.models import Run
from glms.tools.builtin.knowledge import SearchKnowledge
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
    functions = functions_for_run(workspace_id=run.workspace_id, ids=[choice.id for choice in config.functions])
    for chosen in config.functions:
        if function := functions.get(chosen.id):
            _add(tools, waits, [FunctionTool(function)], chosen.approval)
    if around.knowledge and config.knowledge.mode == "tool":
        _add(tools, waits, [SearchKnowledge(around.knowledge, around.numbers)], "never")
    if around.memory:
        _add(tools, waits, memory_tools(around.memory), "never")
    for declared in run.functions:
        tools[declared["name"]] = CallerTool(declared)
        waits[declared["name"]] = "result"
    return Toolbox(tools=tools, waits=waits)


def _add(tools: dict[str, Tool], waits: dict[str, WaitingFor], added: Iterable[Tool], approval: Approval) -> None:
    for tool in added:
        if tool.name in tools:  # the first one keeps the name: a function cannot shadow a tool
            continue
        tools[tool.name] = tool
        if approval == "always" or (approval == "ask" and tool.changes_world):
            waits[tool.name] = "approval"
