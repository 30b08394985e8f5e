"""PDF files made object by object: what no program would write."""

import zlib
from collections.abc import Sequence
from pathlib import Path

Object = bytes | str


def stream(data: bytes, entries: str = "") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries.encode(), data)


def words(text: str = "Some words stand here.") -> bytes:
    """The content of a page that shows a line."""
    return f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode()


def raw_pdf(path: Path, objects: Sequence[Object], *, root: int = 1, trailer: str = "") -> Path:
    """A file of these objects, numbered from 1."""
    data = bytearray(b"%PDF-1.7\n")
    places = []
    for number, item in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n" % number + (item if isinstance(item, bytes) else item.encode()) + b"\nendobj\n"
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        data += b"%010d 00000 n \n" % place
    data += f"trailer << /Size {len(objects) + 1} /Root {root} 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    path.write_bytes(data)
    return path


PAGE = (
    "<< /Type /Page /Parent {} 0 R /MediaBox [{}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> "
    "/XObject << /I 6 0 R >> >> >>"
)
LETTER = "0 0 612 792"
FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def one_page(
    path: Path, content: bytes, *, catalog: str = "", box: str = LETTER, count: int = 1, more: Sequence[Object] = ()
) -> Path:
    """One page with this content stream (object 4); `more` are objects from 6 on. count: of pages, as it is said."""
    objects: list[Object] = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Kids [3 0 R] /Count {count} >>",
        PAGE.format("2", box),
        content,
        FONT,
        *more,
    ]
    return raw_pdf(path, objects)


def deflated(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


def lzw_zeros(cycles: int) -> bytes:
    """LZW whose codes grow as long as they can, over and over: each cycle becomes seven megabytes of zeros."""
    bits: list[str] = []
    for _ in range(cycles):
        bits.append(f"{256:0{12 if bits else 9}b}")
        count = 258
        for number in range(3837):
            width = 9 if count < 511 else 10 if count < 1023 else 11 if count < 2047 else 12
            bits.append(f"{0 if number == 0 else 257 + number:0{width}b}")
            count += number > 0
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")
