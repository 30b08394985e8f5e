"""One kit with real Chromium for all tests of a process, on the population site."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from glms.tools.builtin.browser import BrowserKit
from tests.support.site import PopulationSite
from tests.tools.browser.place import SearchSettings, Talk, make_kit


@pytest.fixture(scope="session")
def site() -> Iterator[PopulationSite]:
    with PopulationSite() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def kit(site: PopulationSite) -> AsyncIterator[BrowserKit]:
    made = make_kit(site.allow, search=SearchSettings(provider="site", url=site.search_url))
    yield made
    await made.close()


@pytest.fixture(scope="session")
def talk(kit: BrowserKit) -> Talk:
    """One conversation that the tests share, and with it one browser."""
    return Talk(kit)
