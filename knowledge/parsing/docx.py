"""Word: paragraphs with their styles and automatic numbers, tables, notes. Macros and embedded objects stay closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.documents import Parsed
from knowledge.parsing import headings, markup
from knowledge.parsing.archive import Archive
from knowledge.parsing.building import Building, one_line
from knowledge.parsing.limits import Limits
from knowledge.parsing.numbering import Numbering
from knowledge.parsing.office import Package, W
from knowledge.parsing.wordstyles import Style, Styles, layout

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
P, TBL, BOX = f"{W}p", f"{W}tbl", f"{W}txbxContent"
T, NOTE = f"{W}t", f"{W}footnoteReference"
SIGNS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
LEFT_OUT = frozenset({FALLBACK, f"{W}del", f"{W}moveFrom", f"{W}rt", f"{W}instrText", BOX, f"{W}pPr", f"{W}rPr"})
Element = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """level: as a heading by its style, else 0."""

    text: str
    level: int
    is_item: bool


Table = list[list[str]]


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    building = Building(media_type=MEDIA_TYPE, limits=limits)
    with Archive(path, limits=limits, kind="docx") as archive:
        package = Package(archive=archive, kind="docx")
        document = _Document(package, building)
        building.title = package.title()
        _add(building, list(document.parts()))
        for kind in ("footnotes", "endnotes"):
            for note in document.notes(kind):
                building.add("paragraph", note)
    return building.done()


def _add(building: Building, parts: list[Paragraph | Table]) -> None:
    """Where no style makes a heading, numbers do."""
    has_styles = any(isinstance(part, Paragraph) and part.level for part in parts)
    lines = [part.text if isinstance(part, Paragraph) and not part.is_item else "" for part in parts]
    by_number = [None] * len(parts) if has_styles else list(headings.levels(lines))
    for part, level in zip(parts, by_number, strict=True):
        if not isinstance(part, Paragraph):
            building.table(part)
        elif part.level or level:
            building.heading(part.text, level=part.level or level or 1)
        else:
            building.add("list" if part.is_item else "paragraph", part.text)


class _Document:
    def __init__(self, package: Package, building: Building) -> None:
        self._package = package
        self._building = building
        self._main = package.main()
        self._styles = Styles.of(self._root("styles"))
        numbers = self._root("numbering")
        self._numbering = Numbering.of(numbers) if numbers is not None else Numbering()
        self._hidden = 0

    def _root(self, kind: str) -> Element | None:
        part = self._package.one(self._main, kind)
        return self._package.root(part) if part and part in self._package.archive else None

    def parts(self) -> Iterator[Paragraph | Table]:
        for element in self._package.elements(self._main, (P, TBL)):
            if _is_within(element):
                continue  # its table or its paragraph is still to come
            if element.tag == TBL:
                yield self._table(element)
            else:
                yield from self._paragraphs(element)
            markup.forget(element)
        if self._hidden:
            self._building.warn(f"{self._hidden} characters of hidden text were left out.")

    def notes(self, kind: str) -> Iterator[str]:
        part = self._package.one(self._main, kind)
        if part is None or part not in self._package.archive:
            return
        for element in self._package.elements(part, (f"{W}{kind[:-1]}",)):
            text = "\n".join(self._text(one) for one in element.iter(P)).strip()
            if text and element.get(f"{W}type") in {None, "normal"}:
                yield f"[{element.get(f'{W}id')}] {text}"
            markup.forget(element)

    def _paragraphs(self, element: Element) -> Iterator[Paragraph]:
        """The paragraph, then those of the text boxes that hang on it."""
        style = self._styles.of_paragraph(element)
        text = self._text(element)
        label = self._label(style) if text.strip() else ""
        is_item = style.list_id is not None and not style.level
        if is_item and not label:
            label = "-"
        yield Paragraph(text=f"{label} {text}" if label else text, level=style.level, is_item=is_item)
        for box in element.iter(BOX):
            if not any(one.tag in {FALLBACK, BOX} for one in box.iterancestors()):
                for inner in box.iter(P):
                    yield Paragraph(text=self._text(inner), level=0, is_item=False)

    def _label(self, style: Style) -> str:
        return self._numbering.next(style.list_id, style.list_level) if style.list_id is not None else ""

    def _text(self, paragraph: Element) -> str:
        parts: list[str] = []
        stack = [paragraph]
        while stack:
            element = stack.pop()
            if element.tag in LEFT_OUT:
                continue
            if element.tag == f"{W}r" and layout(element, "vanish"):
                self._hidden += sum(len(one.text or "") for one in element.iter(f"{W}t"))
                continue
            parts.append(_piece(element))
            stack.extend(reversed(element))
        return "".join(parts)

    def _table(self, table: Element) -> Table:
        rows: Table = []
        for row in table.iterchildren(f"{W}tr", f"{W}sdt"):
            cells: list[str] = []
            for cell in row.iter(f"{W}tc"):
                if next(cell.iterancestors(TBL)) is table:
                    self._add_cell(cells, cell, above=rows[-1] if rows else [])
            rows.append(cells)
        return rows

    def _add_cell(self, cells: list[str], cell: Element, *, above: list[str]) -> None:
        """A cell that is merged with the one above says the same: each row can then be read alone."""
        told = cell.find(f"{W}tcPr")
        merged = told.find(f"{W}vMerge") if told is not None else None
        span = told.find(f"{W}gridSpan") if told is not None else None
        if merged is not None and merged.get(f"{W}val") != "restart":
            cells.append(above[len(cells)] if len(cells) < len(above) else "")
        else:
            cells.append("\n".join(one_line(self._text(one)) for one in cell.iter(P)))
        width = span.get(f"{W}val", "1") if span is not None else "1"
        cells.extend([""] * (min(int(width), 100) - 1 if width.isascii() and width.isdigit() else 0))


def _piece(element: Element) -> str:
    if element.tag in {T, MATH}:
        return element.text or ""
    if element.tag == NOTE:
        return f"[{element.get(f'{W}id')}]"
    return SIGNS.get(element.tag, "")


def _is_within(element: Element) -> bool:
    return any(one.tag in {TBL, P, BOX} for one in element.iterancestors())

