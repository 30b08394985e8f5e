"""The edge before Django: a body that is too large is refused before anybody keeps it."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
import structlog

from glms.core.errors import BodyTooLarge
from glms.core.headers import CLOSED
from glms.core.http import error_body
from glms.core.models import new_id

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class _TooLarge(Exception):
    """More came than the head of the request promised."""


class BodyLimit:
    """Answers 413 for a body over `limit` bytes, by its declared length or, where none is declared, by counting."""

    def __init__(self, app: App, *, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if _declared_length(scope) > self.limit:
            return await self._refuse(send)
        try:
            await self.app(scope, self._counted(receive), send)
        except _TooLarge:
            await self._refuse(send)

    def _counted(self, receive: Receive) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.limit:
                raise _TooLarge
            return message

        return counted

    async def _refuse(self, send: Send) -> None:
        request_id = str(new_id())
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            body = orjson.dumps(error_body(BodyTooLarge("The body is larger than 1 MiB.")))
        headers = {
            **CLOSED,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Connection": "close",
            "Cache-Control": "no-store",
            "X-Request-ID": request_id,
        }
        lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 413, "headers": lines})
        await send({"type": "http.response.body", "body": body})


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
