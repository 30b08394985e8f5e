"""Asks the servers of models: vectors, ranks, and a few words; from plain code, which waits for the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

import aiohttp
from asgiref.sync import async_to_sync

from glms.serving.selectors import ModelConnection, connection_for
from inference.asking import PAUSES, session_to
from inference.captions import caption
from inference.chat import complete
from inference.embeddings import Embedding, EmbeddingModel
from inference.messages import UserMessage
from inference.models import model_for
from inference.rerank import RerankModel
from inference.streaming import Endpoint

if TYPE_CHECKING:  # numpy is paid for by those who embed
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

NOBODY = UUID(int=0)
"""The instance itself asks."""
SILENCE, CONNECT = 60.0, 10.0
SEEING = 180.0
"""The same for a model that looks at a picture, and perhaps thinks about it."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where a model answers. dimension: None where nobody knows yet.

    silence, connect: seconds that it may be silent or unreachable. pauses: seconds before each further try.
    """

    url: str
    model: str
    key: str | None = field(repr=False, default=None)
    dimension: int | None = None
    silence: float = SILENCE
    connect: float = CONNECT
    pauses: tuple[float, ...] = PAUSES


def model_embeds(server: Server, texts: Sequence[str]) -> "Vectors":
    """One vector a text, (texts, dimension). Raises InferenceError."""
    import numpy as np  # noqa: PLC0415

    rows = async_to_sync(_embed)(server, texts)
    return np.stack([np.frombuffer(row, dtype="<f4") for row in rows])


async def _embed(server: Server, texts: Sequence[str]) -> list[bytes]:
    session, url = session_to(server.url)
    async with session:
        model = EmbeddingModel(session, _endpoint(server, url), Embedding(pauses=server.pauses))
        return await model.embed_passages(texts)


def model_ranks(server: Server, query: str, texts: Sequence[str]) -> list[float]:
    """How well each text answers the query. Raises InferenceError."""
    return async_to_sync(_rank)(server, query, texts)


async def _rank(server: Server, query: str, texts: Sequence[str]) -> list[float]:
    session, url = session_to(server.url)
    async with session:
        return await RerankModel(session, _endpoint(server, url)).scores(query, texts)


def _endpoint(server: Server, url: str) -> Endpoint:
    return Endpoint(url=url, model=server.model, key=server.key, silence=server.silence, connect=server.connect)


def model_sees(picture: bytes, *, model_id: str, language: str) -> str:
    """What a model sees in a PNG. Raises AppError, InferenceError."""
    return async_to_sync(_see)(connection_for(user_id=NOBODY, model_id=model_id), picture, language)


async def _see(connection: ModelConnection, picture: bytes, language: str) -> str:
    endpoint = Endpoint(url=connection.url, model=connection.model, key=connection.key, silence=SEEING)
    async with aiohttp.ClientSession(trust_env=False) as session:
        return await caption(session, endpoint, picture, media_type="image/png", language=language)


def model_says(prompt: str, *, max_tokens: int) -> str:
    """The default model's answer to one message. Raises AppError, InferenceError."""
    return async_to_sync(_say)(connection_for(user_id=NOBODY, model_id=None), prompt, max_tokens)


async def _say(connection: ModelConnection, prompt: str, max_tokens: int) -> str:
    endpoint = Endpoint(url=connection.url, model=connection.model, key=connection.key, silence=SILENCE)
    parameters = {"max_tokens": max_tokens, "temperature": 0.3}
    async with aiohttp.ClientSession(trust_env=False) as session:
        model = model_for(session, endpoint, dialect=connection.dialect, parameters=parameters)
        return await complete(model, [UserMessage(text=prompt)])
