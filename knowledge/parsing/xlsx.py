"""Excel: the values of each sheet as tables, row by row; formulas are never computed, links never followed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.documents import Parsed
from knowledge.parsing import markup
from knowledge.parsing.archive import Archive
from knowledge.parsing.building import Building
from knowledge.parsing.cellformats import Formats
from knowledge.parsing.limits import Limits
from knowledge.parsing.office import Package, R, S

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHARED = 5_000_000
Element = Any
Row = list[str]


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    building = Building(media_type=MEDIA_TYPE, limits=limits)
    with Archive(path, limits=limits, kind="xlsx") as archive:
        package = Package(archive=archive, kind="xlsx")
        building.title = package.title()
        book = _Book(package, limits)
        for title, part, is_hidden in book.sheets():
            if is_hidden:
                building.warn(f"The sheet {title!r} is hidden and was left out.")
                continue
            building.heading(title, level=1)
            for rows in _regions(book.rows(part)):
                _add(building, rows)
        if book.was_cut:
            building.warn(f"Columns beyond the first {limits.columns:,} were left out.")
    return building.done()


def _regions(rows: Iterator[tuple[int, Row]]) -> Iterator[list[Row]]:
    """Rows that follow each other: an empty row ends a table."""
    region: list[Row] = []
    last = 0
    for number, row in rows:
        if not any(row):
            continue
        if region and number > last + 1:
            yield region
            region = []
        region.append(row)
        last = number
    if region:
        yield region


def _add(building: Building, rows: list[Row]) -> None:
    """Lines of one cell above a table are its title."""
    while len(rows) > 1 and _filled(rows[0]) == 1 and _filled(rows[1]) > 1:
        building.add("paragraph", "".join(rows.pop(0)))
    if all(_filled(row) == 1 for row in rows):
        for row in rows:
            building.add("paragraph", "".join(row))
    else:
        building.table(rows)


def _filled(row: Row) -> int:
    return sum(1 for cell in row if cell)


class _Book:
    def __init__(self, package: Package, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        self._main = package.main()
        self._book = package.root(self._main)
        part = package.one(self._main, "styles")
        styles = package.root(part) if part and part in package.archive else None
        properties = self._book.find(f"{S}workbookPr")
        since_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
        self._formats = Formats.of(styles, since_1904=since_1904)
        self._shared = list(self._shared_strings())
        self.was_cut = False

    def sheets(self) -> Iterator[tuple[str, str, bool]]:
        """Title, part and whether it is hidden."""
        related = self._package.related(self._main)
        for one in self._book.iterfind(f"{S}sheets/{S}sheet"):
            kind, part = related.get(one.get(f"{R}id", ""), ("", ""))
            if kind.endswith("/worksheet") and part in self._package.archive:
                yield one.get("name", ""), part, one.get("state", "visible") != "visible"

    def _shared_strings(self) -> Iterator[str]:
        part = self._package.one(self._main, "sharedStrings")
        if part is None or part not in self._package.archive:
            return
        for item in self._package.elements(part, (f"{S}si",)):
            yield _text(item)
            markup.forget(item)

    def rows(self, part: str) -> Iterator[tuple[int, Row]]:
        """The rows that are there, with their numbers; what the sheet says of its size is not believed."""
        number = 0
        for element in self._package.elements(part, (f"{S}row",)):
            told = element.get("r", "")
            number = int(told) if told.isascii() and told.isdigit() and len(told) < 9 else number + 1
            yield number, self._row(element)
            markup.forget(element)

    def _row(self, element: Element) -> Row:
        row: Row = []
        for cell in element.iterchildren(f"{S}c"):
            column = _column(cell.get("r", ""), len(row))
            if column >= self._limits.columns:
                self.was_cut = True
                break
            if value := self._value(cell):
                row.extend([""] * (column - len(row)))
                row.append(value)
        return row

    def _value(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text(cell)
        found = cell.find(f"{S}v")
        raw = (found.text or "") if found is not None else ""
        match kind:
            case "s":
                return self._shared[int(raw)] if raw.isdigit() and len(raw) < 9 and int(raw) < len(self._shared) else ""
            case "b":
                return "TRUE" if raw == "1" else "FALSE" if raw else ""
            case "str" | "d" | "e":
                return raw
        return self._formats.shown(raw, cell.get("s", ""))


def _text(element: Element) -> str:
    """Of rich text all runs; the reading aids of Japanese left out."""
    return "".join(
        one.text or "" for one in element.iter(f"{S}t") if one.getparent().tag != f"{S}rPh"
    )


def _column(reference: str, following: int) -> int:
    """`C7` -> 2; the next one where there is no reference."""
    column = 0
    for letter in reference[:4]:
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - ord("A") + 1
    return max(column - 1, following) if column else following
