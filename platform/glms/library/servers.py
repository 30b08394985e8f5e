"""Asks the servers of models: vectors, ranks, and a few words; from plain code, which waits for the answer."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

import aiohttp
import orjson
from asgiref.sync import async_to_sync

from glms.serving.selectors import ModelConnection, connection_for
from inference.chat import complete
from inference.errors import BadReply, ModelRefused, ModelUnavailable
from inference.messages import UserMessage
from inference.models import model_for
from inference.streaming import Endpoint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

NOBODY = UUID(int=0)
"""The instance itself asks."""
SILENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where a model answers. dimension: None where nobody knows yet."""

    url: str
    model: str
    key: str | None = field(repr=False, default=None)
    dimension: int | None = None


@asynccontextmanager
async def _session(url: str) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """A session, and the address to use with it: `unix:/path` is a socket on this machine."""
    path = url.removeprefix("unix:")
    connector = aiohttp.UnixConnector(path=path) if path != url else aiohttp.TCPConnector()
    async with aiohttp.ClientSession(connector=connector, trust_env=False) as session:
        yield session, "http://encoder/v1" if path != url else url


def model_embeds(server: Server, texts: Sequence[str]) -> "Vectors":
    """One vector a text. Raises InferenceError."""
    return async_to_sync(_embed)(server, texts)


async def _embed(server: Server, texts: Sequence[str]) -> "Vectors":
    import numpy as np  # noqa: PLC0415

    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    try:
        async with (
            _session(server.url) as (session, url),
            session.post(
                f"{url.rstrip('/')}/embeddings",
                json={"model": server.model, "input": list(texts)},
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=SILENCE),
                allow_redirects=False,
            ) as answer,
        ):
            body = await answer.read()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise ModelUnavailable("The encoder cannot be reached.") from error
    if answer.status >= 500 or answer.status == 429:
        raise ModelUnavailable(f"The encoder answers with status {answer.status}.")
    if answer.status != 200:
        raise ModelRefused(f"The encoder answers with status {answer.status}.")
    try:
        rows = sorted(orjson.loads(body)["data"], key=lambda row: row["index"])
        return np.asarray([row["embedding"] for row in rows], dtype=np.float32)
    except (ValueError, KeyError, TypeError) as error:
        raise BadReply("The encoder's answer cannot be read.") from error


def model_ranks(server: Server, query: str, texts: Sequence[str]) -> list[float]:
    """How well each text answers the query. Raises InferenceError."""
    raise ModelUnavailable("not yet")


def model_says(prompt: str, *, max_tokens: int) -> str:
    """The default model's answer to one message. Raises AppError, InferenceError."""
    return async_to_sync(_say)(connection_for(user_id=NOBODY, model_id=None), prompt, max_tokens)


async def _say(connection: ModelConnection, prompt: str, max_tokens: int) -> str:
    endpoint = Endpoint(url=connection.url, model=connection.model, key=connection.key, silence=SILENCE)
    parameters = {"max_tokens": max_tokens, "temperature": 0.3}
    async with aiohttp.ClientSession(trust_env=False) as session:
        model = model_for(session, endpoint, dialect=connection.dialect, parameters=parameters)
        return await complete(model, [UserMessage(text=prompt)])
