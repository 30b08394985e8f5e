"""What a search provider is: a request to send, and hits to read out of its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from glms.outbound.client import Answer, Request

COUNT = 8
"""Hits that are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """`published`: a date as the provider writes it, empty when unknown."""

    title: str
    url: str
    snippet: str
    published: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`recency_days`: only pages that are not older; None: any."""

    text: str
    recency_days: int | None = None


class Provider(Protocol):
    """`url` and `key` are the operator's; an empty `url` stands for the provider's own."""

    def __init__(self, *, url: str, key: str) -> None: ...

    def request(self, query: Query) -> Request: ...

    def hits(self, answer: Answer, query: Query) -> list[Hit]:
        """Raises ValueError, KeyError or TypeError when the answer is none of its kind."""
        ...


def read_json(answer: Answer) -> Any:
    return orjson.loads(answer.body)


def read_hits(rows: Any, names: Mapping[str, str]) -> list[Hit]:
    """Hits of a list of objects; `names` says what the provider calls title, url, snippet and published."""
    found = {name: [str(row.get(theirs) or "") for row in rows] for name, theirs in names.items()}
    return [
        Hit(title=title, url=url, snippet=snippet, published=published)
        for title, url, snippet, published in zip(
            found["title"], found["url"], found["snippet"], found["published"], strict=True
        )
        if url
    ]


def span(days: int | None, names: tuple[str, str, str, str]) -> str:
    """The shortest of a provider's spans (day, week, month, year) that has `days`; empty where none does."""
    if days is None:
        return ""
    for limit, name in zip((1, 7, 31, 366), names, strict=True):
        if days <= limit:
            return name
    return ""
