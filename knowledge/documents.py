"""A parsed document: its text, and where each part of it stood."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from knowledge.errors import ParseError

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as shares 0..1 of the page, from its upper left corner."""

Kind = Literal["heading", "paragraph", "list", "table", "code", "image", "qa"]
KINDS: frozenset[str] = frozenset(get_args(Kind))
LONGEST_WORDS = 500
MOST_WARNINGS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the text.

    start, end: its characters in `Parsed.text`. level: of a heading, from 1. page: from 1.
    """

    kind: Kind
    start: int
    end: int
    level: int = 0
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page or slide, from 1. `width`, `height` in points; 0 where the format knows none."""

    number: int
    start: int
    end: int
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a file says.

    text: without NUL and lone surrogates, lines ended by `\\n`. blocks: in the order of the text, not overlapping; what
    lies between two of them is white space. encoding: of text files, as found. warnings: for people.
    """

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...] = ()
    title: str = ""
    media_type: str
    encoding: str = ""
    warnings: tuple[str, ...] = ()

    def to_json(self) -> bytes:
        blocks = [[one.kind, one.start, one.end, one.level, one.page, one.box] for one in self.blocks]
        pages = [[one.number, one.start, one.end, one.width, one.height] for one in self.pages]
        told = {
            "text": self.text, "blocks": blocks, "pages": pages, "title": self.title,
            "media_type": self.media_type, "encoding": self.encoding, "warnings": self.warnings,
        }  # fmt: skip
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Parsed":
        """Read what `to_json` wrote, believing none of it: foreign files took part in its making.

        Raises ParseError.
        """
        try:
            return _read(cls, json.loads(data))
        except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
            raise ParseError("malformed_result", "The file's text came out in an impossible form.") from error


def _read(cls: type[Parsed], told: dict[str, Any]) -> Parsed:
    text = told["text"]
    if not isinstance(text, str) or text != clean(text):
        raise ValueError("text")
    return cls(
        text=text,
        blocks=tuple(_in_order((_block(values) for values in told["blocks"]), size=len(text))),
        pages=tuple(_page(values, size=len(text)) for values in told["pages"]),
        title=_words(told["title"]),
        media_type=_words(told["media_type"]),
        encoding=_words(told["encoding"]),
        warnings=tuple(_words(words) for words in told["warnings"][:MOST_WARNINGS]),
    )


def clean(text: str) -> str:
    """The text as PostgreSQL and UTF-8 can hold it: without NUL, surrogates replaced."""
    text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _block(values: list[Any]) -> Block:
    kind, start, end, level, page, box = values
    if kind not in KINDS:
        raise ValueError("kind")
    return Block(
        kind=kind, start=_whole(start), end=_whole(end), level=_whole(level),
        page=None if page is None else _whole(page), box=None if box is None else _box(box),
    )  # fmt: skip


def _box(values: list[Any]) -> Box:
    left, top, right, bottom = (min(1.0, max(0.0, _number(value))) for value in values)
    return left, top, right, bottom


def _page(values: list[Any], *, size: int) -> Page:
    number, start, end, width, height = values
    if not 0 <= _whole(start) <= _whole(end) <= size:
        raise ValueError("page")
    return Page(number=_whole(number), start=start, end=end, width=_number(width), height=_number(height))


def _in_order(blocks: Iterable[Block], *, size: int) -> Iterable[Block]:
    at = 0
    for block in blocks:
        if not at <= block.start <= block.end <= size:
            raise ValueError("blocks")
        at = block.end
        yield block


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("number")
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError("number")
    return float(value)


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("words")
    return clean(value)[:LONGEST_WORDS]
