"""How sandboxd and its clients talk: a JSON object with its length before it, and bytes behind it where it says so."""

import asyncio
import struct
from typing import Any

import orjson

LENGTH = struct.Struct(">I")
MOST_HEADER = 64 << 20
MOST_BYTES = 512 << 20

Frame = tuple[dict[str, Any], bytes]


class BrokenFrame(Exception):
    """The other side does not speak this protocol."""


def frame(fields: dict[str, Any], data: bytes = b"") -> bytes:
    header = orjson.dumps({**fields, "bytes": len(data)} if data else fields)
    return LENGTH.pack(len(header)) + header + data


async def read_frame(stream: asyncio.StreamReader) -> Frame | None:
    """The next frame; None when the other side has closed. Raises BrokenFrame."""
    try:
        (length,) = LENGTH.unpack(await stream.readexactly(LENGTH.size))
        if length > MOST_HEADER:
            raise BrokenFrame(f"a header of {length} bytes")
        fields = orjson.loads(await stream.readexactly(length))
        size = fields.get("bytes", 0) if isinstance(fields, dict) else -1
        if not isinstance(size, int) or not 0 <= size <= MOST_BYTES:
            raise BrokenFrame("no object, or too many bytes")
        return fields, await stream.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except orjson.JSONDecodeError as error:
        raise BrokenFrame(str(error)) from error
