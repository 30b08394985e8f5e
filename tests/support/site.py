"""A small web site of our own: an index, a search page, and pages on the world's population from 2000 to 2023."""

import html
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

BILLIONS = (
    6.14, 6.23, 6.31, 6.39, 6.47, 6.56, 6.64, 6.73, 6.81, 6.90, 6.99, 7.07,
    7.16, 7.25, 7.34, 7.43, 7.51, 7.60, 7.68, 7.76, 7.84, 7.91, 7.98, 8.06,
)  # fmt: skip
POPULATION = dict(zip(range(2000, 2024), BILLIONS, strict=True))
"""Billions of people by year: rounded for tests, close to the United Nations' estimates, no source to quote."""
TABLE = "/population/table"
INDEX_TITLE = "World Population Notes"
FILLER = (
    "Censuses are held every ten years in most countries, and between them the figures are carried forward from "
    "registers of births, deaths and moves. Estimates are revised when a census turns out differently, so that a "
    "figure for an earlier year may change by some millions of people long after that year is over. "
)


def year_page(year: int) -> tuple[str, str]:
    """Title and body of the page on one year."""
    lead = f"In {year} about {POPULATION[year]:.2f} billion people lived on Earth."
    before = POPULATION.get(year - 1)
    grown = f" That is {POPULATION[year] - before:.2f} billion more than in {year - 1}." if before else ""
    neighbours = " ".join(
        f'<a href="/population/{near}">World population in {near}</a>'
        for near in (year - 1, year + 1)
        if near in POPULATION
    )
    body = f"<p>{lead}{grown}</p><p>{FILLER}</p><p>{FILLER}</p>"
    return f"World population in {year}", f'{body}<p>See also: {neighbours} <a href="{TABLE}">all years</a></p>'


def table_page() -> tuple[str, str]:
    rows = "".join(f"<tr><td>{year}</td><td>{billions:.2f}</td></tr>" for year, billions in POPULATION.items())
    head = "<tr><th>Year</th><th>Population (billions)</th></tr>"
    lead = "<p>The world's population in each year from 2000 to 2023, in billions of people.</p>"
    return "World population by year, 2000 to 2023", f"{lead}<table>{head}{rows}</table><p>{FILLER}</p>"


def pages() -> dict[str, tuple[str, str]]:
    """Title and body of every page by its path."""
    found = {f"/population/{year}": year_page(year) for year in POPULATION}
    return {TABLE: table_page(), **found, "/long": ("A long page", _long())}


def _long() -> str:
    return "".join(f"<p>Paragraph {number}. {FILLER}</p>" for number in range(1, 101)) + "<p>The needle is here.</p>"


def index_page() -> tuple[str, str]:
    links = "".join(f'<li><a href="{path}">{html.escape(title)}</a></li>' for path, (title, _) in pages().items())
    form = '<form action="/search"><input name="q"><button>Search</button></form>'
    return INDEX_TITLE, f"<p>Notes on how many people there are.</p>{form}<ul>{links}</ul>"


def search_page(query: str) -> tuple[str, str]:
    """Pages that have the most words of the query, the best first."""
    words = set(query.lower().split())
    scored = sorted(
        ((sum(word in f"{title} {body}".lower() for word in words), path) for path, (title, body) in pages().items()),
        key=lambda pair: -pair[0],
    )
    hits = "".join(
        f'<article><h2><a href="{path}">{html.escape(pages()[path][0])}</a></h2>'
        f"<p>{pages()[path][1].partition('<p>')[2].partition('</p>')[0]}</p></article>"
        for score, path in scored[:10]
        if score
    )
    return f"Search: {query}", hits or "<p>Nothing was found.</p>"


class PopulationSite:
    """`with PopulationSite() as site`: at `site.url`; `site.allow` is what GLMS_OUTBOUND_ALLOW must name."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.allow = f"127.0.0.1:{self.port}"
        self.search_url = f"{self.url}/search?q={{query}}"
        self.added: dict[str, tuple[int, dict[str, str], str]] = {}
        """Further answers by path: status, headers, body."""
        self.asked: list[str] = []
        """Paths in the order in which they were asked for."""
        self._server.site = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> "PopulationSite":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site: PopulationSite = self.server.site  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        site.asked.append(parts.path)
        if parts.path in site.added:
            self._send(*site.added[parts.path])
            return
        if parts.path == "/":
            found: tuple[str, str] | None = index_page()
        elif parts.path == "/search":
            found = search_page(parse_qs(parts.query).get("q", [""])[0])
        else:
            found = pages().get(parts.path)
        title, body = found or ("Not found", "<p>There is no such page.</p>")
        text = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title></head>'
        nav = '<nav><a href="/">Home</a> <a href="/search">Search</a></nav>'
        text += f"<body>{nav}<main><h1>{html.escape(title)}</h1>{body}</main></body></html>"
        self._send(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND, {}, text)

    def _send(self, status: int, headers: dict[str, str], body: str) -> None:
        data = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""
