"""The order in which a page is read: stretches from top to bottom, in each its columns from left to right.

A gutter is a place that hardly any run of characters crosses. Where both sides of it are filled with lines of like
width, the text is set in columns; where they hold short pieces that share their heights, it is a table without rules.
Everything is in points from the upper left corner.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from statistics import median

from knowledge.parsing.pdfchars import Run
from knowledge.parsing.scripts import is_cjk

STEP = 3.0
GUTTER = 0.8
"""Least width of a gap between two runs of a row that counts, in heights of the row."""
FILLED = 0.6
"""Share of a column's width that its lines fill; cells of tables are shorter."""
ALIKE = 0.55
"""Least ratio of the widths of two columns of text."""
LEAST_ROWS = 3
CROSSED = 0.35
"""Share of rows that may cross the gutter of a page: titles and figures."""
DEEPEST = 4


@dataclass(slots=True, kw_only=True)
class Line:
    """One line of one column, its runs joined. size: of its font. is_fixed: its signs are of one width, as in code."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    is_bold: bool
    is_fixed: bool = False

    @property
    def height(self) -> float:
        return self.bottom - self.top


Cell = list[Line]


@dataclass(slots=True, kw_only=True)
class Region:
    """A column of lines, or a table's rows of cells."""

    lines: list[Line] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)

    def all_lines(self) -> list[Line]:
        return [*self.lines, *(line for row in self.rows for cell in row for line in cell)]


@dataclass(slots=True)
class Row:
    """Runs on one height, from the left."""

    runs: list[Run]

    @property
    def top(self) -> float:
        return min(run.top for run in self.runs)

    @property
    def bottom(self) -> float:
        return max(run.bottom for run in self.runs)

    def crosses(self, x: float) -> bool:
        return any(run.left < x < run.right for run in self.runs)

    def left_of(self, x: float) -> list[Run]:
        return [run for run in self.runs if run.right <= x + 0.5]

    def right_of(self, x: float) -> list[Run]:
        return [run for run in self.runs if run.right > x + 0.5]


def regions(runs: Sequence[Run]) -> list[Region]:
    """A page's runs in reading order; turned ones last."""
    upright = [run for run in runs if not run.is_turned and run.text.strip()]
    found = _read(rows_of(upright), 0)
    turned = [line_of([run]) for run in runs if run.is_turned and run.text.strip()]
    return [*found, Region(lines=turned)] if turned else found


def rows_of(runs: list[Run]) -> list[Row]:
    """Runs whose middles lie within each other's height share a row."""
    rows: list[Row] = []
    top = bottom = 0.0
    for run in sorted(runs, key=lambda run: ((run.top + run.bottom) / 2, run.left)):
        middle = (run.top + run.bottom) / 2
        if rows and middle < bottom - 0.25 * (bottom - top) and run.top < (top + bottom) / 2:
            rows[-1].runs.append(run)
        else:
            rows.append(Row([run]))
            top, bottom = run.top, run.bottom
    for row in rows:
        row.runs.sort(key=lambda run: run.left)
    return rows


def line_of(runs: Sequence[Run]) -> Line:
    text = runs[0].text
    for run in runs[1:]:
        text += run.text if is_cjk(text[-1]) and is_cjk(run.text[0]) else f" {run.text}"
    longest = max(runs, key=lambda run: len(run.text))
    return Line(
        text=text,
        left=min(run.left for run in runs), top=min(run.top for run in runs),
        right=max(run.right for run in runs), bottom=max(run.bottom for run in runs),
        size=longest.size,
        is_bold=sum(len(run.text) for run in runs if run.is_bold) * 2 > len(text),
        is_fixed=all(run.is_fixed for run in runs),
    )  # fmt: skip


def _read(rows: list[Row], depth: int) -> list[Region]:
    if depth < DEEPEST and len(rows) >= LEAST_ROWS:
        for x in (_gutter(rows), _common_gap(rows)):
            if x is not None and (found := _cut(rows, x, depth)) is not None:
                return found
    return [Region(lines=[line_of(row.runs) for row in rows])] if rows else []


