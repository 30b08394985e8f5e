"""Which tools there are: the built-in ones, and those of modules named in `GLMS_TOOL_MODULES`."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Protocol

from django.conf import settings

from glms.tools.builtin.calculator import Calculator
from inference.tools import Tool


class CatalogueTool(Tool, Protocol):
    """A tool that people can pick: it has a title for them beside its description for the model."""

    title: str


BUILTIN: tuple[CatalogueTool, ...] = (Calculator(),)


@cache
def catalogue() -> Mapping[str, CatalogueTool]:
    """Every tool by its name. A module of `GLMS_TOOL_MODULES` lists its tools in `TOOLS`."""
    added: list[CatalogueTool] = []
    for module in settings.TOOL_MODULES:
        added.extend(import_module(module).TOOLS)
    return {tool.name: tool for tool in (*BUILTIN, *added)}


def tools_named(names: Iterable[str]) -> dict[str, Tool]:
    """The tools of these names, unknown ones left out."""
    known = catalogue()
    return {name: known[name] for name in names if name in known}
