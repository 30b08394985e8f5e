"""The title of a web page and where its links lead; read by the standard library's parser, which runs nothing."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

MOST_HTML = 2_000_000
MOST_LINKS = 2000
MAX_TITLE = 200


@dataclass(slots=True)
class PageHead:
    """links: absolute addresses without fragments, in their order, each once."""

    title: str = ""
    links: list[str] = field(default_factory=list)


def head_of(markup: str, *, url: str) -> PageHead:
    reader = _Reader(url)
    reader.feed(markup[:MOST_HTML])
    reader.close()
    return PageHead(title=" ".join("".join(reader.title).split())[:MAX_TITLE], links=list(reader.links))


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.links: dict[str, None] = {}
        self._base = url
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "title":
            self._in_title = not self.title
        elif tag == "base" and said.get("href"):
            self._base = _joined(self._base, said["href"] or "") or self._base
        elif tag == "a" and "nofollow" not in (said.get("rel") or "").lower().split():
            where = _joined(self._base, said.get("href") or "")
            if where and len(self.links) < MOST_LINKS:
                self.links.setdefault(where)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title and sum(map(len, self.title)) < MAX_TITLE:
            self.title.append(data)


def _joined(base: str, href: str) -> str:
    try:
        where = urljoin(base, href.strip()).partition("#")[0]
        parts = urlsplit(where)
        return where if parts.scheme in {"http", "https"} and parts.hostname else ""
    except ValueError:
        return ""
