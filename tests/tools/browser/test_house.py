"""Browsers are one for each conversation, few, ended when idle, and gone when they should be."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from glms.tools.builtin.browser import BrowserKit
from glms.tools.builtin.browser.chromium import PREFIX, sweep
from glms.tools.builtin.browser.finding import GET_ONE
from tests.support.site import PopulationSite
from tests.tools.browser.place import BrowserSettings, Talk, make_kit

pytestmark = pytest.mark.asyncio(loop_scope="session")


def mains() -> list[psutil.Process]:
    """Chromium's main processes that this process started."""
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            line = child.cmdline()
        except psutil.Error:
            continue
        if "--remote-debugging-pipe" in line and not any(word.startswith("--type=") for word in line):
            found.append(child)
    return found


async def gone(count: int) -> bool:
    for _ in range(100):
        if len(mains()) == count:
            return True
        await asyncio.sleep(0.05)
    return False


@asynccontextmanager
async def kit_of(*allowed: str, most: int = 2, idle: float = 300.0) -> AsyncIterator[BrowserKit]:
    made = make_kit(*allowed, browser=BrowserSettings(most=most, idle=idle))
    try:
        yield made
    finally:
        await made.close()


async def test_each_conversation_has_its_own_and_the_oldest_makes_room(site: PopulationSite) -> None:
    before = len(mains())
    site.added["/cookie"] = (200, {"Set-Cookie": "mine=1"}, "<body>set</body>")
    site.added["/shown"] = (200, {}, "<body><script>document.body.append('cookies:' + document.cookie)</script></body>")
    async with kit_of(site.allow, most=2) as kit:
        first, second, third = Talk(kit), Talk(kit), Talk(kit)
        await first.open(f"{site.url}/cookie")
        mine = await first.open(f"{site.url}/shown")
        theirs = await second.open(f"{site.url}/shown")
        assert "cookies:mine=1" in mine.output
        assert "cookies:mine=1" not in theirs.output
        assert len(mains()) == before + 2

        await third.open(f"{site.url}/shown")
        assert len(mains()) == before + 2
        assert (await first.call("find", text="cookies:mine")).outcome == "done", "its last page is still known"
        assert "cookies:mine=1" not in (await first.open(f"{site.url}/shown")).output, "its cookies are gone"
    assert await gone(before)


async def test_an_idle_browser_ends(site: PopulationSite) -> None:
    before = len(mains())
    async with kit_of(site.allow, idle=0.3) as kit:
        await Talk(kit).open(f"{site.url}/population/2000")

        assert await gone(before)


async def test_a_browser_that_is_killed_is_replaced(site: PopulationSite) -> None:
    known = {one.pid for one in mains()}
    async with kit_of(site.allow) as kit:
        talk = Talk(kit)
        await talk.open(f"{site.url}/population/2000")
        for one in mains():
            if one.pid not in known:
                one.kill()
        assert await gone(len(known))

        done = await talk.open(f"{site.url}/population/2001")

    assert done.outcome == "done", done.output


async def test_chromium_runs_in_its_own_sandbox_and_not_as_root(kit: BrowserKit, site: PopulationSite) -> None:
    await Talk(kit).open(f"{site.url}/population/2000")

    lines = [one.cmdline() for one in mains()]
    assert lines
    assert not any("--no-sandbox" in line for line in lines)
    assert all(one.uids().real != 0 for one in mains())
    renderers = [
        child
        for one in mains()
        for child in one.children(recursive=True)
        if any(word.startswith("--type=renderer") for word in child.cmdline())
    ]
    filtered = [_status(child.pid) for child in renderers]
    assert filtered
    assert all("Seccomp:\t2" in status for status in filtered)


def _status(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text()


async def test_profiles_of_dead_processes_are_swept() -> None:
    left = Path(tempfile.gettempdir()) / f"{PREFIX}999999999-x"
    mine = Path(tempfile.gettempdir()) / f"{PREFIX}{os.getpid()}-kept"
    left.mkdir(exist_ok=True)
    mine.mkdir(exist_ok=True)

    sweep()

    assert not left.exists()
    assert mine.exists()
    mine.rmdir()


async def test_without_chromium_the_kit_says_how_to_get_it() -> None:
    kit = make_kit(browser=BrowserSettings(executable="/nowhere/chromium"))

    assert kit.unavailable() == GET_ONE
    assert make_kit().unavailable() == ""


async def test_a_page_that_never_ends_is_cut(kit: BrowserKit, site: PopulationSite) -> None:
    site.added["/heavy"] = (200, {}, "<body>" + "<p>words and words</p>" * 60_000 + "</body>")

    done = await Talk(kit).open(f"{site.url}/heavy")

    assert len(done.output) < 20_000
