"""What Word's styles make of a paragraph: a heading of some level, an item of some list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.parsing.office import W

Element = Any
NAME = re.compile(r"(?:heading|标题|標題|überschrift|titre)\s*([1-9])", re.IGNORECASE)
TITLES = frozenset({"title", "标题", "標題"})
LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """level: of a heading, 0 for none. list_id: as `numbering` knows it, None outside of lists."""

    level: int = 0
    list_id: str | None = None
    list_level: int = 0


@dataclass(frozen=True, kw_only=True)
class Styles:
    """By id; `default` for paragraphs that name none."""

    known: Mapping[str, Style]

    @classmethod
    def of(cls, root: Element | None) -> "Styles":
        elements = {one.get(f"{W}styleId", ""): one for one in root.iter(f"{W}style")} if root is not None else {}
        return cls(known={key: _resolved(key, elements) for key in elements})

    def of_paragraph(self, paragraph: Element) -> Style:
        told = paragraph.find(f"{W}pPr")
        if told is None:
            return Style()
        named = told.find(f"{W}pStyle")
        base = self.known.get(named.get(f"{W}val", ""), Style()) if named is not None else Style()
        return _over(base, told)


def layout(around: Element, name: str) -> bool:
    """Whether a run has a property switched on."""
    told = around.find(f"{W}rPr/{W}{name}")
    return told is not None and told.get(f"{W}val", "true") not in {"0", "false", "off"}


def _resolved(key: str, elements: Mapping[str, Element]) -> Style:
    """A style with what it inherits."""
    chain: list[Element] = []
    while key in elements and len(chain) < LONGEST_CHAIN:
        chain.append(elements[key])
        based = elements[key].find(f"{W}basedOn")
        key = based.get(f"{W}val", "") if based is not None else ""
    style = Style()
    for element in reversed(chain):
        name = element.find(f"{W}name")
        called = (name.get(f"{W}val", "") if name is not None else "").strip().lower()
        if match := NAME.fullmatch(called):
            style = Style(level=int(match.group(1)), list_id=style.list_id, list_level=style.list_level)
        elif called in TITLES:
            style = Style(level=1)
        if (told := element.find(f"{W}pPr")) is not None:
            style = _over(style, told)
    return style


def _over(style: Style, told: Element) -> Style:
    """The style with what a paragraph's or a style's own properties say."""
    outline = told.find(f"{W}outlineLvl")
    level = _small(outline) + 1 if outline is not None else style.level
    numbers = told.find(f"{W}numPr")
    if numbers is None:
        return Style(level=level if level <= 9 else 0, list_id=style.list_id, list_level=style.list_level)
    key = numbers.find(f"{W}numId")
    depth = numbers.find(f"{W}ilvl")
    list_id = key.get(f"{W}val") if key is not None else style.list_id
    return Style(
        level=level if level <= 9 else 0,
        list_id=None if list_id == "0" else list_id,
        list_level=_small(depth) if depth is not None else style.list_level,
    )


def _small(element: Element) -> int:
    text = element.get(f"{W}val", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 9
