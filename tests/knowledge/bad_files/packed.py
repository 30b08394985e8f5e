"""Names and types that lie, and archives."""

import io
import os
import pickle
import struct
import zipfile
import zlib
from pathlib import Path

from tests.knowledge import office_files as office
from tests.knowledge.bad_files.cases import BODY, PNG, Cases, Make, of_bytes, of_parts

CASES = Cases()
# --- names and types -------------------------------------------------------------------------------------------------
CASES.add("empty.pdf", of_bytes(b""), "empty_file")
CASES.add("only_white.txt", of_bytes(" \n\t\u3000".encode() * 1000), "no_text")
CASES.add("only_mark.txt", of_bytes(b"\xef\xbb\xbf"), "no_text")
CASES.add("picture.pdf", of_bytes(PNG), "type_mismatch")
CASES.add("program.docx", of_bytes(b"MZ" + os.urandom(4096)), "type_mismatch")
CASES.add("polyglot.gif.html", of_bytes(b"GIF89a/*<script>alert(1)</script>*/"), "type_mismatch")
CASES.add("sound.mp3", of_bytes(b"ID3\x04\0\0" + bytes(5000)), "unsupported_type")
CASES.add("film.mp4", of_bytes(b"\0\0\0\x18ftypmp42" + bytes(500)), "unsupported_type")
CASES.add("list.m3u8", of_bytes(b"#EXTM3U\nfile:///etc/passwd\n"), "unsupported_type")
CASES.add("wave.wav", of_bytes(b"RIFF\xff\xff\xff\xffWAVEfmt "), "unsupported_type")
CASES.add("model.pkl", of_bytes(pickle.dumps({"a": 1})), "unsupported_type")
CASES.add("array.npy", of_bytes(b"\x93NUMPY\x01\0" + bytes(100)), "unsupported_type")
CASES.add("weights.safetensors", of_bytes(struct.pack("<Q", 1 << 63) + b"{}"), "unsupported_type")
CASES.add("photo.heic", of_bytes(b"\0\0\0\x18ftypheic" + bytes(500)), "unsupported_type")
CASES.add("old.doc", of_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)), "unsupported_type")
CASES.add("locked.docx", of_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)), "password_required")


# --- archives --------------------------------------------------------------------------------------------------------
@CASES.case("nested.zip", "archive_too_deep")
def _nested(path: Path) -> None:
    data = zlib.compress(bytes(10_000_000))
    for level in range(3):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(4):
                archive.writestr(f"{level}-{number}.{'zip' if level else 'bin'}", data)
        data = inner.getvalue()
    path.write_bytes(data)


@CASES.case("bomb.docx", "decompressed_too_large")
def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in office.docx("").items():
            if name != "word/document.xml":
                archive.writestr(name, text)
        with archive.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(f'<w:document xmlns:w="{office.WORD}"><w:body>'.encode())
            for _ in range(220):
                part.write(b" " * (1 << 20))


@CASES.case("liar.docx", "decompressed_too_large")
def _liar(path: Path) -> None:
    """The directory says that the part is small."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in office.docx("").items():
            if name != "word/document.xml":
                archive.writestr(name, text)
        archive.writestr("word/document.xml", b" " * (220 << 20))
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\1\2", 0, data.rfind(b"word/document.xml"))
    struct.pack_into("<I", data, at + 24, 1024)
    path.write_bytes(data)


def overlapping(path: Path) -> None:
    """Many entries of the directory name the same bytes."""
    office.packed(path, office.docx(BODY))
    data = path.read_bytes()
    end = data.rfind(b"PK\5\6")
    start = struct.unpack_from("<I", data, end + 16)[0]
    directory = data[start:end]
    at = directory.find(b"word/document.xml") - 46
    length = 46 + len("word/document.xml")
    copies = b"".join(
        directory[at : at + 46] + f"word/document{number:04}.xml".encode()[: len("word/document.xml")]
        for number in range(100)
    )
    assert len(copies) == 100 * length
    size = len(directory) + len(copies)
    count = struct.unpack_from("<H", data, end + 10)[0] + 100
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, count, count, size)
    path.write_bytes(data[:end] + copies + tail)


CASES.add("overlap.docx", overlapping, "archive_overlap")


@CASES.case("many_entries.xlsx", "too_many_entries")
def _many(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"xl/{number}", b"")


def named(*names: str) -> Make:
    return of_parts({**office.docx(BODY), **dict.fromkeys(names, "x")})


for _number, _name in enumerate(("../../x", "/etc/cron.d/x", "C:\\x", "..\\..\\x", "word/../../x")):
    CASES.add(f"slip{_number}.docx", named(_name), "bad_entry_name")
CASES.add("slip.zip", of_parts({"../x": "x"}), "bad_entry_name")


@CASES.case("link.zip", "bad_entry_type")
def _link(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")


CASES.add("plain.zip", of_parts({"a.txt": "words"}), "archive_unsupported")
