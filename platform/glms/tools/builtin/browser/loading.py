"""Loading one address in a tab: checked first, given time to draw itself, read as text."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Error, Page, Response
from playwright.async_api import TimeoutError as TooSlow

from glms.outbound.errors import OutboundError, UrlNotAllowed
from glms.outbound.policy import Policy
from glms.outbound.proxy import REFUSED
from glms.outbound.urls import parse
from glms.tools.builtin.browser.chromium import Chromium, closing_later
from glms.tools.builtin.browser.reading import MOST_HTML, Reading, read
from glms.tools.builtin.browser.visit import Visit
from inference.errors import ToolError

SECONDS = 20.0
DRAWING = 3.0
"""Seconds for scripts and pictures after the document itself is there."""
LITTLE = 200
"""A page with fewer characters may still be drawing itself."""
READING = 15.0
ASKED, ANSWERING = 3, 2.0
MARKUP = f"document.documentElement ? document.documentElement.outerHTML.slice(0, {MOST_HTML}) : ''"
NOT_A_PAGE = "This address is a file to download and no page."
NOT_VALID = "The server's certificate is not valid."
WORDS = {
    "Download is starting": NOT_A_PAGE,
    "ERR_ABORTED": NOT_A_PAGE,
    "ERR_CERT": NOT_VALID,
    "ERR_SSL": NOT_VALID,
    "ERR_INVALID_AUTH": "The page asks for a name and a password, which are not typed into pages.",
    "ERR_TOO_MANY_REDIRECTS": "The server redirects too often.",
    "ERR_UNSAFE_PORT": UrlNotAllowed.message,
    "ERR_UNKNOWN_URL_SCHEME": UrlNotAllowed.message,
}
"""What the browser's errors mean, by a sign in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A page in its tab, as text. `status` is HTTP's."""

    page: Page
    url: str
    status: int
    reading: Reading


class _Watch:
    """Remembers the last answer to the tab itself: pages move on by scripts and refreshes too."""

    def __init__(self, page: Page) -> None:
        self.last: Response | None = None
        self._page = page
        page.on("response", self._heard)

    def _heard(self, response: Response) -> None:
        with suppress(Error):
            if response.request.is_navigation_request() and response.frame == self._page.main_frame:
                self.last = response


async def load(browser: Chromium, url: str, *, policy: Policy, visit: Visit) -> Loaded:
    """Raises ToolError; then no tab stays open."""
    target = await checked(url, policy)
    page = await browser.page()
    try:
        async with asyncio.timeout(SECONDS + DRAWING + READING):
            return await _load(page, target, visit)
    except BaseException as error:
        closing_later(page)
        if isinstance(error, Error):
            raise ToolError(_words(error)) from error
        if isinstance(error, TimeoutError):
            raise ToolError("The page took too long.") from error
        raise


async def checked(url: str, policy: Policy) -> str:
    """The address in its one form. Raises ToolError before anything is dialled."""
    try:
        target = parse(url)
        await policy.addresses(target.host, target.port)
    except OutboundError as error:
        raise ToolError(error.message) from error
    return str(target)


async def _load(page: Page, url: str, visit: Visit) -> Loaded:
    watch = _Watch(page)
    response = await page.goto(url, wait_until="domcontentloaded", timeout=SECONDS * 1000)
    with suppress(TooSlow):
        await page.wait_for_load_state("load", timeout=DRAWING * 1000)
    if await _ask(page, "document.body ? document.body.innerText.length : 0") < LITTLE:
        with suppress(TooSlow):
            await page.wait_for_load_state("networkidle", timeout=DRAWING * 1000)
    markup = str(await _ask(page, MARKUP))[:MOST_HTML]
    last = watch.last or response
    if last is None or not page.url.startswith(("http://", "https://")):
        raise ToolError(UrlNotAllowed.message)
    if last.headers.get(REFUSED.lower()) == UrlNotAllowed.code:
        raise ToolError(UrlNotAllowed.message)
    if last.headers.get(REFUSED.lower()):
        raise ToolError(OutboundError.message)
    async with asyncio.timeout(READING):
        reading = await asyncio.to_thread(read, markup, url=page.url, next_link=visit.next_link)
    return Loaded(page=page, url=page.url, status=last.status, reading=reading)


async def _ask(page: Page, script: str) -> Any:
    """A script's value in the document as it is now, asked again when the page moved on in that moment.

    An answer may then never come, so each asking has its own time.
    """
    for _ in range(ASKED):
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(ANSWERING):
                return await page.evaluate(script)
        with suppress(Error):
            await page.wait_for_load_state("domcontentloaded", timeout=DRAWING * 1000)
    raise ToolError("The page does not come to rest.")


def _words(error: Error) -> str:
    """What happened, without the browser's own text."""
    if isinstance(error, TooSlow):
        return "The page took too long."
    return next((words for sign, words in WORDS.items() if sign in error.message), OutboundError.message)
