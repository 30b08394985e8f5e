"""One question to a server that answers with one JSON object, each failure in our words."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import orjson

from inference.errors import BadReply, InferenceError, ModelUnavailable
from inference.streaming import Endpoint, meaning

MOST_BYTES = 256 << 20
"""Of one answer."""
MOST_WORDS = 8192
"""Bytes of a refusal that are read."""
UNIX = "unix:"
PAUSES = (1.0, 2.0)
"""Seconds before the second and the third try."""
MOST_TIMES = 10.0
"""How much longer than a pause of ours one may be that the server asks for."""


def session_to(url: str) -> tuple[aiohttp.ClientSession, str]:
    """A session that reaches the server, and the base to ask: `unix:PATH` is a server of ours behind a socket.

    For addresses that the operator chose; those that people name belong into the product's one way out.
    """
    if url.startswith(UNIX):
        return aiohttp.ClientSession(connector=aiohttp.UnixConnector(path=url.removeprefix(UNIX))), "http://local/v1"
    return aiohttp.ClientSession(), url


async def answer(
    session: aiohttp.ClientSession,
    endpoint: Endpoint,
    path: str,
    body: Mapping[str, Any],
    *,
    pauses: Sequence[float] = PAUSES,
) -> Any:
    """The answer to `POST {url}/{path}`, asked again after each of `pauses` where that may help.

    Raises ModelUnavailable, BadReply, ModelRefused or ContextLengthExceeded.
    """
    for pause in (*pauses, None):
        try:
            return await _answer(session, endpoint, path, body)
        except InferenceError as error:
            if error.permanent and not isinstance(error, BadReply):
                raise
            if pause is None:
                raise
            wanted = pause if error.retry_after is None else error.retry_after
            await asyncio.sleep(min(wanted, pause * MOST_TIMES))
    raise AssertionError("unreachable")


async def _answer(session: aiohttp.ClientSession, endpoint: Endpoint, path: str, body: Mapping[str, Any]) -> Any:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    limits = aiohttp.ClientTimeout(total=None, sock_connect=endpoint.connect, sock_read=endpoint.silence)
    url = f"{endpoint.url.rstrip('/')}/{path}"
    try:
        async with session.post(
            url, data=orjson.dumps(body), headers=headers, timeout=limits, allow_redirects=False
        ) as response:
            if response.status != 200:
                words = (await response.content.read(MOST_WORDS)).decode(errors="replace")
                raise meaning(response.status, words, retry_after=_seconds(response.headers.get("Retry-After")))
            return orjson.loads(await _whole(response.content))
    except orjson.JSONDecodeError as error:
        raise BadReply("The model server's answer is not JSON.") from error
    except aiohttp.SocketTimeoutError as error:
        raise ModelUnavailable(f"The model server was silent for {endpoint.silence:g} s.") from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise ModelUnavailable("The model server cannot be reached.") from error


async def _whole(content: aiohttp.StreamReader) -> bytes:
    body = bytearray()
    while chunk := await content.readany():
        body += chunk
        if len(body) > MOST_BYTES:
            raise BadReply("The model server sent more than any answer has.")
    return bytes(body)


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header or ""))
    except ValueError:
        return None
