"""A conversation's surroundings for the browser's tools: files in memory, settings by hand."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from glms.outbound.policy import read_policy
from glms.tools.builtin.browser import BrowserKit
from glms.tools.kit import Surroundings
from inference.calls import run_call
from inference.events import CallFinished
from inference.messages import ToolCall
from inference.observations import Artefact
from inference.tools import CallContext


@dataclass(frozen=True)
class SearchSettings:
    provider: str = ""
    url: str = ""
    key: str = ""


@dataclass(frozen=True)
class BrowserSettings:
    executable: str = ""
    most: int = 2
    idle: float = 300.0


@dataclass
class Drawer:
    """Files in memory."""

    kept: dict[str, bytes] = field(default_factory=dict)

    async def save(self, name: str, data: bytes) -> Artefact:
        self.kept[name] = data
        return Artefact(id=f"f{len(self.kept)}", name=name, media_type="image/png", size=len(data))

    async def listing(self) -> list[Artefact]:
        return []

    async def read(self, file_id: str) -> bytes:
        raise NotImplementedError


def make_kit(*allowed: str, search: SearchSettings | None = None, browser: BrowserSettings | None = None) -> BrowserKit:
    return BrowserKit(
        policy=read_policy(allowed), search=search or SearchSettings(), browser=browser or BrowserSettings()
    )


class Talk:
    """One conversation with the kit; each `call` is one call of a model."""

    def __init__(self, kit: BrowserKit, *, conversation: UUID | None = None, next_source: int = 1) -> None:
        self.files = Drawer()
        self.id = conversation or uuid4()
        around = Surroundings(
            conversation_id=self.id, user_id=uuid4(), workspace_id=uuid4(), files=self.files, next_source=next_source
        )
        self._tools = {tool.name: tool for tool in kit.tools(around)}

    async def call(self, name: str, **arguments: Any) -> CallFinished:
        call = ToolCall(id=uuid4().hex, name=f"browser_{name}", arguments=json.dumps(arguments))
        context = CallContext(key=call.id)
        return await run_call(self._tools[call.name], call, interrupted=False, decided=None, context=context)

    async def open(self, url: str) -> CallFinished:
        return await self.call("open", url=url)


def link(text: str, words: str) -> int:
    """The id of the link with these words."""
    found = re.search(rf"【(\d+)†{re.escape(words)}†", text)
    assert found, f"no link {words!r} in {text[:2000]}"
    return int(found[1])
