"""The catalogue of tools over HTTP."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from glms.core.http import Page
from glms.tools.catalogue import catalogue
from glms.tools.kit import Kit

router = Router(tags=["tools"])


class FunctionOut(Schema):
    name: str
    description: str
    parameters: dict[str, Any]
    changes_world: bool


class ToolOut(Schema):
    """`unavailable`: why this instance cannot offer the tool, empty when it can."""

    name: str
    title: str
    description: str
    unavailable: str
    functions: list[FunctionOut]


def _tool(kit: Kit) -> ToolOut:
    functions = [
        FunctionOut(
            name=tool.name,
            description=tool.description,
            parameters=dict(tool.parameters),
            changes_world=tool.changes_world,
        )
        for tool in kit.outline()
    ]
    return ToolOut(
        name=kit.name,
        title=kit.title,
        description=kit.description,
        unavailable=kit.unavailable(),
        functions=functions,
    )


@router.get("", response=Page[ToolOut])
def tool_list(request: HttpRequest) -> Page[ToolOut]:
    """Every tool that an agent may be given, and those that this instance lacks something for."""
    return Page(items=[_tool(kit) for kit in catalogue().values()])
