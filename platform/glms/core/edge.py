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


class _Counted:
    """A request's messages; past the limit they look like a client that went away, so that all is cleaned up."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit

    @property
    def is_over(self) -> bool:
        return self._left < 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.is_over else message


class BodyLimit:
    """Answers 413 for a body over `limit` bytes, by its declared length or, where none is declared, by counting."""

    def __init__(self, app: App, *, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif _declared_length(scope) > self.limit:
            await self._refuse(send)
        else:
            counted = _Counted(receive, self.limit)
            await self.app(scope, counted, send)
            if counted.is_over:
                await self._refuse(send)

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
