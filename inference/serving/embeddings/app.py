"""The embeddings endpoint over HTTP, as OpenAI has it."""

import asyncio
import base64
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from aiohttp import web

from inference.serving.embeddings.batching import Batcher, Encodes, Vectors
from inference.serving.embeddings.encoder import LONGEST
from inference.text import clean

MOST_BODY = 32 << 20
MOST_TEXTS = 2048
log = logging.getLogger(__name__)

class NotPossible(ValueError):
    """The request asks for what this model does not do; the message says what it does."""

    def __init__(self, message: str, *, code: str = "invalid_request", status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class Use:
    """When somebody was last here."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._now = 0

    def begin(self) -> None:
        self._now += 1

    def end(self) -> None:
        self._now -= 1
        self._last = time.monotonic()

    @property
    def idle_seconds(self) -> float:
        return 0.0 if self._now else time.monotonic() - self._last


BATCHER = web.AppKey("batcher", Batcher)
ENCODER = web.AppKey("encoder", Encodes)
USE = web.AppKey("use", Use)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a request asks for."""

    texts: Sequence[str]
    encoding: Literal["float", "base64"] = "float"


def application(encoder: Encodes, *, threads: int) -> web.Application:
    """The server of one encoder."""
    app = web.Application(client_max_size=MOST_BODY, middlewares=[_counted])
    app[ENCODER], app[BATCHER], app[USE] = encoder, Batcher(encoder, threads=threads), Use()
    app.router.add_get("/health", _health)
    app.router.add_get("/v1/models", _models)
    app.router.add_post("/v1/embeddings", _embeddings)
    return app


@web.middleware
async def _counted(request: web.Request, handler: Any) -> web.StreamResponse:
    request.app[USE].begin()
    try:
        response: web.StreamResponse = await handler(request)
        return response
    finally:
        request.app[USE].end()


async def _health(_request: web.Request) -> web.Response:
    return web.Response()


async def _models(request: web.Request) -> web.Response:
    encoder = request.app[ENCODER]
    one = {"id": encoder.name, "object": "model", "owned_by": "glms", "dimension": encoder.dimension}
    return web.json_response({"object": "list", "data": [one]})


async def _embeddings(request: web.Request) -> web.Response:
    encoder = request.app[ENCODER]
    try:
        wanted = _wanted(orjson.loads(await request.read()), encoder)
    except NotPossible as error:
        return _refusal(str(error), code=error.code, status=error.status)
    except orjson.JSONDecodeError:
        return _refusal("The body is not JSON.", code="invalid_request", status=400)
    vectors, tokens = await request.app[BATCHER].encode(wanted.texts)
    body = await asyncio.to_thread(_answer, vectors, tokens, wanted, encoder.name)
    return web.Response(body=body, content_type="application/json")


def _wanted(body: Any, encoder: Encodes) -> Wanted:
    """Raises NotPossible."""
    if not isinstance(body, dict):
        raise NotPossible("The body is not an object.")
    if body.get("model") not in (None, "", encoder.name):
        raise NotPossible(f"The model here is {encoder.name}.", code="model_not_found", status=404)
    if body.get("dimensions") not in (None, encoder.dimension):
        raise NotPossible(f"This model's vectors have {encoder.dimension} numbers.")
    texts = _texts(body.get("input"))
    match body.get("encoding_format"):
        case "base64":
            return Wanted(texts=texts, encoding="base64")
        case "float" | None:
            return Wanted(texts=texts)
    raise NotPossible("encoding_format is float or base64.")


def _texts(given: Any) -> list[str]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise NotPossible("input is a text or a list of texts.")
    if len(texts) > MOST_TEXTS:
        raise NotPossible(f"input has {MOST_TEXTS} texts at most.")
    if not all(texts):
        raise NotPossible("A text of input is empty.")
    if max(map(len, texts)) > LONGEST:
        raise NotPossible(f"A text has {LONGEST} characters at most.", code="context_length_exceeded")
    return [clean(text) for text in texts]


def _answer(vectors: Vectors, tokens: int, wanted: Wanted, model: str) -> bytes:
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": base64.b64encode(vector.tobytes()).decode() if wanted.encoding == "base64" else vector,
        }
        for index, vector in enumerate(vectors.astype("<f4"))
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    told = {"object": "list", "data": data, "model": model, "usage": usage}
    return orjson.dumps(told, option=orjson.OPT_SERIALIZE_NUMPY)


def _refusal(message: str, *, code: str, status: int) -> web.Response:
    error = {"message": message, "type": "invalid_request_error", "code": code}
    return web.json_response({"error": error}, status=status)
