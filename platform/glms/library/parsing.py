"""What a document says: read once in the sandbox, then kept beside the original."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from glms.core.errors import Conflict
from glms.library import shelf
from glms.library.models import Document
from glms.sandbox.parsing import page_image_in_sandbox, parse_in_sandbox, small_picture_in_sandbox
from knowledge.documents import Parsed

PARSE_SECONDS = 300.0
IMAGE_SECONDS = 30.0
POLL = 0.1


class Stopped(Exception):
    """Somebody did not want it any more."""


def parse(document: Document, *, stop: Callable[[], bool]) -> Parsed:
    """Read the original, in the sandbox.

    Raises ParseError for good; SandboxUnavailable and SandboxBusy for now; Stopped; FileNotFoundError.
    """
    with shelf.local(document.key) as path:
        return asyncio.run(_unless_stopped(document, path, stop))


async def _unless_stopped(document: Document, path: Path, stop: Callable[[], bool]) -> Parsed:
    reading = asyncio.ensure_future(
        parse_in_sandbox(
            socket=settings.SANDBOX_SOCKET,
            file=path,
            name=document.name,
            media_type=document.media_type if document.origin != "file" else None,
            seconds=PARSE_SECONDS,
        )
    )
    while not reading.done():
        if stop():
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
            raise Stopped
        await asyncio.wait({reading}, timeout=POLL)
    return reading.result()


def parsed_of(document: Document) -> Parsed:
    """What was read of it. Raises Conflict (`not_parsed`)."""
    if not document.parsed_key:
        raise Conflict("This document has not been read yet, or could not be.", code="not_parsed")
    return shelf.read_parsed(document.parsed_key)


def small_picture(document: Document, *, side: int) -> bytes:
    """A picture as a small PNG. Raises ParseError, SandboxUnavailable, SandboxBusy, FileNotFoundError."""
    with shelf.local(document.key) as path:
        return asyncio.run(
            small_picture_in_sandbox(socket=settings.SANDBOX_SOCKET, file=path, side=side, seconds=IMAGE_SECONDS)
        )


def page_image(document: Document, *, page: int, width: int) -> bytes:
    """A page of a PDF as a PNG. Raises ParseError, SandboxUnavailable, SandboxBusy."""
    with shelf.local(document.key) as path:
        return asyncio.run(
            page_image_in_sandbox(
                socket=settings.SANDBOX_SOCKET, file=path, page=page, width=width, seconds=IMAGE_SECONDS
            )
        )
