"""Tables that are drawn with rules: the rules make a grid, and each line of text lies in one of its cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.parsing.pdfchars import Rule, Run
from knowledge.parsing.pdflayout import Cell, Region, line_of, rows_of

NEAR = 3.0
"""Points within which rules are one, or touch."""
MOST_RULES = 1_500
LEAST_CELL = 6.0


@dataclass(slots=True, kw_only=True)
class Grid:
    """Where the columns and the rows of a table begin and end."""

    xs: list[float]
    ys: list[float]

    def holds(self, run: Run) -> bool:
        x, y = (run.left + run.right) / 2, (run.top + run.bottom) / 2
        return self.xs[0] - NEAR < x < self.xs[-1] + NEAR and self.ys[0] - NEAR < y < self.ys[-1] + NEAR


def grids(rules: Sequence[Rule]) -> list[Grid]:
    """Rules that touch each other, where they make at least two columns and two rows."""
    if len(rules) > MOST_RULES:
        return []
    found: list[Grid] = []
    for group in _touching(rules):
        across = [rule for rule in group if rule.right - rule.left > rule.bottom - rule.top]
        down = [rule for rule in group if rule.bottom - rule.top >= rule.right - rule.left]
        xs = _places([(rule.left + rule.right) / 2 for rule in down])
        ys = _places([(rule.top + rule.bottom) / 2 for rule in across])
        if len(xs) >= 3 and len(ys) >= 3:
            found.append(Grid(xs=xs, ys=ys))
    return found


def _touching(rules: Sequence[Rule]) -> list[list[Rule]]:
    groups: list[list[Rule]] = []
    left = sorted(rules, key=lambda rule: (rule.top, rule.left))
    while left:
        group = [left.pop()]
        for one in group:
            near = [rule for rule in left if _touch(one, rule)]
            group += near
            if near:
                taken = set(map(id, near))
                left = [rule for rule in left if id(rule) not in taken]
        groups.append(group)
    return groups


def _touch(one: Rule, other: Rule) -> bool:
    return (
        one.left < other.right + NEAR and other.left < one.right + NEAR
        and one.top < other.bottom + NEAR and other.top < one.bottom + NEAR
    )  # fmt: skip


def _places(values: list[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > LEAST_CELL:
            found.append(value)
    return found


def table(grid: Grid, runs: Sequence[Run]) -> Region:
    """The grid's rows and cells; one that spans several columns is in the first."""
    cells: list[list[list[Run]]] = [[[] for _ in grid.xs[1:]] for _ in grid.ys[1:]]
    for run in runs:
        row = _place(grid.ys, (run.top + run.bottom) / 2)
        column = _place(grid.xs, run.left + min(3.0, (run.right - run.left) / 2))
        cells[row][column].append(run)
    return Region(rows=[[_lines(cell) for cell in row] for row in cells])


def _place(edges: list[float], at: float) -> int:
    return max(0, min(len(edges) - 2, sum(1 for edge in edges if edge <= at) - 1))


def _lines(runs: list[Run]) -> Cell:
    return [line_of(row.runs) for row in rows_of(runs)]
