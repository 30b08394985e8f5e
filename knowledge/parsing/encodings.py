"""The text of a file of unknown encoding, above all of Chinese ones.

Marks and zero bytes tell UTF-16 and UTF-32, strict decoding tells UTF-8. Of the encodings of Chinese, Japanese and
Korean the one wins whose reading is made of the characters that such texts are mostly made of: byte statistics alone
take a short GBK text for Korean. What is left are alphabets, where `charset_normalizer` judges.
"""

import codecs
import re
from dataclasses import dataclass

from knowledge.parsing import frequent

SAMPLE = 1 << 17
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
EAST_ASIAN = (
    ("gb18030", frequent.SIMPLIFIED | frequent.TRADITIONAL),
    ("big5hkscs", frequent.TRADITIONAL),
    ("cp932", frequent.JAPANESE),
    ("euc_jp", frequent.JAPANESE),
    ("cp949", frequent.KOREAN),
)
FREQUENT = frequent.SIMPLIFIED | frequent.TRADITIONAL | frequent.JAPANESE | frequent.KOREAN
SURE = 0.3
"""Share of frequent characters above which a reading is right; wrong ones have less than 0.15."""
LEAST_LETTERS = 2
ACCENTS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüÿœßÀÁÂÄÅÆÇÈÉÊËÎÏÑÓÔÖØÙÚÛÜŒ€’‘“”„«»–—…°·¿¡§£")
"""What the high bytes of western European texts are nearly always."""
ALPHABETS = re.compile(r"cp125\d|iso8859_\d+|koi8_[ru]|cp866|cp874|tis_620|mac_\w+")
HIGH = re.compile(rb"[\x80-\xff]")
MANY_HIGH = re.compile(rb"[\x80-\xff]{3}")
UTF7 = re.compile(rb"\+(?:[A-Za-z0-9/]{2,})(?:-|$|(?=[^A-Za-z0-9+/]))")
BROKEN = "\ufffd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """encoding: as Python names it. warnings: what was lost or guessed, for people."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """Any bytes as text: what cannot be read becomes U+FFFD, and a warning says so."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _replacing(data[len(mark) :], encoding)
    if wide := _wide(data):
        return _replacing(data, wide)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data)
    return _seven_bits(data, text)


