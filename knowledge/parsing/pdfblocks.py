"""Lines of pages to headings, paragraphs, items and tables; what repeats at the edges of pages is left out."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from knowledge.documents import Box, Kind
from knowledge.parsing import headings
from knowledge.parsing.pdfchars import Space
from knowledge.parsing.pdflayout import Line, Region
from knowledge.parsing.scripts import flowed, is_cjk

EDGE = 0.09
"""Share of a page's height, at the top and at the bottom, where running heads stand."""
REPEATED = 3
LARGER = 1.12
"""Of a heading's font to the text's."""
LONGEST_HEADING = 120
NUMBERS = re.compile(r"\d+|[ivxlc]+\b", re.IGNORECASE)
PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／]\s*\d{1,4}|[，,]?\s*共\s*\d+\s*页)?[-—–·\s]*|[ivxlc]{1,7}",
    re.IGNORECASE,
)
ITEM = re.compile(r"(?:[•●○▪◦■□◆➢✓*·–—-]|[(（]?\d{1,3}[.)）、]|[（(][一二三四五六七八九十a-z]{1,3}[)）]|[①-⑳])\s*\S")
ENDS = "。．.!?！？：:；;”\""
LEADERS = re.compile(r"(?:[.·…]\s?){5,}")


@dataclass(slots=True, kw_only=True)
class Sheet:
    """One page as it was laid out, in its space."""

    number: int
    space: Space
    regions: list[Region]

    def box(self, lines: Sequence[Line]) -> Box:
        """What the lines cover, as shares of the page."""
        width, height = self.space.width or 1.0, self.space.height or 1.0
        left, right = min(line.left for line in lines) / width, max(line.right for line in lines) / width
        top, bottom = min(line.top for line in lines) / height, max(line.bottom for line in lines) / height
        shown = self.space.shown(left, top, right, bottom)
        return tuple(round(min(1.0, max(0.0, side)), 4) for side in shown)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A block to be; `rows` for a table."""

    kind: Kind
    box: Box
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What is usual in a document.

    body: size of most of its text. levels: of headings, by the sizes that are larger. running: heads of pages, as
    `_shape` knows them.
    """

    body: float
    levels: Mapping[float, int]
    running: frozenset[str]

    @classmethod
    def of(cls, sheets: Sequence[Sheet]) -> "Measure":
        sizes: Counter[float] = Counter()
        numbered: dict[float, Counter[int]] = {}
        for line in (line for sheet in sheets for region in sheet.regions for line in region.all_lines()):
            sizes[_size(line)] += len(line.text)
            if (level := headings.level_of(line.text)) is not None:
                numbered.setdefault(_size(line), Counter())[level] += 1
        body = sizes.most_common(1)[0][0] if sizes else 0.0
        larger = sorted((size for size in sizes if size >= body * LARGER), reverse=True)
        ranks = {size: min(6, rank) for rank, size in enumerate(larger, 1)}
        told = {size: numbered[size].most_common(1)[0][0] for size in larger if size in numbered}
        return cls(body=body, levels=ranks | told, running=_running(sheets))

    def level(self, line: Line) -> int | None:
        """As a heading; None for other lines."""
        text = line.text.strip()
        if len(text) > LONGEST_HEADING or LEADERS.search(text) or not any(one.isalpha() for one in text):
            return None
        size = _size(line)
        if size in self.levels and not text.endswith(("。", "，", "；", ",", ";")):
            return headings.level_of(text, looks_like_one=True) or self.levels[size]
        by_number = headings.level_of(text)
        stands_out = line.is_bold or size > self.body * 1.04 or text[0] in "第附"
        return by_number if stands_out else None


def _size(line: Line) -> float:
    return round(line.size * 2) / 2


def _running(sheets: Sequence[Sheet]) -> frozenset[str]:
    """Lines that come again at the same place at the edge of pages, their numbers aside."""
    seen: Counter[str] = Counter()
    for sheet in sheets:
        seen.update({_shape(line) for line in _edges(sheet)})
    return frozenset(shape for shape, count in seen.items() if count >= REPEATED)


