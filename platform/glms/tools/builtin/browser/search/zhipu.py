"""Zhipu's web search: https://docs.bigmodel.cn/api-reference (POST /paas/v4/web_search)."""

from typing import Any

import orjson

from glms.outbound.client import Answer, Request
from glms.tools.builtin.browser.search.provider import COUNT, Hit, Query, read_hits, read_json, span


class Zhipu:
    def __init__(self, *, url: str, key: str) -> None:
        self._url = url or "https://open.bigmodel.cn/api/paas/v4/web_search"
        self._key = key

    def request(self, query: Query) -> Request:
        recent = span(query.recency_days, ("oneDay", "oneWeek", "oneMonth", "oneYear")) or "noLimit"
        wanted: dict[str, Any] = {
            "search_query": query.text[:70],  # its limit
            "search_engine": "search_std",
            "search_intent": False,
            "count": COUNT,
            "search_recency_filter": recent,
        }
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        return Request(url=self._url, method="POST", headers=headers, body=orjson.dumps(wanted))

    def hits(self, answer: Answer, query: Query) -> list[Hit]:
        names = {"title": "title", "url": "link", "snippet": "content", "published": "publish_date"}
        return read_hits(read_json(answer)["search_result"], names)
