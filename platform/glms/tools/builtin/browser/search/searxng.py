"""SearXNG, a search engine of one's own, with `json` among its formats: https://docs.searxng.org/dev/search_api.html."""

from urllib.parse import urlencode

from glms.outbound.client import Answer, Request
from glms.tools.builtin.browser.search.provider import Hit, Query, read_hits, read_json, span


class Searxng:
    def __init__(self, *, url: str, key: str) -> None:
        self._url = url.rstrip("/").removesuffix("/search")
        self._key = key

    def request(self, query: Query) -> Request:
        wanted = {"q": query.text, "format": "json"}
        if recent := span(query.recency_days, ("day", "month", "month", "year")):
            wanted["time_range"] = recent
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        return Request(url=f"{self._url}/search?{urlencode(wanted)}", headers=headers)

    def hits(self, answer: Answer, query: Query) -> list[Hit]:
        names = {"title": "title", "url": "url", "snippet": "content", "published": "publishedDate"}
        return read_hits(read_json(answer)["results"], names)
