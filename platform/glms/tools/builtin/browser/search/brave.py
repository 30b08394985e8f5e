"""Brave Search: https://api-dashboard.search.brave.com/app/documentation/web-search."""

import re
from dataclasses import replace
from urllib.parse import urlencode

from glms.outbound.client import Answer, Request
from glms.tools.builtin.browser.search.provider import COUNT, Hit, Query, read_hits, read_json, span

BOLD = re.compile(r"</?strong>")


class Brave:
    def __init__(self, *, url: str, key: str) -> None:
        self._url = url or "https://api.search.brave.com/res/v1/web/search"
        self._key = key

    def request(self, query: Query) -> Request:
        wanted = {"q": query.text, "count": str(COUNT)}
        if recent := span(query.recency_days, ("pd", "pw", "pm", "py")):
            wanted["freshness"] = recent
        headers = {"X-Subscription-Token": self._key, "Accept": "application/json"}
        return Request(
            url=f"{self._url}?{urlencode(wanted)}", headers=headers, secret=frozenset({"x-subscription-token"})
        )

    def hits(self, answer: Answer, query: Query) -> list[Hit]:
        names = {"title": "title", "url": "url", "snippet": "description", "published": "page_age"}
        found = read_hits(read_json(answer).get("web", {}).get("results", []), names)
        return [replace(hit, snippet=BOLD.sub("", hit.snippet), title=BOLD.sub("", hit.title)) for hit in found]
