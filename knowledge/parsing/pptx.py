"""PowerPoint: one page a slide, its title first, then its texts from top to bottom, its tables and its notes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.documents import Parsed
from knowledge.errors import ParseError
from knowledge.parsing.archive import Archive
from knowledge.parsing.building import Building
from knowledge.parsing.limits import Limits
from knowledge.parsing.office import A, P, Package, R

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
TITLES = frozenset({"title", "ctrTitle"})
AROUND = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
Element = Any


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    building = Building(media_type=MEDIA_TYPE, limits=limits)
    with Archive(path, limits=limits, kind="pptx") as archive:
        package = Package(archive=archive, kind="pptx")
        building.title = package.title()
        hidden = 0
        for number, part in enumerate(_slides(package), 1):
            if number > limits.pages:
                raise ParseError("too_many_pages", f"The file has more than {limits.pages:,} slides.")
            slide = package.root(part)
            building.page(number)
            hidden += slide.get("show") == "0"
            _add_slide(building, slide)
            _add_notes(building, package, part)
        if hidden:
            building.warn(f"{hidden} slides are hidden in the presentation; their text was read too.")
    return building.done()


def _slides(package: Package) -> Iterator[str]:
    main = package.main()
    related = package.related(main)
    for one in package.root(main).iterfind(f"{P}sldIdLst/{P}sldId"):
        kind, target = related.get(one.get(f"{R}id", ""), ("", ""))
        if kind.endswith("/slide") and target in package.archive:
            yield target


def _add_slide(building: Building, slide: Element) -> None:
    shapes = sorted(_shapes(slide), key=_place)
    for shape in shapes:
        if _role(shape) in TITLES:
            building.heading(" ".join(_paragraphs(shape)), level=1)
    for shape in shapes:
        role = _role(shape)
        if role in TITLES or role in AROUND:
            continue
        for table in shape.iter(f"{A}tbl"):
            building.table(_rows(table))
        if shape.tag == f"{P}sp":
            lines = list(_paragraphs(shape))
            for line in lines:
                building.add("list" if len(lines) > 1 else "paragraph", line)


def _add_notes(building: Building, package: Package, slide: str) -> None:
    part = package.one(slide, "notesSlide")
    if part is None or part not in package.archive:
        return
    for shape in _shapes(package.root(part)):
        if _role(shape) not in AROUND:
            building.add("paragraph", "\n".join(_paragraphs(shape)))


def _shapes(root: Element) -> Iterator[Element]:
    """Those with text, out of their groups."""
    yield from root.iter(f"{P}sp", f"{P}graphicFrame")


def _role(shape: Element) -> str:
    found = next(shape.iter(f"{P}ph"), None)
    return str(found.get("type", "body")) if found is not None else ""


def _place(shape: Element) -> tuple[int, int]:
    """Row, then column, in centimetres: shapes that stand side by side are read from the left."""
    offset = next(shape.iter(f"{A}off"), None)
    if offset is None:
        return 0, 0
    return _centimetres(offset.get("y", "0")), _centimetres(offset.get("x", "0"))


def _centimetres(emu: str) -> int:
    return int(emu) // 360_000 if emu.lstrip("-").isdigit() and len(emu) < 12 else 0


def _paragraphs(shape: Element) -> Iterator[str]:
    for paragraph in shape.iter(f"{A}p"):
        text = _text(paragraph)
        if text.strip():
            yield text


def _text(paragraph: Element) -> str:
    return "".join("\n" if one.tag == f"{A}br" else one.text or "" for one in paragraph.iter(f"{A}t", f"{A}br"))


def _rows(table: Element) -> list[list[str]]:
    return [
        ["\n".join(_text(one) for one in cell.iter(f"{A}p")) for cell in row.iterchildren(f"{A}tc")]
        for row in table.iter(f"{A}tr")
    ]
