"""Plain text of any encoding: paragraphs between empty lines, headings by their numbering."""

import re
from pathlib import Path

from knowledge.documents import Parsed
from knowledge.errors import ParseError
from knowledge.parsing import headings
from knowledge.parsing.building import Building, too_much_text
from knowledge.parsing.encodings import BROKEN, Decoded, decode
from knowledge.parsing.limits import Limits

MEDIA_TYPE = "text/plain"
EMPTY_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
INDENT = re.compile(r"[ \t\u3000]{2,}|\t")
ITEM = re.compile(r"\s*(?:[-*•·●○▪◦]\s|\(?\d{1,3}[.)、]\s?|[（(][\d一二三四五六七八九十]{1,3}[)）]|[①-⑳])")


def text_of(path: Path, limits: Limits) -> Decoded:
    """The text of a file. Raises ParseError `unsupported_type` when it is none, `too_much_text`."""
    decoded = decode(path.read_bytes())
    if len(decoded.text) > limits.characters:
        raise too_much_text(limits)
    sample = decoded.text[:20_000]
    odd = sum(1 for one in sample if not one.isprintable() and one not in "\n\r\t\f\v\0\u200b\u3000\xa0\ufeff")
    odd += sample.count(BROKEN)
    if odd > max(40, len(sample) // 4):
        raise ParseError("unsupported_type", "The file holds no text that could be read.")
    return decoded


def begin(decoded: Decoded, *, media_type: str, limits: Limits) -> Building:
    building = Building(media_type=media_type, limits=limits)
    building.encoding = decoded.encoding
    for words in decoded.warnings:
        building.warn(words)
    return building


def lines_of(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").replace("\v", "\n")


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    decoded = text_of(path, limits)
    building = begin(decoded, media_type=MEDIA_TYPE, limits=limits)
    add_text(building, lines_of(decoded.text))
    return building.done()


def add_text(building: Building, text: str) -> None:
    """Paragraphs and headings of a text that marks them by empty lines and numbers only."""
    if "\n\n" in text or EMPTY_LINES.search(text):
        parts = [part for part in EMPTY_LINES.split(text) if part.strip()]
    else:
        parts = text.split("\n")  # a paragraph a line
    levels = headings.levels([part if "\n" not in part.strip() else "" for part in parts])
    for part, level in zip(parts, levels, strict=True):
        if level is not None:
            building.heading(part, level=level)
        else:
            _add_part(building, part)


def _add_part(building: Building, part: str) -> None:
    """One stretch between empty lines: its first lines may be headings, its lines may be items."""
    lines = part.strip("\n").split("\n")
    if len(lines) == 1:
        building.add("paragraph", part)
        return
    levels = list(headings.levels(lines))
    paragraph: list[str] = []
    for line, level in zip(lines, levels, strict=True):
        if level is not None:
            _add_lines(building, paragraph)
            building.heading(line, level=level)
            paragraph = []
        else:
            paragraph.append(line)
    _add_lines(building, paragraph)


def _add_lines(building: Building, lines: list[str]) -> None:
    if not lines:
        return
    items = sum(1 for line in lines if ITEM.match(line))
    if len(lines) > 1 and items > len(lines) // 2:
        for line in lines:
            building.add("list", line)
        return
    starts = [number for number, line in enumerate(lines) if number == 0 or INDENT.match(line)]
    if len(starts) > 1 and not all(INDENT.match(line) for line in lines):
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            building.add("paragraph", "\n".join(lines[start:end]))
    else:
        building.add("paragraph", "\n".join(lines))
