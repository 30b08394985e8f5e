"""Documents read in the sandbox: what the product calls instead of a parser."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from glms.sandbox.client import CONNECT_SECONDS, GRACE_SECONDS, NoSandbox, SandboxBusy, SandboxUnavailable
from glms.sandbox.frames import BrokenFrame, Frame, frame, read_frame
from knowledge.documents import Parsed
from knowledge.errors import ParseError
from knowledge.parsing.limits import Limits

STEP = 1 << 18
PICTURE = b"\x89PNG\r\n\x1a\n"
ENDED: Mapping[str, tuple[str, str]] = {
    "timeout": ("took_too_long", "Reading the file took too long. Split it up."),
    "memory": ("too_much_memory", "Reading the file takes too much memory. Split it up."),
    "disk": ("too_much_memory", "Reading the file takes too much room. Split it up."),
}
CRASHED = ("parser_crashed", "The file brings its reader down: it is damaged, or made to do harm.")


async def parse_in_sandbox(
    *, socket: Path, file: Path, name: str, media_type: str | None = None, limits: Limits | None = None,
    seconds: float = 300.0,
) -> Parsed:  # fmt: skip
    """The text of a file, read in a sandbox that sees nothing else. Cancelled, the reader is ended.

    Raises ParseError when the file cannot be read, now or ever; SandboxUnavailable or SandboxBusy when that is not its
    fault: try again later.
    """
    limits = limits or Limits()
    request = {"task": "parse", "name": name, "media_type": media_type or "", "limits": limits.to_json()}
    data = await _asked(socket, file, request, seconds=seconds, most=limits.file_size)
    return await asyncio.to_thread(Parsed.from_json, data)


async def page_image_in_sandbox(*, socket: Path, file: Path, page: int, width: int, seconds: float = 30.0) -> bytes:
    """A page of a PDF as PNG, `width` pixels wide. page: from 1. Raises as `parse_in_sandbox` does."""
    return await _picture(socket, file, {"task": "page", "page": page, "width": width}, seconds=seconds)


async def small_picture_in_sandbox(*, socket: Path, file: Path, side: int, seconds: float = 30.0) -> bytes:
    """A picture as PNG whose longer side has at most `side` pixels. Raises as `parse_in_sandbox` does."""
    return await _picture(socket, file, {"task": "picture", "side": side}, seconds=seconds)


async def _picture(socket: Path, file: Path, request: Mapping[str, Any], *, seconds: float) -> bytes:
    data = await _asked(socket, file, request, seconds=seconds, most=Limits().file_size)
    if not data.startswith(PICTURE):
        raise ParseError("malformed_result", "The page came out as no picture.")
    return data


async def _asked(socket: Path, file: Path, request: Mapping[str, Any], *, seconds: float, most: int) -> bytes:
    size = (await asyncio.to_thread(file.stat)).st_size
    if size == 0:
        raise ParseError("empty_file", "The file is empty.")
    if size > most:
        raise ParseError("file_too_large", f"The file is larger than {most >> 20} MiB.")
    told = {"do": "document", "size": size, "seconds": seconds, **request}
    async with _connected(socket) as (reader, writer):
        try:
            async with asyncio.timeout(seconds + GRACE_SECONDS):
                writer.write(frame(told))
                await _send(file, size, writer)
                answer = await read_frame(reader)
        except (ConnectionError, BrokenFrame, TimeoutError) as error:
            raise NoSandbox(f"The sandbox does not answer ({type(error).__name__}).") from error
    if answer is None:
        raise NoSandbox("The sandbox was restarted during the call.")
    return _data(answer)


@asynccontextmanager
async def _connected(socket: Path) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_unix_connection(socket)
    except (OSError, TimeoutError) as error:
        raise NoSandbox(f"The sandbox does not answer ({type(error).__name__}).") from error
    try:
        yield reader, writer
    finally:
        writer.close()


async def _send(file: Path, size: int, writer: asyncio.StreamWriter) -> None:
    """The file in pieces, so that its size costs no memory. Raises ParseError when it changes meanwhile."""
    with file.open("rb") as opened:
        while size:
            piece = await asyncio.to_thread(opened.read, min(STEP, size))
            if not piece:
                raise ParseError("file_gone", "The file became shorter while it was read.")
            writer.write(piece)
            await writer.drain()
            size -= len(piece)


def _data(answer: Frame) -> bytes:
    told, data = answer
    if isinstance(refused := told.get("refused"), dict):
        raise ParseError(str(refused.get("code")), str(refused.get("message")))
    if ended := told.get("ended"):
        raise ParseError(*ENDED.get(str(ended), CRASHED))
    if told.get("error") == "busy":
        raise SandboxBusy(str(told.get("message")))
    if "error" in told:
        raise SandboxUnavailable(str(told.get("message")))
    return data
