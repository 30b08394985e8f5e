"""One streamed answer of a model server: asked by POST, read as server-sent events, each failure in our words."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

from inference.errors import BadReply, ContextLengthExceeded, InferenceError, ModelRefused, ModelUnavailable
from inference.loop import Part
from inference.messages import Usage

MAX_LINE = 4 * 1024 * 1024
DONE = b"[DONE]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a model is served.

    url: the base that ends in `/v1`. silence: seconds without a byte after which the server counts as gone.
    """

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    connect: float = 10.0
    silence: float = 60.0


async def answer_events(
    session: aiohttp.ClientSession, endpoint: Endpoint, path: str, body: Mapping[str, Any]
) -> AsyncGenerator[bytes, None]:
    """The `data:` of each event of the answer to `POST {url}/{path}`, the last one `[DONE]` where the server sends it.

    Raises ModelUnavailable, BadReply, ModelRefused or ContextLengthExceeded.
    """
    try:
        async with _post(session, endpoint, path, orjson.dumps(body)) as response:
            if response.status != 200:
                raise await _refusal(response)
            async for data in _events(response.content):
                yield data
    except aiohttp.SocketTimeoutError as error:
        raise ModelUnavailable(f"The model server was silent for {endpoint.silence:g} s.") from error
    except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError) as error:
        raise ModelUnavailable("The model server broke off in the middle of its answer.") from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ModelUnavailable("The model server cannot be reached.") from error


def _post(session: aiohttp.ClientSession, endpoint: Endpoint, path: str, body: bytes) -> Any:
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    limits = aiohttp.ClientTimeout(total=None, sock_connect=endpoint.connect, sock_read=endpoint.silence)
    url = f"{endpoint.url.rstrip('/')}/{path}"
    return session.post(url, data=body, headers=headers, timeout=limits, allow_redirects=False)


async def _refusal(response: aiohttp.ClientResponse) -> InferenceError:
    """What a status other than 200 means. The server's own text is read for its meaning, never passed on."""
    text = (await response.content.read(8192)).decode(errors="replace")
    try:
        wait = float(response.headers.get("Retry-After", ""))
    except ValueError:
        wait = None
    return meaning(response.status, text, retry_after=wait)


def meaning(status: int, text: str, *, retry_after: float | None = None) -> InferenceError:
    """What an error with this status and this text means, whether it came at once or within the stream."""
    text = text.lower()
    if status == 429 or status >= 500:
        return ModelUnavailable(f"The model server answered {status}.", retry_after=retry_after)
    if status == 400 and ("context length" in text or "context_length" in text or "maximum context" in text):
        return ContextLengthExceeded("The conversation is longer than the model can read.")
    if status == 400 and "out-of-vocab" in text:
        return ModelRefused(
            "The model does not know the special tokens of this dialect: choose another dialect for it."
        )
    if status in {401, 403}:
        return ModelRefused("The model server did not accept our key.")
    if status == 404:
        return ModelRefused("The model server does not know this model or address.")
    return ModelRefused(f"The model server refused the request ({status}).")


async def _events(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    """The `data:` of each server-sent event, up to `[DONE]` or the end. Raises BadReply on an endless line."""
    rest = b""
    while chunk := await content.readany():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                data = line[5:].strip()
                if data:
                    yield data
                if data == DONE:
                    return
        if len(rest) > MAX_LINE:
            raise BadReply("The model server sent a line without an end.")
    if rest.startswith(b"data:") and rest[5:].strip():
        yield rest[5:].strip()


class ChunkReader:
    """What every protocol's chunks have in common: one choice, why it ended, what it cost."""

    def __init__(self) -> None:
        self.usage: Usage | None = None
        self.finish: str | None = None
        self._done = False

    def read(self, data: bytes) -> list[Part]:
        """Raises BadReply when the chunk is not of the protocol, and what an error means that it reports."""
        if data == DONE:
            self._done = True
            return []
        try:
            chunk = orjson.loads(data)
            if "error" in chunk:
                raise _reported(chunk["error"])
            self._read_usage(chunk.get("usage"))
            choices = chunk.get("choices") or ()
            return self._read_whole_choice(choices[0]) if choices else []
        except (orjson.JSONDecodeError, AttributeError, TypeError, KeyError, ValueError) as error:
            raise BadReply("The model server sent something that is not a chat completion.") from error

    def check_ended(self) -> None:
        """Raises ModelUnavailable when the stream ended before the reply did."""
        if self.finish is None and not self._done:
            raise ModelUnavailable("The model server broke off in the middle of its answer.")

    @property
    def is_cut(self) -> bool:
        """Whether the reply ended at its limit, in mid-word."""
        return self.finish == "length"

    def read_choice(self, choice: dict[str, Any]) -> list[Part]:
        """What a choice adds."""
        raise NotImplementedError

    def _read_whole_choice(self, choice: dict[str, Any]) -> list[Part]:
        parts = self.read_choice(choice)
        if choice.get("finish_reason"):
            self.finish = str(choice["finish_reason"])
        return parts

    def _read_usage(self, usage: dict[str, Any] | None) -> None:
        if usage:
            self.usage = Usage(
                prompt_tokens=int(usage.get("prompt_tokens") or 0),
                completion_tokens=int(usage.get("completion_tokens") or 0),
            )


def _reported(error: Any) -> InferenceError:
    """An error within the stream; vLLM sends there too what it refuses once the answer has begun."""
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, int) and 400 <= code < 500:
        return meaning(code, str(error.get("message") or ""))
    return ModelUnavailable("The model server reported an error in the middle of its answer.")
