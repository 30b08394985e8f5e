"""One streamed reply from an OpenAI-compatible server (`POST {url}/chat/completions`)."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import aiohttp
import orjson

from inference.arguments import Unreadable, mended, read_object
from inference.dialects.base import last_question
from inference.dialects.special import Restorer, inert, inert_value, restored
from inference.errors import BadReply
from inference.loop import Model, Part, ReasoningPart, Reply, TextPart
from inference.messages import AssistantMessage, FinishReason, Message, SystemMessage, ToolCall, ToolResult, UserMessage
from inference.salvage import LeakedThought, Salvage
from inference.streaming import ChunkReader, Endpoint, answer_events
from inference.text import clean
from inference.tools import Tool

__all__ = ["ChatModel", "Endpoint", "complete"]

SHORTEST_BEGINNING = 3
"""Letters of a name by which a truncated one may be known."""


class ChatModel:
    """A model behind the chat completions protocol, asked for a stream.

    parameters: sampling parameters to send along (`temperature`, `top_p`, `max_tokens`). thinking: None leaves it to
    the server.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        endpoint: Endpoint,
        parameters: dict[str, Any] | None = None,
        *,
        thinking: bool | None = None,
    ) -> None:
        self.name = endpoint.model
        self._session = session
        self._endpoint = endpoint
        self._parameters = parameters or {}
        self._thinking = thinking

    async def stream(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncIterator[Part]:
        """One reply, as it comes.

        Raises ModelUnavailable, BadReply, ModelRefused or ContextLengthExceeded.
        """
        asked = last_question(messages)
        told = [_message(message, is_recent=index > asked) for index, message in enumerate(messages)]
        async with aclosing(self.stream_told(told, tools)) as parts:
            async for part in parts:
                yield part

    async def stream_told(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[Tool]
    ) -> AsyncGenerator[Part, None]:
        """One reply to messages that are in the protocol's own form already. Raises what `stream` raises."""
        reader = ReplyReader(tools)
        body = self._body(messages, tools)
        async with aclosing(answer_events(self._session, self._endpoint, "chat/completions", body)) as events:
            async for data in events:
                for part in reader.read(data):
                    yield part
        for part in reader.end():
            yield part

    def _body(self, messages: Sequence[dict[str, Any]], tools: Sequence[Tool]) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": messages,
            "stream": True,
            "stream_options": {"include_usage": True},
            **self._parameters,
        }
        if self._thinking is not None:
            body["chat_template_kwargs"] = {"enable_thinking": self._thinking}
        if tools:
            body["tools"] = [_tool(tool) for tool in tools]
        return body


def _message(message: Message, *, is_recent: bool) -> dict[str, Any]:
    """is_recent: it stands behind the last question, where models want to see what they thought.

    Servers put what they are sent into their template as it is and read special tokens wherever they stand (vLLM's
    pull request 31735), so texts go there inert.
    """
    match message:
        case SystemMessage(text=text):
            return {"role": "system", "content": inert(text)}
        case UserMessage(text=text):
            return {"role": "user", "content": inert(text)}
        case ToolResult(call_id=call_id, output=output):
            return {"role": "tool", "tool_call_id": call_id, "content": inert(output)}
        case AssistantMessage(text=text, calls=calls, reasoning=reasoning):
            told: dict[str, Any] = {"role": "assistant", "content": inert(text) if not calls else inert(text) or None}
            if reasoning and is_recent:  # servers know it by one name or the other
                told |= {"reasoning": inert(reasoning), "reasoning_content": inert(reasoning)}
            return told | ({"tool_calls": [_call(call) for call in calls]} if calls else {})


def _call(call: ToolCall) -> dict[str, Any]:
    """Servers refuse a conversation with arguments that are no JSON object, so such ones are wrapped into one."""
    try:
        value, arguments = read_object(call.arguments), mended(call.arguments, is_whole=False)
    except Unreadable:
        value, arguments = {"arguments": call.arguments}, ""
    quiet = inert_value(value)
    if quiet != value or not arguments:
        arguments = orjson.dumps(quiet).decode()
    return {"id": call.id, "type": "function", "function": {"name": inert(call.name), "arguments": arguments}}


def _tool(tool: Tool) -> dict[str, Any]:
    told = {"description": inert(tool.description), "parameters": inert_value(tool.parameters)}
    return {"type": "function", "function": {"name": tool.name, **told}}


@dataclass(slots=True)
class _CallDraft:
    """theirs: the id that the server gave it, which changes or comes twice with some."""

    id: str
    theirs: Any
    name: str = ""
    pieces: list[str] = field(default_factory=list)

    @property
    def arguments(self) -> str:
        return "".join(self.pieces)


