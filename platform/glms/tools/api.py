"""The catalogue of tools over HTTP."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from glms.core.http import Page
from glms.tools.catalogue import catalogue

router = Router(tags=["tools"])


class ToolOut(Schema):
    name: str
    title: str
    description: str
    parameters: dict[str, Any]


@router.get("", response=Page[ToolOut])
def tool_list(request: HttpRequest) -> Page[ToolOut]:
    """Every tool that an agent may be given."""
    tools = [
        ToolOut(name=tool.name, title=tool.title, description=tool.description, parameters=dict(tool.parameters))
        for tool in catalogue().values()
    ]
    return Page(items=tools)
