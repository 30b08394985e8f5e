"""Which tools there are: the built-in kits, and the tools of modules named in `GLMS_TOOL_MODULES`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Protocol

from django.conf import settings

from glms.sandbox.client import SandboxClient
from glms.tools.builtin.browser import BrowserKit
from glms.tools.builtin.calculator import Calculator
from glms.tools.builtin.images import ImageKit
from glms.tools.builtin.plan import PlanKit
from glms.tools.builtin.python import PythonKit
from glms.tools.kit import Kit, Surroundings
from inference.tools import Tool


class TitledTool(Tool, Protocol):
    """A tool that people can pick by itself: it has a title for them beside its description for the model."""

    title: str


@dataclass(frozen=True)
class OneTool:
    """A kit of a single tool that needs nothing around it."""

    tool: TitledTool

    @property
    def name(self) -> str:
        return self.tool.name

    @property
    def title(self) -> str:
        return self.tool.title

    @property
    def description(self) -> str:
        return self.tool.description

    def unavailable(self) -> str:
        return ""

    def outline(self) -> Sequence[Tool]:
        return (self.tool,)

    def tools(self, _around: Surroundings) -> Sequence[Tool]:
        return (self.tool,)


BUILTIN: tuple[Kit, ...] = (
    OneTool(Calculator()),
    PlanKit(),
    PythonKit(SandboxClient(settings.SANDBOX_SOCKET)),
    BrowserKit(policy=settings.OUTBOUND_POLICY, search=settings.SEARCH, browser=settings.BROWSER),
    ImageKit(settings=settings.IMAGES, policy=settings.OUTBOUND_POLICY),
)


@cache
def catalogue() -> Mapping[str, Kit]:
    """Every kit by its name. A module of `GLMS_TOOL_MODULES` lists its tools in `TOOLS`, its kits in `KITS`."""
    added: list[Kit] = []
    for name in settings.TOOL_MODULES:
        module = import_module(name)
        added.extend(OneTool(tool) for tool in getattr(module, "TOOLS", ()))
        added.extend(getattr(module, "KITS", ()))
    return {kit.name: kit for kit in (*BUILTIN, *added)}
