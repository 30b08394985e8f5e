"""The edge before Django: a body that is too large is refused before anybody keeps it."""

import re
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

UPLOADS = re.compile(r"/api/v1/(?:conversations/[^/]+/files|knowledge/[^/]+/documents)$")
"""Where a body may be a form with a file."""
PARTS = re.compile(r"/api/v1/uploads/[^/]+$")
"""Where a body may be a part of a file, by itself."""


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
    """Answers 413 for a body that is too large, by its declared length or, where none is declared, by counting.

    limit, upload_limit: bytes, of any body and of an upload.
    """

    def __init__(self, app: App, *, limit: int, upload_limit: int) -> None:
        self.app = app
        self.limit = limit
        self.upload_limit = upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_file = UPLOADS.match(scope["path"]) or PARTS.match(scope["path"])
        limit = self.upload_limit if is_file else self.limit
        if _declared_length(scope) > limit:
            await self._refuse(send, limit)
        else:
            counted = _Counted(receive, limit)
            await self.app(scope, counted, send)
            if counted.is_over:
                await self._refuse(send, limit)

    async def _refuse(self, send: Send, limit: int) -> None:
        request_id = str(new_id())
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            body = orjson.dumps(error_body(BodyTooLarge(f"The body is larger than {limit // 2**20} MiB.")))
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
