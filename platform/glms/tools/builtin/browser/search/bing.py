"""Bing's web search v7, and servers that speak as it did: GET `?q=`, answers in `webPages.value`."""

from urllib.parse import urlencode

from glms.outbound.client import Answer, Request
from glms.tools.builtin.browser.search.provider import COUNT, Hit, Query, read_hits, read_json, span


class Bing:
    def __init__(self, *, url: str, key: str) -> None:
        self._url = url or "https://api.bing.microsoft.com/v7.0/search"
        self._key = key

    def request(self, query: Query) -> Request:
        wanted = {"q": query.text, "count": str(COUNT)}
        if recent := span(query.recency_days, ("Day", "Week", "Month", "")):
            wanted["freshness"] = recent
        return Request(
            url=f"{self._url}?{urlencode(wanted)}",
            headers={"Ocp-Apim-Subscription-Key": self._key},
            secret=frozenset({"ocp-apim-subscription-key"}),
        )

    def hits(self, answer: Answer, query: Query) -> list[Hit]:
        names = {"title": "name", "url": "url", "snippet": "snippet", "published": "datePublished"}
        return read_hits(read_json(answer).get("webPages", {}).get("value", []), names)
