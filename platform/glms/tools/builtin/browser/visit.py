"""What one conversation has seen on the web: addresses by their ids, and the page that is open."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from playwright.async_api import Page

from glms.tools.builtin.browser.paging import Window

FIRST_LINK = 1001
"""Links in pages are numbered from here on, so that none is taken for a source."""
MOST_LINKS = 5000


@dataclass(slots=True, kw_only=True)
class OpenPage:
    """A page as it was read; `shown` is the window that the model saw last."""

    title: str
    url: str
    text: str
    shown: Window


@dataclass(slots=True)
class Visit:
    """`page` is the browser's tab with `now` in it, None once the browser has ended."""

    now: OpenPage | None = None
    page: Page | None = None
    _links: OrderedDict[int, str] = field(default_factory=OrderedDict)
    _numbers: "count[int]" = field(default_factory=lambda: count(FIRST_LINK))

    def next_link(self) -> int:
        return next(self._numbers)

    def remember(self, links: Iterable[tuple[int, str]]) -> None:
        """Where ids lead, from now on."""
        for number, url in links:
            self._links[number] = url
        while len(self._links) > MOST_LINKS:
            self._links.popitem(last=False)

    def address(self, number: int) -> str | None:
        return self._links.get(number)