def _edges(sheet: Sheet) -> Iterator[Line]:
    for region in sheet.regions:
        for line in region.all_lines():
            if _is_at_edge(line, sheet):
                yield line


def _is_at_edge(line: Line, sheet: Sheet) -> bool:
    height = sheet.space.height
    return line.bottom < EDGE * height or line.top > (1 - EDGE) * height


def _shape(line: Line) -> str:
    return f"{NUMBERS.sub('#', line.text.strip())} at {line.top / 4:.0f}"


def parts(sheet: Sheet, measure: Measure) -> Iterator[Part]:
    """The blocks of a page in reading order."""
    for region in sheet.regions:
        if region.rows:
            yield from _table(region, sheet)
            continue
        lines = [line for line in region.lines if not _is_running(line, sheet, measure)]
        yield from _of_lines(lines, sheet, measure)


def _is_running(line: Line, sheet: Sheet, measure: Measure) -> bool:
    if not _is_at_edge(line, sheet):
        return False
    return PAGE_NUMBER.fullmatch(line.text.strip()) is not None or _shape(line) in measure.running


def _table(region: Region, sheet: Sheet) -> Iterator[Part]:
    rows = [tuple(flowed([line.text for line in cell]) for cell in row) for row in region.rows]
    lines = region.all_lines()
    if lines:
        yield Part(kind="table", rows=tuple(rows), box=sheet.box(lines))


def _of_lines(lines: list[Line], sheet: Sheet, measure: Measure) -> Iterator[Part]:
    if not lines:
        return
    shape = _Shape.of(lines)
    group: list[Line] = []
    group_level: int | None = None
    for line in lines:
        level = None if line.is_fixed else measure.level(line)
        is_other = level != group_level or (group and group[-1].is_fixed != line.is_fixed)
        if group and (is_other or shape.begins(group, line, is_heading=level is not None)):
            yield _part(group, group_level, sheet)
            group = []
        group.append(line)
        group_level = level
    yield _part(group, group_level, sheet)


def _part(lines: list[Line], level: int | None, sheet: Sheet) -> Part:
    if lines[0].is_fixed:
        return Part(kind="code", text="\n".join(line.text.strip() for line in lines), box=sheet.box(lines))
    text = flowed([line.text.strip() for line in lines])
    if level is not None:
        return Part(kind="heading", text=text, level=level, box=sheet.box(lines))
    kind: Kind = "list" if ITEM.match(text) else "paragraph"
    return Part(kind=kind, text=text, box=sheet.box(lines))


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """How a column is set: its edges, and how far its lines stand apart."""

    left: float
    right: float
    leading: float

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "_Shape":
        steps = [after.top - before.top for before, after in pairwise(lines)]
        steps = [step for step in steps if step > 0]
        return cls(
            left=min(line.left for line in lines),
            right=max(line.right for line in lines),
            leading=median(steps) if steps else lines[0].height * 1.5,
        )

    def begins(self, group: Sequence[Line], line: Line, *, is_heading: bool) -> bool:
        """Whether a line begins something new after the lines of the group."""
        before = group[-1]
        step = line.top - before.top
        if step > 1.35 * max(self.leading, before.height) or step < -before.height:
            return True
        if line.is_fixed:
            return False
        if is_heading:
            return headings.level_of(line.text) is not None
        if abs(line.size - before.size) > 0.15 * before.size or ITEM.match(line.text.strip()):
            return True
        return self._is_indented(group, line) or self._ended_early(before)

    def _is_indented(self, group: Sequence[Line], line: Line) -> bool:
        """As the first line of a paragraph is, in Chinese by two characters."""
        first, before = group[0], group[-1]
        if ITEM.match(first.text.strip()):
            return line.left < first.left - 0.5 * line.size
        return line.left > before.left + 0.9 * line.size and before.left < self.left + 3 * line.size

    def _ended_early(self, before: Line) -> bool:
        width = self.right - self.left
        last = before.text.rstrip()[-1:]
        if last in ENDS:
            return before.right < self.right - 0.12 * width
        return is_cjk(last or " ") and before.right < self.left + 0.6 * width
