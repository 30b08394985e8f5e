"""Tells headings by how they are numbered: 第一章, 一、, （一）, 1.1, Chapter 1; where nothing else marks them."""

import re
from collections.abc import Iterator, Sequence

NUMERAL = "[〇零一二三四五六七八九十百千两0-9０-９]{1,8}"
PATTERNS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(rf"第\s*{NUMERAL}\s*[编編篇部卷]"), 1),
    (re.compile(rf"第\s*{NUMERAL}\s*章|附录\s*[A-Z一二三四五六七八九十]?(?=\s|$|[:：])"), 2),
    (re.compile(r"(?:chapter|part|appendix)\s+(?:\d{1,3}|[ivxlc]{1,7}|[a-z])\b", re.IGNORECASE), 2),
    (re.compile(rf"第\s*{NUMERAL}\s*[节節]"), 3),
    (re.compile(r"section\s+\d{1,3}(?:\.\d{1,3})*\b", re.IGNORECASE), 3),
    (re.compile(r"[一二三四五六七八九十]{1,3}\s*、"), 4),
    (re.compile(r"[（(]\s*[一二三四五六七八九十]{1,3}\s*[)）]"), 5),
)
DECIMAL = re.compile(r"(\d{1,3}(?:[.．]\d{1,3}){0,4})[.．、]?(?=[^\d.．%％年月日℃])\s*")
BEGINNINGS = frozenset("第附一二三四五六七八九十（(0123456789cCpPaAsS")
AFTER_CHAPTER = 3
"""`1` ranks as a chapter would, `1.1` below."""
LONGEST = 60
"""Of a heading, in characters, those of Chinese counted double."""
ENDS = ("。", "；", "，", "！", "？", "、", "…", ".", ";", ",", "!", "?")
LEADERS = re.compile(r"(?:[.·…．]\s?){4,}|\s\d{1,4}$")
"""Dots or a page number: a line of a table of contents."""


def level_of(line: str, *, looks_like_one: bool = False) -> int | None:
    """The level that a line's numbering gives it as a heading; None when it is none.

    looks_like_one: its type already says that it is a heading, however long.
    """
    line = line.strip()
    if line[:1] not in BEGINNINGS:
        return None
    if not looks_like_one and (_width(line) > LONGEST or line.endswith(ENDS) or LEADERS.search(line)):
        return None
    for pattern, level in PATTERNS:
        if pattern.match(line):
            return level
    return _decimal_level(line)


def _decimal_level(line: str) -> int | None:
    """`1. Scope`, `1 Scope`, `1.1范围`, but not `12个`, `3 apples` or `1.5 million`."""
    match = DECIMAL.match(line)
    if match is None or not (rest := line[match.end() :]) or not rest[0].isalpha() or rest[0].islower():
        return None
    depth = len(re.split(r"[.．]", match.group(1)))
    is_set_apart = match.end() > match.end(1)
    return AFTER_CHAPTER - 1 + depth if depth > 1 or is_set_apart else None


def _width(line: str) -> int:
    return sum(2 if one >= "\u2e80" else 1 for one in line)


def levels(lines: Sequence[str]) -> Iterator[int | None]:
    """The level of each line. Neighbours that are numbered alike, with nothing between, are a list."""
    found = [level_of(line) for line in lines]
    for number, level in enumerate(found):
        before = found[number - 1] if number else None
        after = found[number + 1] if number + 1 < len(found) else None
        yield None if level is not None and level in {before, after} else level
