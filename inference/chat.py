"""One streamed reply from an OpenAI-compatible server (`POST {url}/chat/completions`)."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import orjson

from inference.errors import (
    BadReply,
    ContextLengthExceeded,
    InferenceError,
    ModelRefused,
    ModelUnavailable,
)
from inference.loop import Part, ReasoningPart, Reply, TextPart
from inference.messages import (
    AssistantMessage,
    FinishReason,
    Message,
    SystemMessage,
    ToolCall,
    ToolResult,
    Usage,
    UserMessage,
)
from inference.text import clean
from inference.tools import Tool

MAX_LINE = 4 * 1024 * 1024
FINISH: dict[str, FinishReason] = {"length": "length", "tool_calls": "tool_calls"}


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


class ChatModel:
    """A model behind the chat completions protocol, asked for a stream.

    parameters: sampling parameters to send along (`temperature`, `top_p`, `max_tokens`).
    """

    def __init__(
        self, session: aiohttp.ClientSession, endpoint: Endpoint, parameters: dict[str, Any] | None = None
    ) -> None:
        self.name = endpoint.model
        self._session = session
        self._endpoint = endpoint
        self._parameters = parameters or {}

    async def stream(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncIterator[Part]:
        """One reply, as it comes.

        Raises ModelUnavailable, BadReply, ModelRefused or ContextLengthExceeded.
        """
        try:
            async with self._post(self._body(messages, tools)) as response:
                if response.status != 200:
                    raise await _refusal(response)
                reader = _ReplyReader()
                async for data in _events(response.content):
                    for part in reader.read(data):
                        yield part
                yield reader.end()
        except aiohttp.SocketTimeoutError as error:
            raise ModelUnavailable(f"The model server was silent for {self._endpoint.silence:g} s.") from error
        except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError) as error:
            raise ModelUnavailable("The model server broke off in the middle of its answer.") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ModelUnavailable("The model server cannot be reached.") from error

    def _post(self, body: bytes) -> Any:
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        if self._endpoint.key:
            headers["Authorization"] = f"Bearer {self._endpoint.key}"
        limits = aiohttp.ClientTimeout(
            total=None, sock_connect=self._endpoint.connect, sock_read=self._endpoint.silence
        )
        url = f"{self._endpoint.url.rstrip('/')}/chat/completions"
        return self._session.post(url, data=body, headers=headers, timeout=limits, allow_redirects=False)

    def _body(self, messages: Sequence[Message], tools: Sequence[Tool]) -> bytes:
        body: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": [_message(message) for message in messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            **self._parameters,
        }
        if tools:
            body["tools"] = [_tool(tool) for tool in tools]
        return orjson.dumps(body)


def _message(message: Message) -> dict[str, Any]:
    match message:
        case SystemMessage(text=text):
            return {"role": "system", "content": text}
        case UserMessage(text=text):
            return {"role": "user", "content": text}
        case ToolResult(call_id=call_id, output=output):
            return {"role": "tool", "tool_call_id": call_id, "content": output}
        case AssistantMessage(text=text, calls=()):
            return {"role": "assistant", "content": text}
        case AssistantMessage(text=text, calls=calls):
            return {
                "role": "assistant",
                "content": text or None,
                "tool_calls": [
                    {
                        "id": call.id,
                        "type": "function",
                        "function": {"name": call.name, "arguments": call.arguments},
                    }
                    for call in calls
                ],
            }


def _tool(tool: Tool) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


async def _refusal(response: aiohttp.ClientResponse) -> InferenceError:
    """What a status other than 200 means. The server's own text is read for its meaning, never passed on."""
    text = (await response.content.read(8192)).decode(errors="replace").lower()
    status = response.status
    if status == 429 or status >= 500:
        try:
            wait = float(response.headers.get("Retry-After", ""))
        except ValueError:
            wait = None
        return ModelUnavailable(f"The model server answered {status}.", retry_after=wait)
    if status == 400 and ("context length" in text or "context_length" in text or "maximum context" in text):
        return ContextLengthExceeded("The conversation is longer than the model can read.")
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
                if data == b"[DONE]":
                    return
                if data:
                    yield data
        if len(rest) > MAX_LINE:
            raise BadReply("The model server sent a line without an end.")
    if rest.startswith(b"data:") and rest[5:].strip() not in {b"", b"[DONE]"}:
        yield rest[5:].strip()


