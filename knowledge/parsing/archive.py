"""Files packed in a zip (Office, EPUB): opened with suspicion, unpacked with a meter running.

The sizes that a zip states are never believed: what comes out is counted while it comes out.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn, Self

from knowledge.errors import ParseError
from knowledge.parsing.limits import Limits

STEP = 1 << 18
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
END = struct.Struct("<4HII")
LONGEST_END = 66_000
LARGEST_ENTRY = 400
"""Bytes in the directory; honest ones have about a hundred."""
ARCHIVES = (".zip", ".jar", ".7z", ".rar", ".gz", ".tar", ".bz2", ".xz", ".docx", ".xlsx", ".pptx", ".epub")
ENCRYPTED = 0x1


class Archive:
    """A zip whose directory has been checked. Raises ParseError, with `malformed_<kind>` for what is broken."""

    def __init__(self, path: Path, *, limits: Limits, kind: str) -> None:
        self._limits = limits
        self._kind = kind
        self._file: BinaryIO = path.open("rb")
        self._unpacked = 0
        try:
            check_count(self._file, limits=limits)
            self._entries = self._checked(zipfile.ZipFile(self._file).infolist())
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error) as error:
            self._file.close()
            raise self.malformed() from error
        except ParseError:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def malformed(self) -> ParseError:
        return ParseError(f"malformed_{self._kind}", "The file is damaged or cut off.")

    def _checked(self, entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        if len(entries) > self._limits.entries:
            raise _too_many(self._limits)
        for entry in entries:
            _check_name(entry)
            _check_type(entry)
        self._check_overlap(entries)
        return {entry.filename: entry for entry in entries if not entry.is_dir()}

    def _check_overlap(self, entries: list[zipfile.ZipInfo]) -> None:
        end = 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            if entry.header_offset < end:
                raise ParseError("archive_overlap", "Parts of the file lie over each other: it is made to do harm.")
            end = entry.header_offset + LOCAL_HEADER.size + entry.compress_size

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def size(self, name: str) -> int:
        """As the directory states it: only for messages."""
        return self._entries[name].file_size

    def read(self, name: str) -> bytes:
        """A part's bytes. KeyError when there is none of that name."""
        return b"".join(self.stream(name))

    def stream(self, name: str) -> Iterator[bytes]:
        """A part's bytes in pieces, counted against the limit as they come."""
        entry = self._entries[name]
        if entry.flag_bits & ENCRYPTED:
            raise ParseError("password_required", "The file is locked with a password.")
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise self.malformed()
        packed = self._packed(entry)
        pieces = packed if entry.compress_type == zipfile.ZIP_STORED else self._inflated(packed)
        size = 0
        for piece in pieces:
            size += len(piece)
            self._count(len(piece), size=size, packed=entry.compress_size)
            yield piece

    def _packed(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        self._file.seek(entry.header_offset)
        header = self._file.read(LOCAL_HEADER.size)
        if len(header) < LOCAL_HEADER.size or header[:4] != b"PK\3\4":
            raise self.malformed()
        *_, name, extra = LOCAL_HEADER.unpack(header)
        at = entry.header_offset + LOCAL_HEADER.size + name + extra
        left = entry.compress_size
        while left:
            self._file.seek(at)  # parts are read in turns
            piece = self._file.read(min(STEP, left))
            if not piece:
                raise self.malformed()
            at += len(piece)
            left -= len(piece)
            yield piece

    def _inflated(self, packed: Iterator[bytes]) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-15)
        try:
            for piece in packed:
                rest = piece
                while rest and not inflater.eof:
                    yield inflater.decompress(rest, STEP)
                    rest = inflater.unconsumed_tail
            while more := inflater.decompress(inflater.unconsumed_tail, STEP):
                yield more
        except zlib.error as error:
            raise self.malformed() from error
        if not inflater.eof:
            raise self.malformed()

    def _count(self, more: int, *, size: int, packed: int) -> None:
        self._unpacked += more
        limits = self._limits
        is_suspicious = size > limits.unpacked_freely and size > limits.ratio * max(1, packed)
        if self._unpacked > limits.unpacked or is_suspicious:
            raise ParseError("decompressed_too_large", "The file grows far too large when it is unpacked.")


def check_count(file: BinaryIO, *, limits: Limits) -> None:
    """Before the directory is read. Raises ParseError when it says that it has, or is long enough for, too many."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - LONGEST_END))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at >= 0 and len(tail) - at >= END.size + 4:
        _, _, _, count, size, _ = END.unpack_from(tail, at + 4)
        if count > limits.entries or size > limits.entries * LARGEST_ENTRY:
            raise _too_many(limits)


def _too_many(limits: Limits) -> ParseError:
    return ParseError("too_many_entries", f"The file is packed from more than {limits.entries:,} parts.")


def read(path: Path, *, name: str, limits: Limits) -> NoReturn:
    """A zip that is nothing else: never unpacked, and judged all the same. Raises ParseError."""
    with Archive(path, limits=limits, kind="archive") as archive:
        if any(name.lower().endswith(ARCHIVES) for name in archive.names):
            raise ParseError("archive_too_deep", "An archive with archives in it. Upload the files themselves.")
    raise ParseError("archive_unsupported", "Archives are not unpacked. Upload the files themselves.")


def _check_name(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename.replace("\\", "/")
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in name:
        raise ParseError("bad_entry_name", "The file holds a part whose name leads out of it: it is made to do harm.")


def _check_type(entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise ParseError("bad_entry_type", "The file holds a link or a device: it is made to do harm.")
