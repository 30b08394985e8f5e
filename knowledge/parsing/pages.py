"""A page of a PDF as a picture, to show where a passage stands."""

import io
from pathlib import Path

import pypdfium2.raw as pdfium

from knowledge.errors import ParseError
from knowledge.parsing import pdf, pdfguard
from knowledge.parsing.limits import Limits

WIDEST = 4_000


def page_image(path: Path, *, page: int, width: int) -> bytes:
    """PNG. Raises ParseError."""
    limits = Limits()
    pdfguard.check(path, limits=limits)
    document = pdf.opened(path)
    try:
        loaded = pdfium.FPDF_LoadPage(document, page - 1) if page > 0 else None
        if not loaded:
            raise ParseError("no_such_page", f"There is no page {page}.")
        try:
            ratio = pdfium.FPDF_GetPageHeightF(loaded) / max(1.0, pdfium.FPDF_GetPageWidthF(loaded))
            width = max(1, min(WIDEST, width))
            picture = pdf.picture(
                loaded, width=width, height=max(1, round(width * ratio)), limits=limits, grey=False
            )
        finally:
            pdfium.FPDF_ClosePage(loaded)
        data = io.BytesIO()
        picture.save(data, "PNG", compress_level=3)
        return data.getvalue()
    finally:
        document.close()
