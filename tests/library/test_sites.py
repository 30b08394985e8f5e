"""Web pages and sites: read as far as they may be, kept up to date, never from inside."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from glms.library.crawling import PAUSE
from glms.library.models import Document
from glms.library.robots import read_robots
from glms.outbound.policy import read_policy
from tests.support.shelves import API, Library
from tests.support.site import PopulationSite

Make = Callable[..., Library]


@pytest.fixture
def site(settings: Any) -> Iterator[PopulationSite]:
    with PopulationSite() as found:
        settings.OUTBOUND_POLICY = read_policy([found.allow])
        found.added["/robots.txt"] = (404, {}, "")
        yield found


def read(shelf: Library, **body: Any) -> dict[str, Any]:
    made = shelf.client.post(f"{shelf.path}/sites", body)
    assert made.status_code == 201, made.content
    shelf.work()
    return sites(shelf)[0]


def sites(shelf: Library) -> list[dict[str, Any]]:
    return list(shelf.client.get(f"{shelf.path}/sites").json()["items"])


def names(shelf: Library) -> set[str]:
    return {document["name"] for document in shelf.documents()}


def test_one_page_is_read_and_found(library: Make, site: PopulationSite) -> None:
    shelf = library()
    found = read(shelf, url=f"{site.url}/population/2007#top")
    assert (found["state"], found["pages"], found["error"]) == ("done", 1, None)
    [document] = shelf.documents()
    assert (document["name"], document["state"], document["origin"]) == ("World population in 2007", "ready", "site")
    assert document["source_url"] == f"{site.url}/population/2007"
    assert "6.73 billion" in shelf.search("how many people lived in 2007")["passages"][0]["text"]


def test_links_are_followed_as_deep_and_as_far_as_told(library: Make, site: PopulationSite) -> None:
    shelf = library()
    found = read(shelf, url=f"{site.url}/population/2007", depth=1, path_prefix="/population/20")
    assert found["pages"] == 3
    assert names(shelf) == {f"World population in {year}" for year in (2006, 2007, 2008)}
    assert "/search" not in site.asked
    few = library(client=shelf.client)
    assert read(few, url=f"{site.url}/", depth=2, most_pages=4)["pages"] == 4
    assert PAUSE > 0


def test_robots_txt_is_kept_to(library: Make, site: PopulationSite) -> None:
    site.added["/robots.txt"] = (200, {}, "User-agent: *\nDisallow: /population/2006\n")
    shelf = library()
    read(shelf, url=f"{site.url}/population/2007", depth=1, path_prefix="/population/20")
    assert names(shelf) == {"World population in 2007", "World population in 2008"}
    refused = library(client=shelf.client)
    found = read(refused, url=f"{site.url}/population/2006")
    assert (found["state"], found["error"]["code"]) == ("failed", "robots")
    assert "/population/2006" not in site.asked


def test_reading_again_takes_in_changes_and_forgets_what_is_gone(library: Make, site: PopulationSite) -> None:
    shelf = library()
    pages = {"/a": "Old words about apples and pears in autumn.", "/b": "Words about figs.", "/c": "Words on cherries."}
    for path, text in pages.items():
        site.added[path] = (200, {}, f"<title>{path[1:]}</title><p>{text}</p><p>It is so.</p>")
    links = "".join(f'<a href="{path}">{path}</a> ' for path in pages)
    site.added["/start"] = (200, {}, f"<title>start</title><p>All the fruit there is, by letter.</p>{links}")
    found = read(shelf, url=f"{site.url}/start", depth=1)
    assert names(shelf) == {"start", "a", "b", "c"}
    kept = {one["name"]: one["id"] for one in shelf.documents()}
    embedded = len(shelf.encoder.texts)

    site.added["/a"] = (200, {}, "<title>a</title><p>New words about apricots.</p><p>It is so.</p>")
    site.added["/b"] = (404, {}, "gone")
    site.added["/c"] = (503, {}, "later")
    again = shelf.client.post(f"{API}/sites/{found['id']}/sync")
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    assert shelf.found("apples and pears", mode="keyword") == ["a"], "what was read is found until then"
    shelf.work()
    assert names(shelf) == {"start", "a", "c"}, "what could not be read now stays"
    assert {one["name"]: one["id"] for one in shelf.documents()} == {name: kept[name] for name in ("start", "a", "c")}
    assert shelf.found("apricots", mode="keyword") == ["a"]
    assert shelf.found("apples pears autumn", mode="keyword") == []
    fresh = [text for text in shelf.encoder.texts[embedded:] if "words" in text.lower()]
    assert len(fresh) == 1, "only what changed is embedded"

    assert shelf.client.delete(f"{API}/sites/{found['id']}").status_code == 204
    assert shelf.documents() == []
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://localhost/", "http://169.254.169.254/latest/meta-data", "http://[::1]/"]
)
def test_addresses_inside_are_not_read(library: Make, url: str) -> None:
    shelf = library()
    found = read(shelf, url=url)
    assert (found["state"], found["error"]["code"]) == ("failed", "url_not_allowed")
    assert shelf.documents() == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.example/", "javascript:alert(1)", "nonsense", "http://"])
def test_what_is_no_web_address_is_refused(library: Make, url: str) -> None:
    shelf = library()
    answer = shelf.client.post(f"{shelf.path}/sites", {"url": url})
    assert (answer.status_code, answer.json()["error"]["param"]) == (422, "url")


def test_a_link_or_redirect_inside_is_not_followed(library: Make, site: PopulationSite) -> None:
    inside = PopulationSite()
    with inside:
        site.added["/out"] = (302, {"Location": f"{inside.url}/secret"}, "")
        site.added["/start"] = (
            200, {}, f'<title>start</title><p>Ways out of here.</p><a href="/out">1</a><a href="{inside.url}/x">2</a>',
        )  # fmt: skip
        shelf = library()
        assert read(shelf, url=f"{site.url}/start", depth=1)["pages"] == 1
        assert inside.asked == []


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/c", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /*/private/", "/u/private/x", False),
        ("User-agent: GLMs\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/b", True),
        ("User-agent: other\nDisallow: /\n\nUser-agent: glms\nUser-agent: more\nDisallow: /c", "/c", False),
        ("User-agent: other\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /%E4%B8%AD", "/中/x", False),
        ("User-agent: *\nDisallow: " + "*a" * 2000 + "$", "/" + "a" * 3000 + "b", True),
    ],
)
def test_rules_for_robots(text: str, path: str, allowed: bool) -> None:
    assert read_robots(text).allows(path) == allowed