@dataclass(slots=True)
class _CallDraft:
    id: str
    name: str = ""
    arguments: str = ""


class _ReplyReader:
    """Turns the chunks of one reply into parts; forgiving where servers are known to err."""

    def __init__(self) -> None:
        self._drafts: list[_CallDraft] = []
        self._by_index: dict[int | None, _CallDraft] = {}
        self._usage: Usage | None = None
        self._finish: str | None = None

    def read(self, data: bytes) -> list[Part]:
        """Raises BadReply when the chunk is not of the protocol, ModelUnavailable when it reports an error."""
        try:
            chunk = orjson.loads(data)
            if "error" in chunk:
                raise ModelUnavailable("The model server reported an error in the middle of its answer.")
            self._read_usage(chunk.get("usage"))
            choices = chunk.get("choices") or ()
            return self._read_choice(choices[0]) if choices else []
        except (orjson.JSONDecodeError, AttributeError, TypeError, KeyError, ValueError) as error:
            raise BadReply("The model server sent something that is not a chat completion.") from error

    def end(self) -> Reply:
        """Raises ModelUnavailable when the stream ended before the reply did."""
        if self._finish is None:
            raise ModelUnavailable("The model server broke off in the middle of its answer.")
        calls = tuple(
            ToolCall(id=draft.id, name=draft.name, arguments=draft.arguments or "{}")
            for draft in self._drafts
            if draft.name
        )
        reason: FinishReason = "tool_calls" if calls else FINISH.get(self._finish, "stop")
        if reason == "tool_calls" and not calls:
            reason = "stop"
        return Reply(calls=calls, finish_reason=reason, usage=self._usage)

    def _read_usage(self, usage: dict[str, Any] | None) -> None:
        if usage:
            self._usage = Usage(
                prompt_tokens=int(usage.get("prompt_tokens") or 0),
                completion_tokens=int(usage.get("completion_tokens") or 0),
            )

    def _read_choice(self, choice: dict[str, Any]) -> list[Part]:
        parts: list[Part] = []
        delta = choice.get("delta") or {}
        if reasoning := delta.get("reasoning_content") or delta.get("reasoning"):
            parts.append(ReasoningPart(clean(reasoning)))
        if text := delta.get("content"):
            parts.append(TextPart(clean(text)))
        for call in delta.get("tool_calls") or ():
            self._read_call(call)
        if choice.get("finish_reason"):
            self._finish = str(choice["finish_reason"])
        return parts

    def _read_call(self, call: dict[str, Any]) -> None:
        function = call.get("function") or {}
        draft = self._draft_for(call, has_name=bool(function.get("name")))
        name, arguments = function.get("name"), function.get("arguments")
        if name and name != draft.name:
            draft.name += clean(name)
        if isinstance(arguments, str):
            draft.arguments += clean(arguments)
        elif arguments is not None:
            draft.arguments = orjson.dumps(arguments).decode()

    def _draft_for(self, call: dict[str, Any], *, has_name: bool) -> _CallDraft:
        """The call this delta belongs to; some servers leave out the index or send -1 for each call."""
        index = call.get("index")
        known = index if isinstance(index, int) and index >= 0 else None
        if known in self._by_index:
            return self._by_index[known]
        if known is None and self._drafts and not has_name:
            return self._drafts[-1]
        draft = _CallDraft(id=f"call_{uuid4().hex[:24]}")
        self._drafts.append(draft)
        if known is not None:
            self._by_index[known] = draft
        return draft


async def complete(model: ChatModel, messages: Sequence[Message]) -> str:
    """The whole text of one reply without tools. Raises what `stream` raises."""
    return "".join([part.text async for part in model.stream(messages, []) if isinstance(part, TextPart)])
