"""Keeps what people, tools and pages say from reading as special tokens, and takes the keeping off again."""

import re
from collections.abc import Mapping
from typing import Any

from inference.loop import Part, ReasoningPart, TextPart

WORD_JOINER = "\u2060"
ANGLED = (
    r"\|[A-Za-z0-9_]{1,40}\|>|/?(?:think|tool_call|tool_response|arg_key|arg_value|tools|sop|eop|eos)>"  # after `<`
)
FOUND = re.compile(rf"<(?=\u2060*(?:{ANGLED}))|\[(?=\u2060*[gs]?MASK\])|/(?=\u2060*nothink)")
KEPT = re.compile(
    rf"(?<=<)\u2060(?=\u2060*(?:{ANGLED}))|(?<=\[)\u2060(?=\u2060*[gs]?MASK\])|(?<=/)\u2060(?=\u2060*nothink)"
)
UNDECIDED = re.compile(r"(?:^|(?<=[<\[/]))\u2060+[|/\w]{0,44}\Z")


def inert(text: str) -> str:
    """`text` in which nothing reads as a special token: a word joiner (U+2060) follows the first sign of each.

    A completions server reads special tokens wherever they stand in a prompt, so what comes from outside must not
    contain any. Nothing else of the text changes, and `restored` gives the very text back.
    """
    return FOUND.sub(lambda found: found[0] + WORD_JOINER, text)


def inert_value(value: Any) -> Any:
    """A JSON value in which no text reads as a special token, keys included."""
    match value:
        case str():
            return inert(value)
        case list() | tuple():
            return [inert_value(one) for one in value]
        case Mapping():
            return {inert(str(key)): inert_value(one) for key, one in value.items()}
    return value


def restored(text: str) -> str:
    """What `inert` was given; for what a model repeats of its prompt."""
    return KEPT.sub("", text) if WORD_JOINER in text else text


class Restorer:
    """`restored` for parts that come in pieces."""

    def __init__(self) -> None:
        self._kind: type[TextPart] | type[ReasoningPart] = TextPart
        self._before = ""
        self._held = ""

    def feed(self, parts: list[Part]) -> list[Part]:
        if len(parts) == 1 and not self._held:  # as most pieces are
            [only] = parts
            if type(only) is self._kind and WORD_JOINER not in only.text:
                self._before = only.text[-1:] or self._before
                return parts
        found: list[Part] = []
        for part in parts:
            if not isinstance(part, TextPart | ReasoningPart):
                found.append(part)
                continue
            if type(part) is not self._kind:
                found += self.end()
                self._kind, self._before = type(part), ""
            if text := self._read(part.text):
                found.append(self._kind(text))
        return found

    def end(self) -> list[Part]:
        """What was still held."""
        rest, self._held = restored(self._before + self._held)[len(self._before) :], ""
        return [self._kind(rest)] if rest else []

    def _read(self, text: str) -> str:
        if self._held or WORD_JOINER in text:
            text = self._held + text
            undecided = UNDECIDED.search(text)
            edge = undecided.start() if undecided else len(text)
            text, self._held = text[:edge], text[edge:]
            text = restored(self._before + text)[len(self._before) :]
        if text:
            self._before = text[-1]
        return text
