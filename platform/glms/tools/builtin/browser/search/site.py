"""One site's own search page (`{query}` in its address), or an index whose links are searched."""

from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from glms.outbound.client import Answer, Request
from glms.tools.builtin.browser.search.provider import COUNT, Hit, Query

if TYPE_CHECKING:  # lxml is loaded by those who search
    from lxml.html import HtmlElement

PLACE = "{query}"
SNIPPET = 300
AROUND = "nav|footer|header|aside|form|script|style"


class Site:
    def __init__(self, *, url: str, key: str) -> None:
        self._url = url
        self._key = key

    def request(self, query: Query) -> Request:
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        return Request(url=self._url.replace(PLACE, quote(query.text, safe="")), headers=headers)

    def hits(self, answer: Answer, query: Query) -> list[Hit]:
        """Links of the page in their order; of an index those with most words of the query, the best first.

        Raises ValueError for what is no page.
        """
        from lxml import etree, html  # noqa: PLC0415

        try:
            tree = html.document_fromstring(answer.body or b"<html></html>")
        except etree.ParserError as error:
            raise ValueError("no page") from error
        for element in tree.xpath(" | ".join(f"//{tag}" for tag in AROUND.split("|"))):
            element.drop_tree()
        found: dict[str, Hit] = {}
        for anchor in tree.iter("a"):
            title = " ".join(anchor.text_content().split())
            where = urljoin(answer.url, anchor.get("href") or "").partition("#")[0]
            if title and urlsplit(where).scheme in {"http", "https"} and where != answer.url:
                found.setdefault(where, Hit(title=title, url=where, snippet=_around(anchor)))
        hits = list(found.values())
        return hits[:COUNT] if PLACE in self._url else _best(hits, query.text)


def _around(anchor: "HtmlElement") -> str:
    """The words of the nearest element around a link that has more than the link."""
    own = " ".join(anchor.text_content().split())
    for element in anchor.iterancestors():
        words = " ".join(element.text_content().split())
        if len(words) > len(own) + 20:
            return words.replace(own, "", 1).strip()[:SNIPPET] if len(words) < 10 * SNIPPET else ""
    return ""


def _best(hits: list[Hit], query: str) -> list[Hit]:
    words = set(query.lower().split())
    scored = [(sum(word in f"{hit.title} {hit.snippet}".lower() for word in words), hit) for hit in hits]
    return [hit for score, hit in sorted(scored, key=lambda pair: -pair[0]) if score][:COUNT]
