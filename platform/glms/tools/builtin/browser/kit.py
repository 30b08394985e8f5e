"""The web browser as people pick it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from glms.outbound.policy import Policy
from glms.tools.builtin.browser.finding import GET_ONE, find
from glms.tools.builtin.browser.search import Engine, choose
from glms.tools.builtin.browser.search.engine import NONE
from glms.tools.builtin.browser.tools import FUNCTIONS
from glms.tools.kit import Surroundings
from inference.tools import Tool

if TYPE_CHECKING:  # the libraries that drive browsers are loaded where one is started
    from glms.tools.builtin.browser.desk import Desk
    from glms.tools.builtin.browser.house import House


class SearchSettings(Protocol):
    @property
    def provider(self) -> str: ...

    @property
    def url(self) -> str: ...

    @property
    def key(self) -> str: ...


class BrowserSettings(Protocol):
    @property
    def executable(self) -> str: ...

    @property
    def most(self) -> int: ...

    @property
    def idle(self) -> float: ...


class BrowserKit:
    """The kit of the catalogue; its browsers live on the loop that first runs one of its tools."""

    name = "browser"
    title = "Web browser"
    description = "Searches the web, opens pages, and cites what it read."

    def __init__(self, *, policy: Policy, search: SearchSettings, browser: BrowserSettings) -> None:
        self._policy = policy
        self._browser = browser
        self._house: tuple[asyncio.AbstractEventLoop, House] | None = None
        self._engine: Engine | None = None
        self._no_search = NONE
        try:
            self._engine = choose(provider=search.provider, url=search.url, key=search.key, policy=policy)
        except ValueError as error:
            self._no_search = f"Searching is set up wrongly: {error}"

    def unavailable(self) -> str:
        return "" if find(self._browser.executable) else GET_ONE

    def outline(self) -> Sequence[Tool]:
        return FUNCTIONS

    def tools(self, around: Surroundings) -> Sequence[Tool]:
        return [replace(tool, desk=lambda: self._desk(around)) for tool in FUNCTIONS]

    async def close(self) -> None:
        """End every browser."""
        if self._house is not None:
            await self._house[1].close()
            self._house = None

    def _desk(self, around: Surroundings) -> "Desk":
        from glms.tools.builtin.browser.desk import Desk  # noqa: PLC0415

        house = self._house_here()
        return Desk(house=house, around=around, numbers=around.numbers, engine=self._engine, no_search=self._no_search)

    def _house_here(self) -> "House":
        """The browsers of this loop; those of a loop that is gone went with it."""
        from glms.tools.builtin.browser.house import House  # noqa: PLC0415

        loop = asyncio.get_running_loop()
        if self._house is None or self._house[0] is not loop:
            program = find(self._browser.executable)
            made = House(policy=self._policy, program=program, most=self._browser.most, idle=self._browser.idle)
            self._house = (loop, made)
        return self._house[1]