def _gutter(rows: list[Row]) -> float | None:
    """The middle of the widest place within that few rows cross."""
    runs = [run for row in rows for run in row.runs]
    left, right = min(run.left for run in runs), max(run.right for run in runs)
    count = int((right - left) / STEP) + 2
    if count > 10_000:
        return None
    changes = [0] * (count + 1)
    for run in runs:
        changes[int((run.left - left) / STEP)] += 1
        changes[int((run.right - left) / STEP) + 1] -= 1
    crossing, level = [], 0
    for change in changes[:-1]:
        level += change
        crossing.append(level)
    few = CROSSED * max(crossing)
    best: tuple[int, int] | None = None
    for is_low, group in groupby(range(count), key=lambda at: crossing[at] <= few):
        places = list(group)
        is_inside = places[0] > 0 and places[-1] < count - 2
        if is_low and is_inside and (best is None or len(places) > best[1] - best[0]):
            best = (places[0], places[-1] + 1)
    return left + (best[0] + best[1]) / 2 * STEP if best else None


def _common_gap(rows: list[Row]) -> float | None:
    """A place where the most rows have a gap between two of their runs."""
    edges: list[tuple[float, int]] = []
    for row in rows:
        least = GUTTER * (row.bottom - row.top)
        for one, next_one in pairwise(row.runs):
            if next_one.left - one.right >= least:
                edges += [(one.right, 1), (next_one.left, -1)]
    edges.sort()
    best, level, found = LEAST_ROWS - 1, 0, None
    for (at, change), (after, _) in pairwise(edges):
        level += change
        if level > best:
            best, found = level, (at + after) / 2
    return found


def _cut(rows: list[Row], x: float, depth: int) -> list[Region] | None:
    """The regions when stretches of rows are cut at x; None where that makes no sense anywhere."""
    found: list[Region] = []
    plain: list[Row] = []
    is_cut = False
    for crosses, group in groupby(rows, key=lambda row: row.crosses(x)):
        stretch = list(group)
        cut = None if crosses else _columns(stretch, x, depth) or _table(stretch, x)
        if cut is None:
            plain += stretch
            continue
        is_cut = True
        found += _read(plain, depth + 1)
        found += cut
        plain = []
    return found + _read(plain, depth + 1) if is_cut else None


def _columns(rows: list[Row], x: float, depth: int) -> list[Region] | None:
    left = rows_of([run for row in rows for run in row.left_of(x)])
    right = rows_of([run for row in rows for run in row.right_of(x)])
    if min(len(left), len(right)) < LEAST_ROWS + 1:
        return None
    widths = [_width(side) for side in (left, right)]
    if min(widths) < ALIKE * max(widths) or not (_is_filled(left) and _is_filled(right)):
        return None
    overlap = min(left[-1].bottom, right[-1].bottom) - max(left[0].top, right[0].top)
    shorter = min(left[-1].bottom - left[0].top, right[-1].bottom - right[0].top)
    if overlap < 0.5 * shorter:
        return None
    return [*_read(left, depth + 1), *_read(right, depth + 1)]


def _width(rows: list[Row]) -> float:
    return max(row.runs[-1].right for row in rows) - min(row.runs[0].left for row in rows)


def _is_filled(rows: list[Row]) -> bool:
    width = _width(rows)
    return median((row.runs[-1].right - row.runs[0].left) / width for row in rows) >= FILLED if width > 0 else False


def _table(rows: list[Row], x: float) -> list[Region] | None:
    """A table of the rows that have something on both sides, and what stands between them."""
    both = [number for number, row in enumerate(rows) if row.left_of(x) and row.right_of(x)]
    if len(both) < LEAST_ROWS or len(both) < 0.5 * (both[-1] - both[0] + 1):
        return None
    inside = rows[both[0] : both[-1] + 1]
    cuts = _cuts(inside)
    table = Region(rows=[_cells(row, cuts) for row in inside])
    before, after = rows[: both[0]], rows[both[-1] + 1 :]
    return [region for part in (before, table, after) for region in _plain(part)]


def _plain(part: list[Row] | Region) -> list[Region]:
    if isinstance(part, Region):
        return [part]
    return [Region(lines=[line_of(row.runs) for row in part])] if part else []


def _cuts(rows: list[Row]) -> list[float]:
    """Where columns of a table end: places that no run crosses."""
    spans = sorted((run.left, run.right) for row in rows for run in row.runs)
    cuts: list[float] = []
    at = spans[0][1]
    for left, right in spans:
        if left > at + 1.0:
            cuts.append((at + left) / 2)
        at = max(at, right)
    return cuts


def _cells(row: Row, cuts: list[float]) -> list[Cell]:
    cells: list[list[Run]] = [[] for _ in range(len(cuts) + 1)]
    for run in row.runs:
        cells[sum(1 for cut in cuts if cut < run.left)].append(run)
    return [[line_of(runs)] if runs else [] for runs in cells]
