"""Where Chinese and English text may be cut: after sentences, else after clauses, else anywhere between characters."""

import re
import unicodedata
from collections.abc import Iterator

from knowledge.tokens import weight

Span = tuple[int, int]
CLOSING = "”’」』）】》)\\]\"'"
END = re.compile(
    rf"[。！？…]+[{CLOSING}]*|[；;](?=\s|[\u3400-\u9fff])|[.!?]+[{CLOSING}]*(?=\s+[\"'“‘(\[]?[A-Z0-9\u3400-\u9fff])|\n+"
)
SHORT_FORM = re.compile(
    r"(?:^|[\s(（])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Fig|Eq|No|Vol|Sec|vs|etc|e\.g|i\.e|cf|al|St|Inc|Ltd|Co|U\.S)\.$"
)
CLAUSE = re.compile(r"[，、：,:；;]\s*|\s+")
JOINERS = "\u200d\ufe0f"
LONGEST_TOKEN = 8
"""No token is counted for more characters than this, white space aside."""
LOOK_BACK = 12


def sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """Spans of sentences, white space around them left out."""
    at = start
    for match in END.finditer(text, start, end):
        if match.group()[0] == "." and SHORT_FORM.search(text[max(at, match.start() - LOOK_BACK) : match.end()]):
            continue
        yield from _trimmed(text, at, match.end())
        at = match.end()
    yield from _trimmed(text, at, end)


def lines(text: str, start: int, end: int) -> Iterator[Span]:
    """Spans of lines, each without its end; empty ones are left out."""
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        if text[at:stop].strip():
            yield at, stop
        at = stop + 1


def fitting(text: str, start: int, end: int, *, size: float) -> Iterator[Span]:
    """The span in parts of at most `size` tokens: at clauses where they fall well, else where it just fits."""
    at = start
    while at < end:
        cut = _cut(text, at, end, size)
        yield from _trimmed(text, at, cut)
        at = cut


def _cut(text: str, start: int, end: int, size: float) -> int:
    """How far a part that begins at `start` may go."""
    most = min(end, start + max(1, int(size * LONGEST_TOKEN)))
    if most == end and weight(text[start:end]) <= size:
        return end
    low, high = start + 1, most
    while low < high:
        middle = (low + high + 1) // 2
        if weight(text[start:middle]) <= size:
            low = middle
        else:
            high = middle - 1
    clause = max((match.end() for match in CLAUSE.finditer(text, start + (low - start) // 2, low)), default=0)
    return clause or _between(text, start, low)


def _between(text: str, start: int, cut: int) -> int:
    """A place near `cut` that tears no character from its marks."""
    for back in range(LOOK_BACK):
        at = cut - back
        if at <= start:
            break
        if at >= len(text) or not (unicodedata.combining(text[at]) or text[at] in JOINERS or text[at - 1] == "\u200d"):
            return at
    return cut


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
