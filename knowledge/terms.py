"""Cuts text into the terms by which passages are found: words, and pairs of characters where words are not spaced.

Full-width letters and other compatibility forms read as the plain ones (NFKC), traditional characters as simplified
ones, words without their accents and English plurals. A run of Chinese, Japanese or Korean characters gives each pair
of neighbours and its last character alone, so that a single character is a term or begins one wherever it stands.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

VERSION = "terms-1"
"""Indexes that were cut in another way have to be built again."""
LONGEST = 64
"""Characters of a term; the rest of a longer word is cut off."""
UNSPACED = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff"
)
RUN = re.compile(rf"(?P<unspaced>[{UNSPACED}]+)|(?P<word>(?:(?![{UNSPACED}])[^\W_])+)")
LETTER = re.compile(r"(?s).[\u0300-\u036f\u3099\u309a]*")
"""A character with the marks that combine with it."""
ACCENTS = re.compile(r"[\u0300-\u036f]")
TABLE = Path(__file__).with_name("traditional.txt")
"""Traditional characters, and below each the simplified one; from OpenCC's TSCharacters, Apache-2.0."""
EMPTY = (
    "a an and are as at be been but by can did do does for from had has have he her his how i if in into is it its me "
    "my no not of on or our she so than that the their them then there these they this to was we were what when where "
    "which who whom why will with would you your"
)
EMPTY_WORDS = frozenset(EMPTY.split())
"""Words that are not worth marking."""


@cache
def _simplified() -> dict[int, str]:
    traditional, simplified = TABLE.read_text(encoding="utf-8").split("\n")[:2]
    return dict(zip(map(ord, traditional), simplified, strict=True))


def plain(text: str) -> str:
    """As it is compared: NFKC, lower case, simplified characters."""
    lower = unicodedata.normalize("NFKC", text).lower()
    return lower if lower.isascii() else lower.translate(_simplified())


def terms(text: str) -> list[str]:
    """Every term, as often as it occurs."""
    found: list[str] = []
    for run in RUN.finditer(plain(text)):
        letters = run.group()
        if run.lastgroup == "word":
            found.append(_stem(letters))
        else:
            found += _pairs(letters)
            found.append(letters[-1])
    return found


def asked_terms(query: str) -> tuple[list[str], list[str]]:
    """What to look for, each once: whole terms, and single characters that may also begin a term."""
    whole: dict[str, None] = {}
    singles: dict[str, None] = {}
    for run in RUN.finditer(plain(query)):
        letters = run.group()
        if run.lastgroup == "word":
            whole[_stem(letters)] = None
        elif len(letters) == 1:
            singles[letters] = None
        else:
            whole |= dict.fromkeys(_pairs(letters))
    return list(whole), list(singles)


def matched(query: str, text: str) -> list[str]:
    """The parts of the text that the query's terms are found in, as they are written there; each once, longest first.

    Neighbouring pairs of characters are told as one part.
    """
    whole, singles = asked_terms(query)
    wanted, letters = set(whole) - EMPTY_WORDS, set(singles)
    found: dict[str, None] = {}
    for start, end in _spans(text, wanted, letters):
        found[text[start:end]] = None
    return sorted(found, key=lambda part: (-len(part), part))


def _pairs(letters: str) -> list[str]:
    return [letters[index : index + 2] for index in range(len(letters) - 1)]


def _stem(word: str) -> str:
    """Without accents and an English plural's ending (Harman's S stemmer, 1991)."""
    word = word[:LONGEST]
    if not word.isascii():
        word = ACCENTS.sub("", unicodedata.normalize("NFKD", word)) or word
    if len(word) <= 3 or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word if word[-4] in "ae" else word[:-3] + "y"
    if word[-2] in "usi" or (word[-2] == "e" and word[-3] in "aeo"):
        return word
    return word[:-1]


def _spans(text: str, wanted: set[str], letters: set[str]) -> Iterator[tuple[int, int]]:
    """Where in the text something wanted stands; touching ones joined."""
    compared, origin = _with_origin(text)
    last: tuple[int, int] | None = None
    for start, end in _matches(compared, wanted, letters):
        place = origin[start][0], origin[end - 1][1]
        if last and place[0] <= last[1] and place[1] > last[0]:
            last = last[0], max(last[1], place[1])
            continue
        if last:
            yield last
        last = place
    if last:
        yield last


def _matches(compared: str, wanted: set[str], letters: set[str]) -> Iterator[tuple[int, int]]:
    for run in RUN.finditer(compared):
        if run.lastgroup == "word":
            if _stem(run.group()) in wanted:
                yield run.span()
            continue
        for index in range(run.start(), run.end()):
            if compared[index] in letters:
                yield index, index + 1
            if index + 2 <= run.end() and compared[index : index + 2] in wanted:
                yield index, index + 2


def _with_origin(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text as it is compared, and for each of its characters where it stands in the original."""
    parts: list[str] = []
    origin: list[tuple[int, int]] = []
    for letter in LETTER.finditer(text):
        part = plain(letter.group())
        parts.append(part)
        origin += [letter.span()] * len(part)
    return "".join(parts), origin
