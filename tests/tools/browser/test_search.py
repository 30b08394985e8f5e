"""Search providers, each against a server that answers in its documented shape; the settings that choose them."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from glms.outbound.policy import read_policy
from glms.tools.builtin.browser.search import Engine, Hit, SearchUnavailable, choose
from glms.tools.builtin.browser.search.provider import Query
from tests.support.site import PopulationSite
from tests.tools.browser.place import SearchSettings, Talk, make_kit

ROW = {"url": "https://example.com/a", "title": "A title", "name": "A title", "link": "https://example.com/a"}
TOLD = {"content": "words", "description": "<strong>words</strong>", "snippet": "words"}
DATES = dict.fromkeys(("publishedDate", "page_age", "datePublished", "published_date", "publish_date"), "2026-01-02")
ROWS = [{**ROW, **TOLD, **DATES}, {"title": "no address"}]
ANSWERS = {
    "searxng": {"results": ROWS},
    "brave": {"web": {"results": ROWS}},
    "bing": {"webPages": {"value": ROWS}},
    "tavily": {"results": ROWS},
    "zhipu": {"search_result": ROWS},
}
ASKED = {
    "searxng": ("GET", {"q": "人口", "format": "json", "time_range": "month"}),
    "brave": ("GET", {"q": "人口", "count": "8", "freshness": "pw"}),
    "bing": ("GET", {"q": "人口", "count": "8", "freshness": "Week"}),
    "tavily": ("POST", {"query": "人口", "max_results": 8, "time_range": "week"}),
    "zhipu": ("POST", {"search_query": "人口", "search_recency_filter": "oneWeek", "count": 8}),
}
KEYS = {"brave": "X-Subscription-Token", "bing": "Ocp-Apim-Subscription-Key"}
POLICY = read_policy(())


class Server:
    """Answers `answer` to whatever is asked, and keeps what was asked."""

    def __init__(self) -> None:
        self.answer: object = None
        self.status = 200
        self.method = ""
        self.wanted: dict = {}
        self.headers: dict = {}
        self.url = ""

    async def serve(self, request: web.Request) -> web.Response:
        self.method, self.headers = request.method, dict(request.headers)
        query = {name: values[0] for name, values in parse_qs(urlsplit(str(request.rel_url)).query).items()}
        self.wanted = query if request.method == "GET" else await request.json()
        return web.Response(status=self.status, text=json.dumps(self.answer))


@pytest.fixture
async def server():
    made = Server()
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", made.serve)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


def engine(name: str, url: str) -> Engine:
    made = choose(provider=name, url=url, key="s3cret", policy=POLICY)
    assert made is not None
    return made


@pytest.mark.parametrize("name", sorted(ANSWERS))
async def test_a_provider_is_asked_and_read_as_it_documents(server: Server, name: str) -> None:
    server.answer = ANSWERS[name]

    hits = await engine(name, server.url).search(Query(text="人口", recency_days=7))

    assert hits == [Hit(title="A title", url="https://example.com/a", snippet="words", published="2026-01-02")]
    method, wanted = ASKED[name]
    assert server.method == method
    assert wanted.items() <= server.wanted.items()
    assert "s3cret" in server.headers[KEYS.get(name, "Authorization")]


@pytest.mark.parametrize("name", sorted(ANSWERS))
@pytest.mark.parametrize("answer", [None, [], {"results": 3}, {"web": None}, "text"])
async def test_an_odd_answer_is_told_or_empty(server: Server, name: str, answer: object) -> None:
    server.answer = answer
    try:
        hits = await engine(name, server.url).search(Query(text="x"))
    except SearchUnavailable:
        hits = []

    assert hits == []


async def test_a_refusal_is_told_without_the_key(server: Server) -> None:
    server.status = 401

    with pytest.raises(SearchUnavailable, match="status 401") as refused:
        await engine("tavily", server.url).search(Query(text="x"))

    assert "s3cret" not in str(refused.value)


async def test_a_sites_index_is_searched(site: PopulationSite) -> None:
    hits = await engine("site", f"{site.url}/").search(Query(text="population 2014"))

    assert hits[0].title == "World population in 2014"
    assert hits[0].url == f"{site.url}/population/2014"


@pytest.mark.parametrize(
    "settings",
    [
        SearchSettings(provider="altavista"),
        SearchSettings(provider="searxng"),
        SearchSettings(provider="brave"),
        SearchSettings(provider="site"),
    ],
)
async def test_half_a_setting_is_told(settings: SearchSettings) -> None:
    done = await Talk(make_kit(search=settings)).call("search", query="x")

    assert done.outcome == "error"
    assert "GLMS_SEARCH_" in done.output


def test_no_provider_is_no_engine() -> None:
    assert choose(provider="", url="", key="", policy=POLICY) is None
