"""Pictures from text, by an OpenAI-compatible images endpoint (`POST {url}/images/generations`)."""

import base64
import binascii
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from inference.errors import BadReply, ModelRefused, ModelUnavailable
from inference.pictures import EVENT_STREAM, PictureRequest, Step
from inference.streaming import Endpoint

MOST_BYTES = 64 * 1024 * 1024
"""Of one answer."""

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets the picture at an address that the server named; guards against addresses inside."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """The end: the files as the server made them."""

    files: tuple[bytes, ...]


class ImageModel:
    """A model that draws. fetch: for servers that answer with addresses; without it such an answer is a failure.

    endpoint: its `silence` covers a whole picture, since most servers say nothing until it is done.
    """

    def __init__(self, session: aiohttp.ClientSession, endpoint: Endpoint, *, fetch: Fetch | None = None) -> None:
        self._session = session
        self._endpoint = endpoint
        self._fetch = fetch

    async def draw(self, wanted: PictureRequest) -> AsyncGenerator[Step | Pictures, None]:
        """Steps where the server tells of them, then the pictures. Closing it cancels the work.

        Raises ModelUnavailable, BadReply or ModelRefused.
        """
        try:
            async with self._post(wanted) as response:
                if response.status != 200:
                    raise _refusal(response.status)
                if response.content_type != EVENT_STREAM:
                    yield Pictures(await self._pictures(await _whole(response.content)))
                    return
                async with aclosing(_events(response.content)) as events:
                    async for data in events:
                        step = _step(data)
                        yield step or Pictures(await self._pictures(data))
                        if step is None:
                            return
            raise ModelUnavailable("The image server broke off before the picture was done.")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ModelUnavailable("The image server cannot be reached, or was silent for too long.") from error

    def _post(self, wanted: PictureRequest) -> Any:
        headers = {"Content-Type": "application/json", "Accept": f"{EVENT_STREAM}, application/json"}
        if self._endpoint.key:
            headers["Authorization"] = f"Bearer {self._endpoint.key}"
        limits = aiohttp.ClientTimeout(
            total=None, sock_connect=self._endpoint.connect, sock_read=self._endpoint.silence
        )
        url = f"{self._endpoint.url.rstrip('/')}/images/generations"
        body = orjson.dumps(self._body(wanted))
        return self._session.post(url, data=body, headers=headers, timeout=limits, allow_redirects=False)

    def _body(self, wanted: PictureRequest) -> dict[str, Any]:
        optional = {
            "model": self._endpoint.model,
            "negative_prompt": wanted.negative_prompt,
            "num_inference_steps": wanted.steps,
            "seed": wanted.seed,
        }
        return {
            "prompt": wanted.prompt,
            "size": f"{wanted.width}x{wanted.height}",
            "n": wanted.n,
            "response_format": "b64_json",
            **{name: value for name, value in optional.items() if value not in (None, "")},
        }

    async def _pictures(self, data: bytes) -> tuple[bytes, ...]:
        try:
            items = orjson.loads(data)["data"]
            if not items:
                raise BadReply("The image server answered without a picture.")
            return tuple([await self._picture(item) for item in items])
        except (orjson.JSONDecodeError, binascii.Error, KeyError, TypeError, ValueError) as error:
            raise BadReply("The image server sent something that is not a picture.") from error

    async def _picture(self, item: dict[str, Any]) -> bytes:
        if written := item.get("b64_json"):
            return base64.b64decode(written, validate=True)
        if self._fetch is None:
            raise BadReply("The image server answered with an address and not with the picture.")
        return await self._fetch(str(item["url"]))


def _step(data: bytes) -> Step | None:
    """The step that an event tells of; None for the pictures. Raises BadReply, ModelUnavailable."""
    try:
        event = orjson.loads(data)
        if "error" in event:
            raise ModelUnavailable("The image server failed while it drew.")
        return Step(int(event["step"]), max(1, int(event["of"]))) if "step" in event else None
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadReply("The image server sent something that is not a picture.") from error


def _refusal(status: int) -> ModelUnavailable | ModelRefused:
    if status == 429 or status >= 500:
        return ModelUnavailable(f"The image server answered {status}.")
    if status in {401, 403}:
        return ModelRefused("The image server did not accept our key.")
    if status == 404:
        return ModelRefused("The image server does not know this model or address.")
    return ModelRefused(f"The image server refused the request ({status}).")


async def _whole(content: aiohttp.StreamReader) -> bytes:
    """The body. Raises BadReply when it is larger than any picture."""
    body = bytearray()
    while chunk := await content.readany():
        body += chunk
        if len(body) > MOST_BYTES:
            raise BadReply("The image server sent more than any picture has.")
    return bytes(body)


async def _events(content: aiohttp.StreamReader) -> AsyncGenerator[bytes, None]:
    """The `data:` of each server-sent event. Raises BadReply on an endless line."""
    rest = bytearray()
    while chunk := await content.readany():
        rest += chunk
        if len(rest) > MOST_BYTES:
            raise BadReply("The image server sent more than any picture has.")
        if b"\n" in chunk:
            *lines, last = bytes(rest).split(b"\n")
            rest = bytearray(last)
            for line in lines:
                if line.startswith(b"data:"):
                    yield line[5:].strip()
