"""The edge before Django: a body that is too large or too slow is refused before anybody keeps it."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
import structlog

from glms.core.errors import AppError, BodyTooLarge, BodyTooSlow
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


STALL = 30.0
"""Seconds in which nothing of a body may come."""
SLOWEST, GRACE = 256, 60.0
"""Bytes a second that a body must have come with on the average, once it takes longer than the second."""
GONE = {"type": "http.disconnect"}


class _Counted:
    """A request's messages; past a limit they look like a client that went away, so that all is cleaned up.

    refused: why, once there is a reason.
    """

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._came = 0
        self._since = time.monotonic()
        self._is_whole = False
        self.refused: AppError | None = None

    async def __call__(self) -> Message:
        try:
            async with asyncio.timeout(None if self._is_whole else STALL):
                message = await self._receive()
        except TimeoutError:
            self.refused = BodyTooSlow("Nothing of the body came for a while; send it again.")
            return GONE
        self._came += len(message.get("body", b""))
        self._is_whole = self._is_whole or not message.get("more_body", False)
        if self._came > self._limit:
            self.refused = BodyTooLarge(f"The body is larger than {self._limit // 2**20} MiB.")
        elif not self._is_whole and self._is_slow():
            self.refused = BodyTooSlow("The body comes too slowly; send it again, files in smaller parts.")
        return GONE if self.refused else message

    def _is_slow(self) -> bool:
        took = time.monotonic() - self._since
        return took > GRACE and self._came < took * SLOWEST


class BodyLimit:
    """Answers 413 for a body that is too large, by its declared length or by counting, and 408 for one too slow.

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
            await self._refuse(send, BodyTooLarge(f"The body is larger than {limit // 2**20} MiB."))
        else:
            counted = _Counted(receive, limit)
            await self.app(scope, counted, send)
            if counted.refused:
                await self._refuse(send, counted.refused)

    async def _refuse(self, send: Send, error: AppError) -> None:
        request_id = str(new_id())
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            body = orjson.dumps(error_body(error))
        headers = {
            **CLOSED,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Connection": "close",
            "Cache-Control": "no-store",
            "X-Request-ID": request_id,
        }
        lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": error.status, "headers": lines})
        await send({"type": "http.response.body", "body": body})


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
