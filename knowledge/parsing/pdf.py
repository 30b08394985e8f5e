"""PDF by PDFium: blocks with page and box in reading order; pages without text by OCR where that is installed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2 as pypdfium
import pypdfium2.raw as pdfium

from knowledge.documents import Parsed
from knowledge.errors import ParseError
from knowledge.parsing import ocr, pdfguard, pdftables
from knowledge.parsing.building import Building, one_line
from knowledge.parsing.limits import Limits
from knowledge.parsing.pdfblocks import Measure, Sheet, parts
from knowledge.parsing.pdfchars import Run, Space, rules, runs
from knowledge.parsing.pdflayout import Line, Region, regions

MEDIA_TYPE = "application/pdf"
NO_OCR = "The pages are pictures (a scan), and there is no OCR on this machine (Tesseract): they need OCR first."
NO_TEXT = "No text was found on the pages, by OCR neither."
LEAST_CHARACTERS = 8
"""Of a page that has text of its own; less is a stamp on a scan."""
OCR_DPI = 200
DRAWN = 4_000
"""Pixels of a page's longer side at most, when it is drawn for OCR."""


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    pdfguard.check(path, limits=limits)
    document = opened(path)
    try:
        building = Building(media_type=MEDIA_TYPE, limits=limits)
        building.title = one_line(str(document.get_metadata_value("Title") or ""))[:200]
        reader = _Reader(document, limits)
        sheets = [reader.sheet(number) for number in range(reader.count())]
        _build(building, sheets)
        reader.tell(building)
        return building.done()
    finally:
        document.close()


def opened(path: Path) -> Any:
    """Raises ParseError `password_required`, `malformed_pdf`."""
    try:
        return pypdfium.PdfDocument(path)
    except pypdfium.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise ParseError("password_required", "The file is locked with a password.") from error
        raise malformed() from error


def malformed() -> ParseError:
    return ParseError("malformed_pdf", "The file is damaged or cut off.")


def _build(building: Building, sheets: list[Sheet]) -> None:
    measure = Measure.of(sheets)
    for sheet in sheets:
        width, height = sheet.space.width, sheet.space.height
        is_sideways = sheet.space.turn in {90, 270}
        building.page(sheet.number, width=height if is_sideways else width, height=width if is_sideways else height)
        for part in parts(sheet, measure):
            if part.kind == "table":
                building.table(part.rows, box=part.box)
            elif part.kind == "heading":
                building.heading(part.text, level=part.level, box=part.box)
            else:
                building.add(part.kind, part.text, box=part.box)


class _Reader:
    """Page after page: each is closed before the next is opened."""

    def __init__(self, document: Any, limits: Limits) -> None:
        self._document = document
        self._limits = limits
        self._scanned = 0
        self._unread = 0

    def count(self) -> int:
        """How many pages there really are, which is not what the file says. Raises ParseError."""
        said = len(self._document)
        most = self._limits.pages
        if said > most and self._exists(most):
            raise ParseError("too_many_pages", f"The file has more than {most:,} pages. Split it up.")
        pages = min(said, most)
        if pages and not self._exists(pages - 1):
            pages = next((number for number in range(pages) if not self._exists(number)), pages)
        if not pages:
            raise malformed()
        return pages

    def _exists(self, number: int) -> bool:
        page = pdfium.FPDF_LoadPage(self._document, number)
        if page:
            pdfium.FPDF_ClosePage(page)
        return bool(page)

    def sheet(self, number: int) -> Sheet:
        page = pdfium.FPDF_LoadPage(self._document, number)
        if not page:
            raise malformed()
        try:
            found, space = runs(page)
            sheet = Sheet(number=number + 1, space=space, regions=[])
            if sum(len(run.text) for run in found) >= LEAST_CHARACTERS:
                sheet.regions = list(_regions(page, space, found))
            elif has_pictures(page):
                sheet.regions = self._by_ocr(page, space) or list(_regions(page, space, found))
            else:
                sheet.regions = list(_regions(page, space, found))
            return sheet
        finally:
            pdfium.FPDF_ClosePage(page)

    def _by_ocr(self, page: Any, space: Space) -> list[Region]:
        reader = ocr.find(self._limits)
        if reader is None or self._scanned >= self._limits.ocr_pages:
            self._unread += 1
            return []
        self._scanned += 1
        picture = drawn(page, scale=min(OCR_DPI / 72, DRAWN / max(space.width, space.height, 1.0)), limits=self._limits)
        found = reader.read(picture)
        return [Region(lines=[_line(one, space)]) for one in found]

    def tell(self, building: Building) -> None:
        """Say what the pages were. Raises ParseError `no_text` when none had any."""
        if building.is_empty and self._unread:
            raise ParseError("no_text", NO_OCR)
        if building.is_empty and self._scanned:
            raise ParseError("no_text", NO_TEXT)
        if self._scanned:
            building.warn(f"{self._scanned} pages were read by OCR and may have mistakes.")
        if self._unread:
            building.warn(f"{self._unread} pages are pictures without text and were not read: they need OCR.")


def _regions(page: Any, space: Space, found: list[Run]) -> Iterator[Region]:
    """Ruled tables are taken out first; each comes where its upper edge is."""
    tables = []
    for grid in pdftables.grids(rules(page, space)):
        inside = [run for run in found if grid.holds(run) and not run.is_turned]
        if len(inside) > 1:
            taken = set(map(id, inside))
            found = [run for run in found if id(run) not in taken]
            tables.append((grid.ys[0], pdftables.table(grid, inside)))
    tables.sort(key=lambda table: table[0])
    for top, table in tables:
        yield from regions([run for run in found if run.bottom <= top])
        found = [run for run in found if run.bottom > top]
        yield table
    yield from regions(found)


def _line(found: ocr.Found, space: Space) -> Line:
    left, top, right, bottom = found.box
    return Line(
        text=found.text, left=left * space.width, top=top * space.height, right=right * space.width,
        bottom=bottom * space.height, size=round(found.size * space.height / 1.2), is_bold=False,
    )  # fmt: skip


def has_pictures(page: Any) -> bool:
    count = min(pdfium.FPDFPage_CountObjects(page), 1000)
    wanted = {pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM, pdfium.FPDF_PAGEOBJ_SHADING}
    items = (pdfium.FPDFPage_GetObject(page, index) for index in range(count))
    return any(pdfium.FPDFPageObj_GetType(item) in wanted for item in items)


def drawn(page: Any, *, scale: float, limits: Limits) -> Any:
    """The page as a grey Pillow image. Raises ParseError `image_too_large`."""
    width, height = pdfium.FPDF_GetPageWidthF(page) * scale, pdfium.FPDF_GetPageHeightF(page) * scale
    return picture(page, width=max(1, round(width)), height=max(1, round(height)), limits=limits)


def picture(page: Any, *, width: int, height: int, limits: Limits, grey: bool = True) -> Any:
    if width * height > limits.pixels:
        raise ParseError("image_too_large", f"The page would have more than {limits.pixels // 1_000_000} megapixels.")
    form = pdfium.FPDFBitmap_Gray if grey else pdfium.FPDFBitmap_BGR
    bitmap = pypdfium.PdfBitmap.new_native(width, height, form)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
    return bitmap.to_pil()
