"""OpenDocument (LibreOffice, WPS): texts, sheets and slides from `content.xml`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.documents import Parsed
from knowledge.parsing import markup
from knowledge.parsing.archive import Archive
from knowledge.parsing.building import Building, one_line
from knowledge.parsing.limits import Limits

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
P, H, LIST, SHEET = f"{TEXT}p", f"{TEXT}h", f"{TEXT}list", f"{TABLE}table"
LEFT_OUT = frozenset({f"{TEXT}tracked-changes", "{http://purl.org/dc/elements/1.1/}date", f"{TEXT}note-citation"})
MOST_REPEATED = 200
Element = Any


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    with Archive(path, limits=limits, kind="odf") as archive:
        media_type = archive.read("mimetype").decode("ascii", "replace")[:100] if "mimetype" in archive else MEDIA_TYPE
        building = Building(media_type=media_type, limits=limits)
        if "content.xml" not in archive:
            raise archive.malformed()
        if "meta.xml" in archive:
            root = markup.parse(archive.read("meta.xml"), kind="odf")
            building.title = next((one.text or "" for one in root.iter(TITLE)), "")
        for element in markup.elements(archive.stream("content.xml"), kind="odf", tags=(P, H, LIST, SHEET)):
            if _is_within(element):
                continue
            _add(building, element, is_sheet="spreadsheet" in media_type)
            markup.forget(element)
    return building.done()


def _is_within(element: Element) -> bool:
    return any(one.tag in {P, H, LIST, SHEET} or one.tag in LEFT_OUT for one in element.iterancestors())


def _add(building: Building, element: Element, *, is_sheet: bool) -> None:
    if element.tag == H:
        told = element.get(f"{TEXT}outline-level", "1")
        building.heading(_text(element), level=int(told) if told.isdigit() and len(told) == 1 else 1)
    elif element.tag == P:
        building.add("paragraph", _text(element))
    elif element.tag == LIST:
        for item in element.iter(P, H):
            building.add("list", f"- {_text(item)}" if _text(item).strip() else "")
    else:
        if is_sheet:
            building.heading(element.get(f"{TABLE}name", ""), level=1)
        building.table(_rows(element))


def _rows(table: Element) -> Iterator[list[str]]:
    for row in table.iter(f"{TABLE}table-row"):
        cells: list[str] = []
        for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            text = "\n".join(one_line(_text(one)) for one in cell.iter(P, H))
            told = cell.get(f"{TABLE}number-columns-repeated", "1")
            times = min(int(told), MOST_REPEATED) if told.isdigit() and len(told) < 9 else 1
            cells.extend([text] * times if text else [""] * times)
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _text(element: Element) -> str:
    parts: list[str] = [element.text or ""]
    stack = list(reversed(element))
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            parts.append(one)
            continue
        stack.append(one.tail or "")
        if one.tag in LEFT_OUT:
            continue
        if one.tag == f"{TEXT}line-break":
            parts.append("\n")
        elif one.tag in {f"{TEXT}s", f"{TEXT}tab"}:
            parts.append(" ")
        parts.append(one.text or "")
        stack.extend(reversed(one))
    return "".join(parts)