def _replacing(data: bytes, encoding: str, *warnings: str) -> Decoded:
    text = data.decode(encoding, "replace")
    if BROKEN in text and (lost := text.count(BROKEN) - data.decode(encoding, "ignore").count(BROKEN)) > 0:
        warnings = (*warnings, f"{lost} broken characters of the file were replaced.")
    return Decoded(text=text, encoding=encoding, warnings=warnings)


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: known by its zero bytes, or because it reads well and nothing else does."""
    sample = data[: SAMPLE & ~3]
    found = None
    if sample.count(0) > len(sample) // 20:
        found = max(WIDE, key=lambda encoding: _plainness(sample, encoding))
        return found if _plainness(sample, found) > 0.6 else None
    if len(data) % 2 == 0 and HIGH.search(sample) and not _is_utf8(sample):
        found = max(WIDE[:2], key=lambda encoding: _quality(sample, encoding, FREQUENT))
        return found if _quality(sample, found, FREQUENT) > SURE else None
    return None


def _plainness(sample: bytes, encoding: str) -> float:
    """Share of characters that a text would have, rare Chinese ones counted in part."""
    text = sample.decode(encoding, "replace")
    good = 0.0
    for one in text:
        if " " <= one <= "~" or one in "\n\r\t" or one in FREQUENT or "\u3000" <= one <= "\u303f" or one >= "\uff00":
            good += one != BROKEN
        elif "\u00a0" <= one <= "\u052f" or "\u3400" <= one <= "\ud7a3":
            good += 0.4
    return good / len(text) if text else 0.0


def _quality(sample: bytes, encoding: str, frequent_ones: frozenset[str]) -> float:
    """Share of frequent characters among those of East Asia, 0 where the bytes are none of this encoding."""
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(sample)  # the sample may end within a character
    except UnicodeDecodeError:
        return 0.0
    letters = [one for one in text if one >= "\u0080" and (one.isalpha() or not one.isprintable())]
    if len(letters) < LEAST_LETTERS:
        return 0.0
    return sum(1 for one in letters if one in frequent_ones) / len(letters)


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _seven_bits(data: bytes, text: str) -> Decoded:
    """UTF-8, unless pure ASCII is the dress of UTF-7, HZ or ISO-2022."""
    if HIGH.search(data):
        return Decoded(text=text, encoding="utf-8")
    is_worn = {"hz": b"~{" in data, "iso2022_jp_2": b"\x1b$" in data, "utf-7": UTF7.search(data) is not None}
    for encoding, is_possible in is_worn.items():
        if is_possible and _quality(data[:SAMPLE], encoding, FREQUENT) > SURE:
            return _replacing(data, encoding)
    return Decoded(text=text, encoding="utf-8")


def _not_utf8(data: bytes) -> Decoded:
    sample = _telling(data)
    if _is_mostly_utf8(sample):
        return _line_by_line(data)
    scores = {encoding: _quality(sample, encoding, letters) for encoding, letters in EAST_ASIAN}
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] > SURE:
        return _replacing(data, best)
    if _is_western(sample):
        return _guessed(data, "cp1252")
    if _is_common_chinese(sample):
        return _guessed(data, "gb18030")
    return _alphabet(data, sample)


def _telling(data: bytes) -> bytes:
    """A part of the file that has what its encoding can be told from."""
    first = HIGH.search(data)
    start = max(0, first.start() - 1024) if first and first.start() > SAMPLE // 2 else 0
    return data[start : start + SAMPLE]


def _guessed(data: bytes, encoding: str) -> Decoded:
    return _replacing(data, encoding, f"The encoding of the file was guessed: {encoding}.")


def _is_mostly_utf8(sample: bytes) -> bool:
    """Whether what is no UTF-8 in it is the exception."""
    text = sample.decode("utf-8", "replace")
    whole = 3 * sum(1 for one in text if one >= "\u0800" and one != BROKEN)
    whole += 2 * sum(1 for one in text if "\u00a0" <= one <= "\u017f")  # others come about by chance
    return 2 * text.count(BROKEN) <= whole


def _line_by_line(data: bytes) -> Decoded:
    """UTF-8 with lines of another encoding, or with broken bytes, in between."""
    lines: list[str] = []
    odd: list[int] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            odd.append(number)
            is_gb = _quality(line, "gb18030", frequent.SIMPLIFIED) > SURE or _is_common_chinese(line)
            lines.append(line.decode("gb18030" if is_gb else "utf-8", "replace"))
    shown = ", ".join(map(str, odd[:10])) + (" …" if len(odd) > 10 else "")
    words = f"Lines that are not UTF-8 were read as GB18030 or with replaced characters: {shown}."
    return Decoded(text="\n".join(lines), encoding="utf-8", warnings=(words,))


def _is_western(sample: bytes) -> bool:
    try:
        high = [one for one in sample.decode("cp1252") if one >= "\u0080"]
    except UnicodeDecodeError:
        return False
    if MANY_HIGH.search(sample):
        return False
    plain = sum(1 for one in sample if 65 <= one <= 90 or 97 <= one <= 122)
    return sum(1 for one in high if one in ACCENTS) > 0.75 * len(high) and plain > 2 * len(high)


def _is_common_chinese(sample: bytes) -> bool:
    """Whether it reads as the 3,755 characters of GB2312's first level; names and labels have no frequent ones."""
    try:
        text = codecs.getincrementaldecoder("gb18030")("strict").decode(sample)
    except UnicodeDecodeError:
        return False
    letters = [one for one in text if one >= "\u2e80"]
    common = sum(1 for one in letters if b"\xb0" <= one.encode("gb2312", "ignore")[:1] <= b"\xd7")
    return len(letters) >= LEAST_LETTERS and common > 0.8 * len([one for one in letters if one.isalpha()])


def _alphabet(data: bytes, sample: bytes) -> Decoded:
    """Cyrillic, Greek, Thai ...; without a good reading, UTF-8 that is badly broken."""
    from charset_normalizer import from_bytes  # noqa: PLC0415  slow to import, seldom asked

    best = from_bytes(sample).best() if len(HIGH.findall(sample)) >= 8 else None
    if best is not None and ALPHABETS.fullmatch(best.encoding):
        return _guessed(data, best.encoding)
    return _replacing(data, "utf-8")
