"""The numbers that Word writes before paragraphs: they stand in no text, and headings mean little without them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge.parsing.office import W

Element = Any
PLACE = re.compile(r"%([1-9])")
DIGITS = "〇一二三四五六七八九"
ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
         (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip


def chinese(number: int) -> str:
    """1 to 9999 as they are counted: 一, 十一, 一百零五."""
    if not 0 < number < 10_000:
        return str(number)
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if zero and text else "") + DIGITS[digit] + name
        zero = digit == 0
    return text.removeprefix("一") if text.startswith("一十") else text


def roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for value, mark in ROMAN:
        count, number = divmod(number, value)
        text += mark * count
    return text


def letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number < 260 else str(number)


FORMATS: Mapping[str, Callable[[int], str]] = {
    "chineseCounting": chinese, "chineseCountingThousand": chinese, "japaneseCounting": chinese,
    "ideographDigital": lambda number: "".join(DIGITS[int(one)] for one in str(number)),
    "ideographTraditional": lambda number: "甲乙丙丁戊己庚辛壬癸"[(number - 1) % 10],
    "decimalEnclosedCircle": lambda number: chr(0x2460 + number - 1) if 0 < number <= 20 else str(number),
    "decimalEnclosedCircleChinese": lambda number: chr(0x2460 + number - 1) if 0 < number <= 20 else str(number),
    "upperRoman": roman, "lowerRoman": lambda number: roman(number).lower(),
    "upperLetter": lambda number: letters(number).upper(), "lowerLetter": letters,
    "decimalZero": lambda number: f"{number:02}",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How one level of a list is numbered.

    text: with `%1` for the number of the first level. is_legal: the numbers of the levels above are shown in digits.
    """

    form: str
    text: str
    start: int
    is_legal: bool


@dataclass(kw_only=True)
class Numbering:
    """Counts the paragraphs of a document."""

    levels: Mapping[str, Mapping[int, Level]] = field(default_factory=dict)
    """By the list's id, then by level."""
    counters: Mapping[str, str] = field(default_factory=dict)
    """Lists that count on together have the same value."""
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Element) -> "Numbering":
        shapes = {one.get(f"{W}abstractNumId"): _levels(one) for one in root.iter(f"{W}abstractNum")}
        levels, counters = {}, {}
        for one in root.iter(f"{W}num"):
            key = one.get(f"{W}numId")
            shape = _value(one, "abstractNumId")
            own = {level: found for over in one.iter(f"{W}lvlOverride") for level, found in _levels(over).items()}
            restarts = own or one.find(f".//{W}startOverride") is not None
            levels[key] = {**shapes.get(shape, {}), **own}
            counters[key] = f"{shape}/{key}" if restarts else shape
        return cls(levels=levels, counters=counters)

    def next(self, key: str, level: int) -> str:
        """The label of the next paragraph there; empty for a bullet and for what is not known."""
        known = self.levels.get(key, {}).get(level)
        if known is None:
            return ""
        counts = self._counts.setdefault(self.counters[key], {})
        counts[level] = counts.get(level, known.start - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        if known.form in {"bullet", "none"}:
            return ""

        def shown(place: re.Match[str]) -> str:
            above = self.levels[key].get(int(place.group(1)) - 1)
            number = counts.get(int(place.group(1)) - 1, above.start if above else 1)
            return FORMATS.get(above.form, str)(number) if above and not known.is_legal else str(number)

        return PLACE.sub(shown, known.text).strip()


def _levels(around: Element) -> dict[int, Level]:
    return {_number(one.get(f"{W}ilvl", "0"), 0): _level(one) for one in around.iter(f"{W}lvl")}


def _level(element: Element) -> Level:
    return Level(
        form=_value(element, "numFmt") or "decimal",
        text=_value(element, "lvlText"),
        start=_number(_value(element, "start"), 1),
        is_legal=element.find(f"{W}isLgl") is not None,
    )


def _value(around: Element, name: str) -> str:
    found = around.find(f"{W}{name}")
    return found.get(f"{W}val", "") if found is not None else ""


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise
