"""PDF files."""

from pathlib import Path

from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.knowledge import pdf_files as pdf
from tests.knowledge.bad_files.cases import PARSED, Cases, Make

CASES = Cases()
# --- PDF -------------------------------------------------------------------------------------------------------------
def locked(user: str) -> Make:
    def make(path: Path) -> None:
        canvas = Canvas(str(path), encrypt=StandardEncryption(user, ownerPassword="owner", canCopy=0))
        canvas.drawString(72, 700, "Some words stand here.")
        canvas.save()

    return make


CASES.add("locked.pdf", locked("x"), "password_required")
CASES.add("owner.pdf", locked(""), PARSED, says="Some words")


@CASES.case("many_pages.pdf", "too_many_pages")
def _pages(path: Path) -> None:
    """One page, named 100,000 times by a tree of 100 x 1,000."""
    kids = "3 0 R " * 1000
    objects: list[pdf.Object] = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count 100000 /Kids [{' '.join(f'{number} 0 R' for number in range(6, 106))}] >>",
        pdf.PAGE.format("6", "0 0 612 792"),
        pdf.stream(pdf.words()),
        pdf.FONT,
        *(f"<< /Type /Pages /Parent 2 0 R /Count 1000 /Kids [{kids}] >>" for _ in range(100)),
    ]
    pdf.raw_pdf(path, objects)


def counted(count: int) -> Make:
    return lambda path: pdf.one_page(path, pdf.stream(pdf.words()), count=count)


CASES.add("count_lie.pdf", counted(5000), PARSED, says="Some words")
CASES.add("count_huge.pdf", counted(1 << 31), PARSED, "malformed_pdf")
CASES.add("count_negative.pdf", counted(-1), PARSED, "malformed_pdf")
CASES.add(
    "loop_pages.pdf",
    lambda path: pdf.raw_pdf(
        path, ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>"]
    ),
    "malformed_pdf",
)


@CASES.case("loop_xref.pdf", PARSED, "malformed_pdf")
def _loop_xref(path: Path) -> None:
    counted(1)(path)
    data = path.read_bytes()
    at = data.rfind(b"xref\n0")
    path.write_bytes(data.replace(b"/Root", b"/Prev %d /Root" % at))


ZEROS = 220 << 20
CASES.add(
    "flate_bomb.pdf",
    lambda path: pdf.one_page(
        path, pdf.stream(pdf.deflated(bytes(ZEROS), 3), "/Filter [/FlateDecode /FlateDecode /FlateDecode]")
    ),
    "decompressed_too_large",
)
CASES.add(
    "flate_once.pdf",
    lambda path: pdf.one_page(path, pdf.stream(pdf.deflated(bytes(ZEROS), 1), "/Filter /FlateDecode")),
    "decompressed_too_large",
)
CASES.add(
    "lzw_bomb.pdf",
    lambda path: pdf.one_page(path, pdf.stream(pdf.lzw_zeros(32), "/Filter /LZWDecode")),
    "decompressed_too_large",
)
CASES.add(
    "run_length.pdf",
    lambda path: pdf.one_page(path, pdf.stream(b"\x81\0" * 3_000_000, "/Filter /RunLengthDecode")),
    "no_text",
    "decompressed_too_large",
)
CASES.add(
    "predictor.pdf",
    lambda path: pdf.one_page(
        path,
        pdf.stream(
            pdf.deflated(pdf.words(), 1),
            "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 /Colors 32 /BitsPerComponent 16 >>",
        ),
    ),
    "no_text",
    "malformed_pdf",
)
CASES.add(
    "huge_page.pdf", lambda path: pdf.one_page(path, pdf.stream(pdf.words()), box="0 0 1e9 1e9"), PARSED, "no_text"
)
IMAGE = (
    "/Type /XObject /Subtype /Image /Width 200000 /Height 200000 /ColorSpace /DeviceGray /BitsPerComponent 1 "
    "/Filter /FlateDecode"
)
CASES.add(
    "huge_image.pdf",
    lambda path: pdf.one_page(
        path,
        pdf.stream(b"q 612 0 0 792 0 0 cm /I Do Q"),
        more=[pdf.stream(pdf.deflated(bytes(100 << 20), 1), IMAGE)],
    ),
    "no_text",
    "decompressed_too_large",
    "took_too_long",
)
ACTIONS = {
    "script.pdf": "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
    "launch.pdf": "/OpenAction << /S /Launch /F (/bin/sh) >>",
    "xfa.pdf": "/AcroForm << /XFA (<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>) /Fields [] >>",
    "embedded.pdf": "/Names << /EmbeddedFiles << /Names [(a.exe) << /Type /Filespec /F (a.exe) >>] >> >>",
}
for _name, _catalog in ACTIONS.items():
    CASES.add(
        _name,
        lambda path, catalog=_catalog: pdf.one_page(path, pdf.stream(pdf.words()), catalog=catalog),
        PARSED,
        says="Some words",
        never="root:",
    )


@CASES.case("half.pdf", "malformed_pdf")
def _half_pdf(path: Path) -> None:
    pdf.one_page(path, pdf.stream(pdf.words()))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


@CASES.case("scan.pdf", "no_text", PARSED)
def _scan(path: Path) -> None:
    Image.new("L", (800, 1000), 255).save(path, "PDF")


@CASES.case("deep_outline.pdf", PARSED)
def _outline(path: Path) -> None:
    line = "<< /Title (x) /Parent {0} 0 R /First {1} 0 R /Last {1} 0 R /Count 1 >>"
    more = [line.format(number + 5, number + 7) for number in range(100_000)]
    pdf.one_page(path, pdf.stream(pdf.words()), catalog="/Outlines 6 0 R", more=more)
