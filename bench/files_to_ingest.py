"""Files of many pages in several formats, made from real text, for benches that ingest them."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap

from tests.knowledge.pdf_files import raw_pdf, stream

PAGE_CHARACTERS = 2000
"""What counts as a page where a format has none."""
LINE, LEADING = 92, 14
DOCX_PARTS = {
    "[Content_Types].xml": (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'officeDocument" Target="word/document.xml"/></Relationships>'
    ),
}
BODY = (
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
)


class Source:
    """Pages of real paragraphs, cycled; each page's first line is a number of its own, so that none is like another."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self._paragraphs = paragraphs
        self._next = 0
        self._pages = 0

    def page(self) -> list[str]:
        """Paragraphs of about PAGE_CHARACTERS together."""
        self._pages += 1
        told = [f"Page {self._pages} of the collection."]
        while sum(map(len, told)) < PAGE_CHARACTERS:
            told.append(self._paragraphs[self._next % len(self._paragraphs)])
            self._next += 1
        return told

    def pages(self, count: int) -> Iterator[list[str]]:
        for _ in range(count):
            yield self.page()


def text_file(source: Source, pages: int) -> bytes:
    return "\n\n".join("\n\n".join(page) for page in source.pages(pages)).encode()


def html_file(source: Source, pages: int) -> bytes:
    body = "".join(
        f"<h2>{page[0]}</h2>" + "".join(f"<p>{text}</p>" for text in page[1:]) for page in source.pages(pages)
    )
    return f"<!doctype html><title>Collection</title><main>{body}</main>".encode()


def docx_file(source: Source, pages: int) -> bytes:
    paragraphs = (text for page in source.pages(pages) for text in page)
    written = "".join(f"<w:p><w:r><w:t>{_escaped(text)}</w:t></w:r></w:p>" for text in paragraphs)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in DOCX_PARTS.items():
            archive.writestr(name, content)
        archive.writestr("word/document.xml", f"{BODY}{written}</w:body></w:document>")
    return target.getvalue()


def pdf_file(source: Source, pages: int, *, draft: Path) -> bytes:
    """Real pages of lines in Helvetica; what is not ASCII is left out."""
    first = 4
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(pages))
    objects: list[bytes | str] = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, page in enumerate(source.pages(pages)):
        content = first + 2 * number + 1
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(stream(_lines(page)))
    return raw_pdf(draft, objects).read_bytes()


def _lines(page: Sequence[str]) -> bytes:
    told = [f"BT /F1 10 Tf {LEADING} TL 50 750 Td"]
    for text in page:
        plain = text.encode("ascii", "ignore").decode().replace("\\", "").replace("(", "").replace(")", "")
        told += [f"({line}) Tj T*" for line in wrap(plain, LINE)] + ["T*"]
    return "\n".join([*told, "ET"]).encode()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def made(kind: str, source: Source, pages: int, draft: Path) -> bytes:
    """One file of a kind: txt, html, docx or pdf."""
    if kind == "pdf":
        return pdf_file(source, pages, draft=draft)
    return {"txt": text_file, "html": html_file, "docx": docx_file}[kind](source, pages)
