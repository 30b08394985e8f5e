"""Vectors of texts, by an OpenAI-compatible embeddings endpoint (`POST {url}/embeddings`)."""

import asyncio
import base64
import binascii
import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from inference.asking import PAUSES, answer
from inference.errors import BadReply, ModelRefused
from inference.streaming import Endpoint
from inference.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """How a model is asked. dimension: None takes what it answers; asked_dimension: a shorter one is asked for.

    before_query, before_passage: what the model wants to see before a question and before a text (`query: ` of E5,
    `Instruct: ...` of Qwen3-Embedding). pauses: seconds before each further try.
    """

    dimension: int | None = None
    asked_dimension: int | None = None
    before_query: str = ""
    before_passage: str = ""
    most_texts: int = 64
    most_characters: int = 100_000
    """Of one request together; a text that is longer goes alone."""
    at_once: int = 2
    pauses: tuple[float, ...] = PAUSES


class EmbeddingModel:
    """A model that makes vectors of texts. The vectors come as bytes: little-endian float32, as they are stored."""

    def __init__(self, session: aiohttp.ClientSession, endpoint: Endpoint, how: Embedding | None = None) -> None:
        self._session = session
        self._endpoint = endpoint
        self._how = how or Embedding()

    async def embed_query(self, text: str) -> bytes:
        """Raises ModelUnavailable, BadReply, ModelRefused or ContextLengthExceeded."""
        [vector] = await self._embed([clean(self._how.before_query + text)])
        return vector

    async def embed_passages(self, texts: Sequence[str]) -> list[bytes]:
        """One vector for each text, in their order. Raises what `embed_query` raises."""
        told = [clean(self._how.before_passage + text) for text in texts]
        limit = asyncio.Semaphore(self._how.at_once)

        async def one(batch: Sequence[str]) -> list[bytes]:
            async with limit:
                return await self._embed(batch)

        try:
            async with asyncio.TaskGroup() as work:
                tasks = [work.create_task(one(batch)) for batch in self._batches(told)]
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return [vector for task in tasks for vector in task.result()]

    async def dimension(self) -> int:
        """Asks for one vector. Raises what `embed_query` raises."""
        return len(await self.embed_query("dimension")) // 4

    def _batches(self, texts: Sequence[str]) -> Iterator[Sequence[str]]:
        start, size = 0, 0
        for index, text in enumerate(texts):
            full = index - start >= self._how.most_texts or size + len(text) > self._how.most_characters
            if index > start and full:
                yield texts[start:index]
                start, size = index, 0
            size += len(text)
        if start < len(texts):
            yield texts[start:]

    async def _embed(self, texts: Sequence[str]) -> list[bytes]:
        body: dict[str, Any] = {"model": self._endpoint.model, "input": list(texts), "encoding_format": "base64"}
        if self._how.asked_dimension:
            body["dimensions"] = self._how.asked_dimension
        told = await answer(self._session, self._endpoint, "embeddings", body, pauses=self._how.pauses)
        vectors = _vectors(told, len(texts))
        wanted = self._how.dimension or self._how.asked_dimension
        if wanted and any(len(vector) != wanted * 4 for vector in vectors):
            raise ModelRefused(f"The embedding model answers {len(vectors[0]) // 4} numbers for a text, not {wanted}.")
        return vectors


def _vectors(told: Any, count: int) -> list[bytes]:
    """Raises BadReply."""
    vectors = [b""] * count
    try:
        for place, item in enumerate(told["data"]):
            vectors[int(item.get("index", place))] = _vector(item["embedding"])
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, binascii.Error) as error:
        raise BadReply("The embedding model's answer is not one of vectors.") from error
    if not all(vectors) or len({len(vector) for vector in vectors}) > 1:
        raise BadReply("The embedding model answered for other texts than it was asked for.")
    return vectors


def _vector(told: Any) -> bytes:
    """base64 where the server knows it, else a list of numbers. Raises ValueError."""
    numbers = array("f")
    if isinstance(told, str):
        numbers.frombytes(base64.b64decode(told, validate=True))
    else:
        numbers.extend(told)
    if not math.isfinite(sum(numbers)):
        raise ValueError("not finite")
    return numbers.tobytes()
