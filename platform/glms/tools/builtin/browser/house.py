"""The browsers of a process: one for each conversation, bounded in number, ended when idle."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from playwright.async_api import Playwright, async_playwright

from glms.outbound.policy import Policy
from glms.outbound.proxy import Proxy
from glms.tools.builtin.browser import chromium
from glms.tools.builtin.browser.chromium import Chromium, NoBrowser
from glms.tools.builtin.browser.visit import Visit
from inference.errors import ToolError

log = structlog.get_logger(__name__)

MOST_VISITS = 500
"""Conversations whose links and last page are remembered; the oldest are forgotten."""
WAIT = 20.0
"""Seconds to wait for a browser to become free."""


@dataclass(slots=True)
class _Guest:
    """A conversation's visit, its browser while it has one, and how many calls use it now."""

    visit: Visit = field(default_factory=Visit)
    browser: Chromium | None = None
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    calls: int = 0
    used: float = 0.0

    async def is_well(self) -> bool:
        """Whether its browser can be used; while other calls use it, it is not asked but left alone."""
        if self.browser is None or not self.browser.is_open:
            return False
        return self.calls > 1 or await self.browser.answers()


class House:
    """Lives on one event loop; `close` ends all."""

    def __init__(self, *, policy: Policy, program: str, most: int, idle: float) -> None:
        self.policy = policy
        self._program = program
        self._most = most
        self._idle = idle
        self._guests: OrderedDict[UUID, _Guest] = OrderedDict()
        self._driver: Playwright | None = None
        self._proxy: Proxy | None = None
        self._opening = asyncio.Lock()
        self._freed = asyncio.Condition()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def browsers(self) -> int:
        return sum(1 for guest in self._guests.values() if guest.browser is not None)

    def visit(self, conversation: UUID) -> Visit:
        """What the conversation has seen so far."""
        return self._guest(conversation).visit

    @asynccontextmanager
    async def browser(self, conversation: UUID) -> AsyncIterator[Chromium]:
        """The conversation's browser, started where it has none. Raises ToolError."""
        guest = self._guest(conversation)
        guest.calls += 1
        try:
            async with guest.starting:
                if not await guest.is_well():
                    # shielded: a call that is given up must not leave a browser that nobody knows of
                    await asyncio.shield(asyncio.ensure_future(self._start(guest)))
            browser = guest.browser
            if browser is None:
                raise ToolError("The web browser has ended. Try again.")
            yield browser
        finally:
            guest.calls -= 1
            guest.used = time.monotonic()
            async with self._freed:
                self._freed.notify_all()

    async def close(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
        for guest in list(self._guests.values()):
            await self._end(guest)
        self._guests.clear()
        if self._driver is not None:
            await self._driver.stop()
            self._driver = None
        if self._proxy is not None:
            await self._proxy.close()
            self._proxy = None

    def _guest(self, conversation: UUID) -> _Guest:
        guest = self._guests.setdefault(conversation, _Guest())
        self._guests.move_to_end(conversation)
        idle = [key for key, one in self._guests.items() if one.browser is None and one.calls == 0]
        for key in idle[: max(0, len(self._guests) - MOST_VISITS)]:
            if key != conversation:
                del self._guests[key]
        return guest

    async def _start(self, guest: _Guest) -> None:
        async with self._opening:
            await self._end(guest)
            await self._make_room()
            driver, proxy = await self._tools()
            try:
                guest.browser = await Chromium.start(driver=driver, proxy=proxy, program=self._program)
            except NoBrowser as error:
                log.warning("browser_failed", error=str(error))
                raise ToolError("The web browser could not be started on this machine.") from error

    async def _tools(self) -> tuple[Playwright, Proxy]:
        if self._proxy is None:
            await asyncio.to_thread(chromium.sweep)
            self._proxy = Proxy(self.policy)
            await self._proxy.start()
        if self._driver is None:
            self._driver = await async_playwright().start()
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep())
        return self._driver, self._proxy

    async def _make_room(self) -> None:
        """End the browser that was unused for longest when there are too many. Raises ToolError."""
        try:
            async with asyncio.timeout(WAIT), self._freed:
                while self.browsers >= self._most:
                    resting = [one for one in self._guests.values() if one.browser is not None and one.calls == 0]
                    if resting:
                        await self._end(min(resting, key=lambda one: one.used))
                    else:
                        await self._freed.wait()
        except TimeoutError as error:
            raise ToolError("All web browsers are in use. Try again in a minute.") from error

    async def _keep(self) -> None:
        """End what was unused for long."""
        while True:
            await asyncio.sleep(min(5.0, self._idle / 2))
            now = time.monotonic()
            for guest in list(self._guests.values()):
                if guest.browser is not None and guest.calls == 0 and now - guest.used > self._idle:
                    await self._end(guest)

    async def _end(self, guest: _Guest) -> None:
        browser, guest.browser = guest.browser, None
        guest.visit.page = None
        if browser is not None:
            with suppress(Exception):
                await browser.close()
