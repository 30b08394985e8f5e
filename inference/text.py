"""Text from outside, made such that every later room can store and send it."""

import math
from collections.abc import Mapping
from typing import Any


def clean(text: str) -> str:
    """`text` without NUL and lone surrogates. Raises TypeError for what is no text."""
    if not isinstance(text, str):
        raise TypeError(type(text).__name__)
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def shortened(text: str, limit: int) -> str:
    """`text` with its middle left out, and said so, when it has more than `limit` characters."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n[... {len(text) - 2 * half:,} characters left out ...]\n{text[-half:]}"


def storable(value: Any) -> Any:
    """`value` as JSON that every later room can store and send.

    Its texts are clean, its numbers finite and within 64 bits; what JSON has no word for is told as text.
    """
    told: Any = None
    match value:
        case None | bool():
            told = value
        case int() if -(2**63) <= value < 2**63:
            told = value
        case float():
            told = value if math.isfinite(value) else None
        case Mapping():
            told = {clean(str(key)): storable(inner) for key, inner in value.items()}
        case list() | tuple():
            told = [storable(inner) for inner in value]
        case _:
            told = clean(str(value))
    return told
