"""Calls as `name` on a line and its JSON behind it, as many as follow each other."""

import json
from collections.abc import Iterator

from inference.arguments import mended
from inference.dialects.base import call_of, is_object
from inference.dialects.names import Names
from inference.messages import ToolCall

DECODER = json.JSONDecoder(strict=False)


def line_calls(text: str, names: Names, *, is_cut: bool) -> list[ToolCall]:
    """The calls that `text` is made of, whole; none when anything of it is something else."""
    try:
        return list(_calls(text, names, is_cut=is_cut))
    except ValueError:
        return []


def _calls(text: str, names: Names, *, is_cut: bool) -> Iterator[ToolCall]:
    """Raises ValueError at what is no call."""
    rest = text.strip()
    while rest:
        head, _, body = rest.partition("\n")
        name, body = head.strip(), body.lstrip()
        if not names.knows(name) or not body.startswith("{"):
            raise ValueError(name)
        arguments, rest = _object_of(body, is_cut=is_cut)
        yield call_of(names.ours(name), arguments)


def _object_of(body: str, *, is_cut: bool) -> tuple[str, str]:
    """The JSON at the beginning, mended where it must be, and what follows it."""
    try:
        _, end = DECODER.raw_decode(body)
    except ValueError:
        arguments = mended(body.strip(), is_whole=not is_cut)
        if not is_object(arguments) and not is_cut:
            raise
        return arguments, ""
    return body[:end], body[end:].lstrip()
