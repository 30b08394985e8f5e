"""Every address of the corpus through every other way in: search results, links of a page, names that change."""

import asyncio
import html
import json

import pytest
from aiohttp import web

from glms.outbound.policy import read_policy
from glms.tools.builtin.browser import BrowserKit
from tests.outbound.attack import Canary, EvilNames, lines
from tests.support.site import PopulationSite
from tests.tools.browser.place import BrowserSettings, SearchSettings, Talk, make_kit

pytestmark = pytest.mark.asyncio(loop_scope="session")

REFUSED = "This address is not allowed."


@pytest.fixture
def listener() -> object:
    made = Canary()
    yield made
    made.close()


async def test_no_search_result_leads_inside_and_none_is_shown_that_is_no_web_address(listener: Canary) -> None:
    every = [listener.url(line) for _, line in lines()]
    asked: list[int] = []

    async def answer(_request: web.Request) -> web.Response:
        start = 8 * len(asked)
        asked.append(start)
        rows = [{"title": url, "url": url, "content": "words"} for url in every[start : start + 8]]
        return web.Response(text=json.dumps({"results": rows}))

    application = web.Application()
    application.router.add_get("/search", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    kit = make_kit(search=SearchSettings(provider="searxng", url=f"http://127.0.0.1:{runner.addresses[0][1]}"))
    talk, shown = Talk(kit), 0
    for _ in range(0, len(every), 8):
        found = await talk.call("search", query="x")
        assert found.outcome == "done", found.output
        assert found.view is not None
        for hit in found.view["results"]:
            assert hit["url"].lower().startswith(("http://", "https://"))
            clicked = await talk.call("click", ids=[hit["number"]])
            assert clicked.outcome == "error"
            assert REFUSED in clicked.output
            shown += 1
    await kit.close()
    await runner.cleanup()

    assert shown > 50
    assert listener.caught == 0


async def test_no_link_of_a_page_leads_inside(kit: BrowserKit, site: PopulationSite, listener: Canary) -> None:
    every = [listener.url(line) for _, line in lines()]
    anchors = " ".join(f"<a href='{html.escape(url, quote=True)}'>link {n}</a>" for n, url in enumerate(every))
    site.added["/links"] = (200, {}, f"<body><p>{anchors}</p></body>")
    talk = Talk(kit)

    opened = await talk.open(f"{site.url}/links")
    ids = [number for number in range(1001, 1001 + len(every)) if f"【{number}†" in opened.sources[0].text]
    for number in ids:
        clicked = await talk.call("click", ids=[number])
        assert clicked.outcome == "error" or "Not found" in clicked.output, clicked.output[:500]

    assert len(ids) > 30
    assert listener.caught == 0


async def test_a_name_that_changes_its_address_leads_nowhere(site: PopulationSite, listener: Canary) -> None:
    """The name stands for the site when the address is checked, and for the machine itself a moment later."""
    asked: list[str] = []

    async def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.3"] if len(asked) == 1 else ["127.0.0.1"]

    policy = read_policy((f"127.0.0.3/32:{listener.port}",), resolve)
    made = BrowserKit(policy=policy, search=SearchSettings(), browser=BrowserSettings())
    done = await Talk(made).open(f"http://rebind.test:{listener.port}/")
    await made.close()

    assert len(asked) >= 2
    assert done.outcome == "error"
    assert done.output.startswith(REFUSED)
    assert listener.caught == 0


async def test_two_hundred_tries_of_a_name_that_alternates_lead_nowhere(listener: Canary) -> None:
    policy = read_policy((f"*:{listener.port}",), EvilNames())

    async def one(number: int) -> bool:
        try:
            found = await policy.addresses("rebind.test" if number % 2 else "localtest.me", listener.port)
        except Exception as error:
            return "not allowed" in str(error)
        return [str(address) for address in found] == ["93.184.216.34"]

    assert all(await asyncio.gather(*map(one, range(200))))
    assert listener.caught == 0


async def test_only_the_site_is_asked_for(site: PopulationSite) -> None:
    """Chromium itself looks up and visits nothing: no updates, no accounts, no suggestions."""
    asked: set[str] = set()

    async def resolve(host: str, _port: int) -> list[str]:
        asked.add(host)
        return [host]

    made = BrowserKit(policy=read_policy((site.allow,), resolve), search=SearchSettings(), browser=BrowserSettings())
    done = await Talk(made).open(f"{site.url}/population/2001")
    await asyncio.sleep(2)
    await made.close()

    assert done.outcome == "done", done.output
    assert asked == {"127.0.0.1"}
