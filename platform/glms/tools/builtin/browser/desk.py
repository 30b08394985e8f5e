"""What the browser's tools do, for one conversation in one run."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from playwright.async_api import Error, Page

from glms.tools.builtin.browser import paging, telling
from glms.tools.builtin.browser.chromium import closing_later
from glms.tools.builtin.browser.house import House
from glms.tools.builtin.browser.loading import Loaded, checked, load
from glms.tools.builtin.browser.search import Engine, Hit, SearchUnavailable
from glms.tools.builtin.browser.search.provider import Query
from glms.tools.builtin.browser.visit import OpenPage, Visit
from glms.tools.kit import Surroundings
from inference.errors import ToolError
from inference.observations import Observation

AT_ONCE = 3
"""Pages that load side by side."""
CLICKED_CHARACTERS = 24_000
"""For all pages of one click together."""
NOTHING_OPEN = "No page is open. Open one with browser_open or browser_click."
PICTURE_BYTES = 5 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`numbers` gives each source its number; `engine` is None where no search provider is set up."""

    house: House
    around: Surroundings
    numbers: Iterator[int]
    engine: Engine | None
    no_search: str

    @property
    def visit(self) -> Visit:
        return self.house.visit(self.around.conversation_id)

    async def search(self, query: str, recency_days: int | None) -> Observation:
        """Raises ToolError."""
        if self.engine is None:
            raise ToolError(f"{self.no_search} Open addresses that you know with browser_open.")
        try:
            hits: list[Hit] = await self.engine.search(Query(text=query, recency_days=recency_days))
        except SearchUnavailable as error:
            raise ToolError(str(error)) from error
        numbered = [(next(self.numbers), hit) for hit in hits]
        self.visit.remember((number, hit.url) for number, hit in numbered)
        return telling.found(query, numbered)

    async def open(self, url: str) -> Observation:
        """Raises ToolError."""
        await checked(url, self.house.policy)
        async with self.house.browser(self.around.conversation_id) as browser:
            loaded = await load(browser, url, policy=self.house.policy, visit=self.visit)
            page = self._keep(loaded, size=paging.WINDOW)
        return telling.opened(next(self.numbers), page, metadata="browser_result", note=_note(loaded))

    async def click(self, ids: Sequence[int], told: Callable[[str], None]) -> Observation:
        """Open what the ids stand for, side by side. Raises ToolError when none can be opened."""
        size = max(1500, min(paging.WINDOW, CLICKED_CHARACTERS // len(ids)))
        slots = asyncio.Semaphore(AT_ONCE)
        opened: dict[int, Loaded] = {}
        failed: dict[int, str] = {}

        async def one(link: int) -> None:
            async with slots, self.house.browser(self.around.conversation_id) as browser:
                try:
                    url = self._address(link)
                    opened[link] = await load(browser, url, policy=self.house.policy, visit=self.visit)
                    told(f"{len(opened)} of {len(ids)} pages")
                except ToolError as error:
                    failed[link] = str(error)

        if all(self.visit.address(link) is None for link in ids):
            raise ToolError("There are no such ids. Take them from the last results or page, or open a URL.")
        await asyncio.gather(*(one(link) for link in ids))
        if not opened:
            raise ToolError("None could be opened. " + " ".join(f"{link}: {why}" for link, why in failed.items()))
        pages = [(next(self.numbers), self._keep(opened[link], size=size)) for link in ids if link in opened]
        return telling.clicked(pages, {link: failed[link] for link in ids if link in failed})

    async def scroll(self, *, down: bool) -> Observation:
        """The next window of the open page, or the one before. Raises ToolError."""
        page = self._open_page()
        if down and page.shown.is_last:
            raise ToolError("This is the end of the page already.")
        if not down and page.shown.start == 0:
            raise ToolError("This is the beginning of the page already.")
        start = page.shown.end if down else paging.before(page.text, page.shown.start)
        return self._show(page, start)

    async def find(self, text: str) -> Observation:
        """Passages of the open page with `text`, and the window around the first. Raises ToolError."""
        page = self._open_page()
        found = paging.passages(page.text, text)
        if not found:
            raise ToolError("The page does not have these words. Try fewer, or other ones.")
        total = max(1, len(page.text))
        lines = [f"{at * 100 // total}%: … {words} …" for at, words in found]
        note = f"Found {len(found)} times:\n{telling.quoted(chr(10).join(lines))}"
        line = page.text.rfind("\n", 0, found[0][0]) + 1
        return self._show(page, max(line, found[0][0] - 500), note=note)

    async def screenshot(self) -> Observation:
        """The open page as a picture for the user. Raises ToolError."""
        page = self._open_page()
        async with self.house.browser(self.around.conversation_id) as browser:
            tab = self.visit.page
            if tab is None or tab.is_closed():
                loaded = await load(browser, page.url, policy=self.house.policy, visit=self.visit)
                page, tab = self._keep(loaded, size=paging.WINDOW), loaded.page
            data = await _picture(tab)
        saved = await self.around.files.save("screenshot.png", data)
        number = next(self.numbers)
        return Observation(
            text=f"[Image]\nA picture of {page.url} was shown to the user.",
            metadata="browser_result",
            view=telling.page_view(number, page, saved),
            artefacts=(saved,),
            sources=(telling.page_source(number, page),),
        )

    def _show(self, page: OpenPage, start: int, *, note: str = "") -> Observation:
        moved = replace(page, shown=paging.window(page.text, start))
        self.visit.now = moved
        return telling.opened(next(self.numbers), moved, metadata="browser_result", note=note)

    def _address(self, link: int) -> str:
        url = self.visit.address(link)
        if url is None:
            raise ToolError("there is no such id; take one from the last results or page, or open its URL")
        return url

    def _open_page(self) -> OpenPage:
        if self.visit.now is None:
            raise ToolError(NOTHING_OPEN)
        return self.visit.now

    def _keep(self, loaded: Loaded, *, size: int) -> OpenPage:
        """Make it the open page; the tab before it is closed."""
        visit, before = self.visit, self.visit.page
        visit.page = loaded.page
        if before is not None and before is not loaded.page:
            closing_later(before)
        reading = loaded.reading
        visit.remember(reading.links.items())
        shown = paging.window(reading.text, 0, size=size)
        visit.now = OpenPage(title=reading.title or loaded.url, url=loaded.url, text=reading.text, shown=shown)
        return visit.now


async def _picture(tab: Page) -> bytes:
    try:
        data = await tab.screenshot(type="png", timeout=15_000, animations="disabled")
    except Error as error:
        raise ToolError("The page could not be photographed.") from error
    if len(data) > PICTURE_BYTES:
        raise ToolError("The picture is too large.")
    return data


def _note(loaded: Loaded) -> str:
    return f"The server answered with status {loaded.status}." if loaded.status >= 400 else ""
