"""What the scripted server sees of pictures: how large they are."""

import base64
import binascii
import struct
from collections.abc import Sequence
from typing import Any

PNG = b"\x89PNG\r\n\x1a\n"


def seen(messages: Sequence[dict[str, Any]]) -> str:
    """What there is to say of the pictures of the last user message; empty where it has none."""
    content = next((one["content"] for one in reversed(messages) if one["role"] == "user"), "")
    parts = content if isinstance(content, list) else []
    return " ".join(_size(str(part["image_url"]["url"])) for part in parts if part.get("type") == "image_url")


def _size(url: str) -> str:
    head, _, written = url.partition(",")
    try:
        data = base64.b64decode(written, validate=True)
    except binascii.Error:
        data = b""
    if not head.startswith("data:image/") or not data:
        return "There is no picture."
    if data.startswith(PNG) and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return f"A picture of {width} by {height} pixels."
    return f"A picture of {len(data)} bytes."
