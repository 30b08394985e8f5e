"""Tavily: https://docs.tavily.com/documentation/api-reference/endpoint/search."""

from typing import Any

import orjson

from glms.outbound.client import Answer, Request
from glms.tools.builtin.browser.search.provider import COUNT, Hit, Query, read_hits, read_json, span


class Tavily:
    def __init__(self, *, url: str, key: str) -> None:
        self._url = url or "https://api.tavily.com/search"
        self._key = key

    def request(self, query: Query) -> Request:
        wanted: dict[str, Any] = {"query": query.text, "max_results": COUNT}
        if recent := span(query.recency_days, ("day", "week", "month", "year")):
            wanted["time_range"] = recent
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        return Request(url=self._url, method="POST", headers=headers, body=orjson.dumps(wanted))

    def hits(self, answer: Answer, query: Query) -> list[Hit]:
        names = {"title": "title", "url": "url", "snippet": "content", "published": "published_date"}
        return read_hits(read_json(answer)["results"], names)
