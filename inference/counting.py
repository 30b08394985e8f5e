"""How many tokens a conversation is, by the model server's own tokenizer."""

from collections.abc import Sequence
from typing import Protocol

import aiohttp
import orjson
import structlog

from inference.messages import AssistantMessage, Message, ToolResult
from inference.tools import Tool

log = structlog.get_logger(__name__)

PER_MESSAGE = 8
"""Tokens by which a template frames a message, generously."""
BYTES_PER_TOKEN = 3.0
"""For servers without a tokenizer to ask: few texts have less."""
PATIENCE = 10.0


class Counter(Protocol):
    """Counts tokens."""

    async def count(self, messages: Sequence[Message], tools: Sequence[Tool]) -> int:
        """An upper estimate of the prompt's length."""
        ...


class ServerCounter:
    """Asks vLLM's `POST /tokenize`; a server that does not know it is answered for by the texts' bytes.

    url: the base that ends in `/v1`; the address of the tokenizer lies beside it.
    """

    def __init__(self, session: aiohttp.ClientSession, *, url: str, model: str, key: str | None) -> None:
        self._session = session
        self._url = url.rstrip("/").removesuffix("/v1") + "/tokenize"
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._known = True

    async def count(self, messages: Sequence[Message], tools: Sequence[Tool]) -> int:
        """The texts' length as the server counts it, and what their frames take at most."""
        text = "\n".join([*map(text_of, messages), *map(_schema, tools)])
        frames = PER_MESSAGE * (len(messages) + len(tools))
        if self._known:
            counted = await self._ask(text)
            if counted is not None:
                return counted + frames
            self._known = False
        return round(len(text.encode()) / BYTES_PER_TOKEN) + frames

    async def _ask(self, text: str) -> int | None:
        body = {"model": self._model, "prompt": text, "add_special_tokens": False}
        limit = aiohttp.ClientTimeout(total=PATIENCE)
        try:
            async with self._session.post(
                self._url, json=body, headers=self._headers, timeout=limit, allow_redirects=False
            ) as response:
                told = orjson.loads(await response.read())
                return int(told["count"]) if response.status == 200 else None
        except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            log.info("no_tokenizer", reason=type(error).__name__)
            return None


def length_bound(messages: Sequence[Message], tools: Sequence[Tool]) -> int:
    """More tokens than the prompt can be: no tokenizer of today makes more than one of a byte."""
    texts = [*map(text_of, messages), *map(_schema, tools)]
    return sum(len(text.encode()) for text in texts) + PER_MESSAGE * len(texts)


def text_of(message: Message) -> str:
    """All text of a message."""
    match message:
        case AssistantMessage(text=text, reasoning=reasoning, calls=calls):
            return "\n".join([reasoning, text, *(f"{call.name} {call.arguments}" for call in calls)])
        case ToolResult(output=output):
            return output
        case _:
            return message.text


def _schema(tool: Tool) -> str:
    return f"{tool.name} {tool.description} {orjson.dumps(tool.parameters).decode()}"
