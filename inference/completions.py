"""One streamed reply by raw text (`POST {url}/completions`), for models whose tool calls their server cannot read."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import aiohttp

from inference.arguments import mended
from inference.dialects.base import Dialect, Ending, Parser
from inference.errors import BadReply
from inference.loop import Part, Reply, TextPart
from inference.messages import FinishReason, Message, ToolCall
from inference.salvage import Lines
from inference.streaming import ChunkReader, Endpoint, answer_events
from inference.text import clean
from inference.tools import Tool

LONGEST_ANSWER = 4096
"""Tokens that an answer may have where nobody said; a completions server ends after sixteen when it is told nothing."""


class CompletionsModel:
    """A model behind the completions protocol, asked and read in its own dialect.

    parameters: sampling parameters to send along (`temperature`, `top_p`, `max_tokens`). thinking: None leaves it to
    the model. context_length: tokens of question and answer together, where that is known.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        endpoint: Endpoint,
        dialect: Dialect,
        parameters: dict[str, Any] | None = None,
        *,
        thinking: bool | None = None,
        context_length: int | None = None,
    ) -> None:
        self.name = endpoint.model
        self._session = session
        self._endpoint = endpoint
        self._dialect = dialect
        self._parameters = parameters or {}
        self._thinking = thinking
        self._longest = min(LONGEST_ANSWER, context_length // 2) if context_length else LONGEST_ANSWER

    async def stream(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncIterator[Part]:
        """One reply, as it comes.

        Raises ModelUnavailable, BadReply, ModelRefused or ContextLengthExceeded.
        """
        parser = self._dialect.parser(tools, thinking=self._thinking)
        reader = TextReader(self._dialect, parser, Lines(tools))
        body = self._body(messages, tools)
        async with aclosing(answer_events(self._session, self._endpoint, "completions", body)) as events:
            async for data in events:
                for part in reader.read(data):
                    yield part
        for part in reader.end():
            yield part

    def _body(self, messages: Sequence[Message], tools: Sequence[Tool]) -> dict[str, Any]:
        """Special tokens stay in what comes back, and none is added to the prompt: it holds all of them."""
        return {
            "model": self._endpoint.model,
            "prompt": self._dialect.render(messages, tools, thinking=self._thinking),
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": self._longest,
            "stop_token_ids": list(self._dialect.stop_token_ids),
            "skip_special_tokens": False,
            "spaces_between_special_tokens": False,
            "add_special_tokens": False,
            **self._parameters,
        }


class TextReader(ChunkReader):
    """Feeds the text of the chunks to the dialect's parser.

    left: looks in what the parser took for text. Where the token that ended the reply says that a call was made, and
    the parser found none, it stands there: the model forgot the token that sets it apart.
    """

    def __init__(self, dialect: Dialect, parser: Parser, left: Lines) -> None:
        super().__init__()
        self._dialect = dialect
        self._parser = parser
        self._left = left
        self._stopped_at: object = None
        self._is_empty = True

    def read_choice(self, choice: dict[str, Any]) -> list[Part]:
        if (stop := choice.get("stop_reason")) is not None:
            self._stopped_at = stop
        return self._sifted(self._parser.feed(clean(choice.get("text") or "")))

    def end(self) -> list[Part]:
        """The rest, and the reply.

        Raises ModelUnavailable when the stream ended before the reply did, BadReply when a call was only announced.
        """
        self.check_ended()
        awaits = self._awaits()
        last, calls = self._parser.end(Ending(cut=self.is_cut, awaits=awaits))
        parts = self._sifted(last)
        text = self._left.end(is_cut=self.is_cut)
        if awaits and not calls:
            calls = tuple(self._left.calls)
        else:
            text = self._left.taken + text
        if awaits and not calls and self._is_empty and not text.strip():
            raise BadReply("The model announced a call and made none.")
        parts += [TextPart(text)] if text else []
        whole = tuple(self._mended(call) for call in calls)
        reason: FinishReason = "tool_calls" if whole else "length" if self.is_cut else "stop"
        return [*parts, Reply(calls=whole, finish_reason=reason, usage=self.usage)]

    def _sifted(self, parts: list[Part]) -> list[Part]:
        """The parts without what may turn out to be a call."""
        if not parts:
            return parts
        found: list[Part] = []
        for part in parts:
            if isinstance(part, TextPart):
                text = self._left.feed(part.text)
                if self._is_empty and text.strip():
                    self._is_empty = False
                if text is part.text:
                    found.append(part)
                elif text:
                    found.append(TextPart(text))
            else:
                found.append(part)
        return found

    def _awaits(self) -> bool | None:
        """What the token says that ended the reply; servers that name none leave it open."""
        if self._stopped_at is None or self.is_cut:
            return None
        return self._stopped_at in {self._dialect.result_token_id, "<|observation|>"}

    def _mended(self, call: ToolCall) -> ToolCall:
        return replace(call, arguments=mended(call.arguments, is_whole=not self.is_cut))
