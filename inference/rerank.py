"""The order of passages for a question, by a model that reads both: `POST {url}/rerank` or `/score`."""

import math
from collections.abc import Sequence
from typing import Any

import aiohttp

from inference.asking import answer
from inference.errors import BadReply, ModelRefused
from inference.streaming import Endpoint
from inference.text import clean

MOST_PASSAGES = 100
"""Of one request."""
VERSION = "/v1"


class RerankModel:
    """A model that says how well each passage answers a question.

    endpoint: the base that ends in `/v1`. Servers that know no `/v1/rerank` are asked for `/score`, as vLLM has it.
    """

    def __init__(self, session: aiohttp.ClientSession, endpoint: Endpoint) -> None:
        self._session = session
        self._endpoint = endpoint
        self._knows_rerank = True

    async def scores(self, query: str, passages: Sequence[str]) -> list[float]:
        """One score for each passage, in their order; higher is better, the scale is the model's.

        Raises ModelUnavailable, BadReply, ModelRefused or ContextLengthExceeded.
        """
        scores: list[float] = []
        for start in range(0, len(passages), MOST_PASSAGES):
            batch = [clean(passage) for passage in passages[start : start + MOST_PASSAGES]]
            scores += await self._scores(clean(query), batch)
        return scores

    async def _scores(self, query: str, passages: Sequence[str]) -> list[float]:
        if self._knows_rerank:
            try:
                return await self._reranked(query, passages)
            except ModelRefused as refused:
                try:
                    scores = await self._scored(query, passages)
                except ModelRefused:
                    raise refused from None
                self._knows_rerank = False
                return scores
        return await self._scored(query, passages)

    async def _reranked(self, query: str, passages: Sequence[str]) -> list[float]:
        body = {"model": self._endpoint.model, "query": query, "documents": list(passages), "top_n": len(passages)}
        told = await answer(self._session, self._endpoint, "rerank", body)
        return _in_order(told, "results", "relevance_score", len(passages))

    async def _scored(self, query: str, passages: Sequence[str]) -> list[float]:
        root = Endpoint(
            url=self._endpoint.url.rstrip("/").removesuffix(VERSION),
            model=self._endpoint.model,
            key=self._endpoint.key,
            connect=self._endpoint.connect,
            silence=self._endpoint.silence,
        )
        body = {"model": root.model, "queries": query, "documents": list(passages)}
        return _in_order(await answer(self._session, root, "score", body), "data", "score", len(passages))


def _in_order(told: Any, items: str, field: str, count: int) -> list[float]:
    """Raises BadReply."""
    scores = [math.nan] * count
    try:
        for place, item in enumerate(told[items]):
            scores[int(item.get("index", place))] = float(item[field])
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise BadReply("The rerank model's answer is not one of scores.") from error
    if not all(map(math.isfinite, scores)):
        raise BadReply("The rerank model did not answer for every passage.")
    return scores
