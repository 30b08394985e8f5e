"""Looks through a PDF's bytes for what would blow up in a reader, before one is started."""

import mmap
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from knowledge.errors import ParseError
from knowledge.parsing.limits import Limits

STREAM = re.compile(rb"stream\r?\n")
FILTER = re.compile(rb"/(?:Filter|F)\s*(\[[^\]]{0,400}\]|/\w+)")
NAME = re.compile(rb"/(\w+)")
FLATE = frozenset({b"FlateDecode", b"Fl"})
LZW = frozenset({b"LZWDecode", b"LZW"})
DICTIONARY = 2048
"""Bytes before a stream in which its filters are told."""
STEP = 1 << 16
WINDOW = 1 << 20
DEFLATE_MOST = 1032
"""No deflated byte becomes more bytes than this."""
LZW_MOST = 2700
TAIL = 2048
LINEARIZED = re.compile(rb"/Linearized[^>]{0,200}/L\s+(\d{1,12})")


def check(path: Path, *, limits: Limits) -> None:
    """Raises ParseError `malformed_pdf` for a file that was cut off, `decompressed_too_large` for a bomb."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        _check_whole(data)
        for start, filters in _streams(data):
            _check_stream(data, start, filters, limits)


def _check_whole(data: mmap.mmap) -> None:
    told = LINEARIZED.search(data[:1024])
    is_short = told is not None and int(told.group(1)) > len(data)
    if is_short or b"%%EOF" not in data[-TAIL:]:
        raise ParseError("malformed_pdf", "The file is damaged or cut off: its end is missing.")


def _streams(data: mmap.mmap) -> Iterator[tuple[int, list[bytes]]]:
    """Where each stream begins, and its filters in their order."""
    for found in STREAM.finditer(data):
        if data[found.start() - 3 : found.start()] == b"end":
            continue
        head = data[max(0, found.start() - DICTIONARY) : found.start()]
        head = head[head.rfind(b" obj") + 1 :]
        told = FILTER.search(head)
        yield found.end(), NAME.findall(told.group(1)) if told else []


def _check_stream(data: mmap.mmap, start: int, filters: list[bytes], limits: Limits) -> None:
    if not filters or filters[0] not in FLATE | LZW:
        return
    end = data.find(b"endstream", start)
    size = (end if end >= 0 else len(data)) - start
    if filters[0] in LZW:
        if size * LZW_MOST > limits.unpacked:
            _count_lzw(data, start, size, limits)
        return
    chain = 1
    while chain < len(filters) and filters[chain] in FLATE:
        chain += 1
    if size * DEFLATE_MOST**chain > limits.unpacked:
        _count(_inflated(_pieces(data, start, size), chain), limits)


def _pieces(data: mmap.mmap, start: int, size: int) -> Iterator[bytes]:
    for at in range(start, start + size, STEP):
        yield data[at : min(at + STEP, start + size)]


def _inflated(pieces: Iterator[bytes], chain: int) -> Iterator[bytes]:
    """What comes out after `chain` steps; broken data ends it, as it ends in the reader."""
    if chain == 0:
        yield from pieces
        return
    inflater = zlib.decompressobj()
    try:
        for piece in _inflated(pieces, chain - 1):
            rest = piece
            while rest and not inflater.eof:
                yield inflater.decompress(rest, WINDOW)
                rest = inflater.unconsumed_tail
    except zlib.error:
        return


def _count(pieces: Iterator[bytes], limits: Limits) -> None:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limits.unpacked:
            raise _too_large()


def _count_lzw(data: mmap.mmap, start: int, size: int, limits: Limits) -> None:
    """The length of what an LZW stream becomes: lengths of its codes are enough to know it."""
    lengths = [1] * 256 + [0, 0]
    width, total, last = 9, 0, 0
    buffer, bits = 0, 0
    for byte in data[start : start + min(size, limits.unpacked)]:
        buffer, bits = (buffer << 8 | byte) & 0xFFFFFF, bits + 8
        if bits < width:
            continue
        bits -= width
        code = buffer >> bits & ((1 << width) - 1)
        if code == 257:
            return
        if code == 256:
            lengths, width, last = lengths[:258], 9, 0
            continue
        if last and len(lengths) < 4096:
            lengths.append(last + 1)
        last = lengths[code] if code < len(lengths) else 0
        total += last
        if total > limits.unpacked:
            raise _too_large()
        width = 9 if len(lengths) < 511 else 10 if len(lengths) < 1023 else 11 if len(lengths) < 2047 else 12


def _too_large() -> ParseError:
    return ParseError("decompressed_too_large", "The file grows far too large when it is unpacked.")