class ReplyReader(ChunkReader):
    """Turns the chunks of one reply into parts; forgiving where servers are known to err."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        super().__init__()
        self._known = [tool.name for tool in tools]
        self._drafts: list[_CallDraft] = []
        self._by_index: dict[int | None, _CallDraft] = {}
        self._leaked = LeakedThought()
        self._content = Salvage(tools)
        self._reasoning = Salvage(tools)
        self._answers = False
        self._restorer = Restorer()

    def read_choice(self, choice: dict[str, Any]) -> list[Part]:
        parts: list[Part] = []
        delta = choice.get("delta") or {}
        if reasoning := delta.get("reasoning_content") or delta.get("reasoning"):
            self._think(clean(reasoning), parts)
        if text := delta.get("content"):
            if self._leaked.is_over:
                self._answer(self._content.feed(clean(text)), parts)
            else:
                self._say(self._leaked.feed(clean(text)), parts)
        for call in delta.get("tool_calls") or ():
            self._read_call(call)
        return self._restorer.feed(parts)

    def end(self) -> list[Part]:
        """The rest, and the reply. Raises ModelUnavailable when the stream ended early, BadReply without substance."""
        self.check_ended()
        parts: list[Part] = []
        self._say(self._leaked.end(), parts)
        text, left = self._content.end(is_cut=self.is_cut)
        self._answer(text, parts)
        calls = self._calls()
        calls += [call for call in left if _key(call) not in {_key(one) for one in calls}]
        if not calls and not self._answers:
            thought, calls = self._reasoning.end(is_cut=self.is_cut)
        else:
            thought = self._reasoning.give_up()
        if thought:
            parts.append(ReasoningPart(thought))
        if self.finish == "tool_calls" and not calls and not self._answers:
            raise BadReply("The model server announced a call and sent none.")
        whole = tuple(self._whole(call) for call in calls)
        reason: FinishReason = "tool_calls" if whole else "length" if self.is_cut else "stop"
        told = [*self._restorer.feed(parts), *self._restorer.end()]
        return [*told, Reply(calls=whole, finish_reason=reason, usage=self.usage)]

    def _whole(self, call: ToolCall) -> ToolCall:
        arguments = restored(call.arguments)
        return replace(call, name=restored(call.name), arguments=mended(arguments, is_whole=not self.is_cut))

    def _think(self, text: str, parts: list[Part]) -> None:
        if sure := self._reasoning.feed(text):
            parts.append(ReasoningPart(sure))

    def _say(self, found: Sequence[Part], parts: list[Part]) -> None:
        for part in found:
            if isinstance(part, ReasoningPart):
                self._think(part.text, parts)
            elif isinstance(part, TextPart):
                self._answer(self._content.feed(part.text), parts)

    def _answer(self, text: str, parts: list[Part]) -> None:
        """An answer shows that a call within the thoughts was not meant."""
        if not self._answers and text.strip():
            self._answers = True
            if thought := self._reasoning.give_up():
                parts.append(ReasoningPart(thought))
        if text:
            parts.append(TextPart(text))

    def _calls(self) -> list[ToolCall]:
        """The calls that came as calls. Of one that was cut right behind its name nobody knows the arguments."""
        drafts = [draft for draft in self._drafts if draft.name]
        nothing = ["{}"] * len(drafts)
        if self.is_cut and drafts:
            nothing[-1] = "{"
        return [
            ToolCall(id=draft.id, name=self._meant(draft.name), arguments=draft.arguments or empty)
            for draft, empty in zip(drafts, nothing, strict=True)
        ]

    def _meant(self, name: str) -> str:
        """Some servers truncate names (vLLM issues 39757, 40071): one that begins a single tool's name means it."""
        if name in self._known or len(name) < SHORTEST_BEGINNING:
            return name
        found = [known for known in self._known if known.startswith(name)]
        return found[0] if len(found) == 1 else name

    def _read_call(self, call: dict[str, Any]) -> None:
        function = call.get("function") or {}
        draft = self._draft_for(call, begins=bool(function.get("name")))
        name, arguments = function.get("name"), function.get("arguments")
        if name:
            draft.name = self._joined(draft.name, clean(name))
        if isinstance(arguments, str):
            draft.pieces.append(clean(arguments))
        elif arguments is not None:
            draft.pieces = [orjson.dumps(arguments).decode()]

    def _joined(self, begun: str, more: str) -> str:
        """A name that comes in pieces, or again, or each time longer."""
        if begun == more:
            return begun
        if more.startswith(begun) and not any(known.startswith(begun + more) for known in self._known):
            return more
        return begun + more

    def _draft_for(self, call: dict[str, Any], *, begins: bool) -> _CallDraft:
        """The call this delta belongs to; some servers leave out the index or send -1 for each call.

        begins: it brings a name, which without an index means another call, unless its id is the last one's.
        """
        index, theirs = call.get("index"), call.get("id")
        known = index if isinstance(index, int) and index >= 0 else None
        if known in self._by_index:
            return self._by_index[known]
        last = self._drafts[-1] if self._drafts else None
        if known is None and last and (not begins or (theirs and theirs == last.theirs)):
            return last
        draft = _CallDraft(id=f"call_{uuid4().hex[:24]}", theirs=theirs)
        self._drafts.append(draft)
        if known is not None:
            self._by_index[known] = draft
        return draft


def _key(call: ToolCall) -> tuple[str, str]:
    """What makes two calls the same."""
    try:
        return call.name, orjson.dumps(read_object(call.arguments), option=orjson.OPT_SORT_KEYS).decode()
    except Unreadable:
        return call.name, call.arguments


async def complete(model: Model, messages: Sequence[Message]) -> str:
    """The whole text of one reply without tools. Raises what `stream` raises."""
    return "".join([part.text async for part in model.stream(messages, []) if isinstance(part, TextPart)])
