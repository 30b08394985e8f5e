"""Cuts a parsed document into the passages that are embedded, found and cited."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from knowledge.documents import Parsed
from knowledge.outline import Unit, places, units
from knowledge.packing import pack, piece
from knowledge.pieces import Chunking, Piece
from knowledge.sentences import fitting
from knowledge.tokens import weight

__all__ = ["Chunking", "Piece", "chunk"]

LEAST_SIZE = 16
LONGEST_ANSWER = 8
"""In sizes of a piece: longer answers are cut, each part with the question."""


def chunk(parsed: Parsed, chunking: Chunking) -> list[Piece]:
    """The pieces of a document in its order.

    Every character but white space, own separators and the question of a pair is in the span of a piece or in one of
    its headings. `parent_child` tells each larger piece before the smaller ones that are cut from it.
    """
    size = max(LEAST_SIZE, chunking.size)
    overlap = max(0, min(chunking.overlap, size // 2))
    match chunking.mode:
        case "structure":
            return list(pack(parsed, units(parsed, size=size), size=size, overlap=overlap))
        case "parent_child":
            return list(_parents(parsed, size=size, overlap=overlap, parent_size=max(size, chunking.parent_size)))
        case "qa":
            return list(_pairs(parsed, size=size, overlap=overlap))
        case "separators":
            return list(_separated(parsed, size=size, separators=chunking.separators))


def _parents(parsed: Parsed, *, size: int, overlap: int, parent_size: int) -> Iterator[Piece]:
    number = 0
    starts = [block.start for block in parsed.blocks]
    for parent in pack(parsed, units(parsed, size=parent_size), size=parent_size, overlap=0):
        yield parent
        position = number
        number += 1
        inside = _within(parsed, parent, starts)
        for child in pack(inside, units(inside, size=size, whole=parsed), size=size, overlap=overlap):
            headings = (*parent.headings, *child.headings)
            yield replace(child, headings=headings, parent=position)
            number += 1


def _within(parsed: Parsed, parent: Piece, starts: list[int]) -> Parsed:
    """The document with only the blocks of a piece, or their parts in it."""
    first, after = max(0, bisect_right(starts, parent.start) - 1), bisect_left(starts, parent.end)
    blocks = tuple(
        replace(block, start=max(block.start, parent.start), end=min(block.end, parent.end))
        for block in parsed.blocks[first:after]
        if block.end > parent.start
    )
    return replace(parsed, blocks=blocks)


def _pairs(parsed: Parsed, *, size: int, overlap: int) -> Iterator[Piece]:
    """Each pair by its question; what is no pair as usual."""
    others: list[Unit] = []
    for unit in units(parsed, size=size):
        if unit.block.kind != "qa":
            others.append(unit)
            continue
        yield from pack(parsed, others, size=size, overlap=overlap)
        others = []
        yield from _pair(parsed, unit, size=size)
    yield from pack(parsed, others, size=size, overlap=overlap)


def _pair(parsed: Parsed, unit: Unit, *, size: int) -> Iterator[Piece]:
    text = parsed.text
    end = text.find("\n", unit.start, unit.end)
    if end < 0:
        yield piece(parsed, [unit])
        return
    question = text[unit.start : end]
    spans = [(end + 1, unit.end)]
    if weight(text[end + 1 : unit.end]) > LONGEST_ANSWER * size:
        spans = list(fitting(text, end + 1, unit.end, size=LONGEST_ANSWER * size))
    for start, stop in spans:
        yield replace(piece(parsed, [unit]), text=text[start:stop], start=start, end=stop, question=question)


def _separated(parsed: Parsed, *, size: int, separators: tuple[str, ...]) -> Iterator[Piece]:
    """The whole text at the first separator, what is still too large at the next ones, then where it fits."""
    found = places(parsed)
    starts = [unit.start for unit in found]
    wanted = [one.replace("\\n", "\n").replace("\\t", "\t") for one in separators if one]
    for start, end in _split(parsed.text, 0, len(parsed.text), wanted, size):
        first, after = max(0, bisect_right(starts, start) - 1), bisect_left(starts, end)
        whole = piece(parsed, found[first:after])
        headings = tuple(parsed.text[one.start : one.end] for one in found[first].heads)
        yield replace(whole, text=parsed.text[start:end], start=start, end=end, headings=headings)


def _split(text: str, start: int, end: int, separators: list[str], size: int) -> Iterator[tuple[int, int]]:
    if not separators:
        yield from fitting(text, start, end, size=size)
        return
    mark, *rest = separators
    at = start
    while at <= end:
        found = text.find(mark, at, end)
        stop = end if found < 0 else found
        if text[at:stop].strip():
            if weight(text[at:stop]) > size:
                yield from _split(text, at, stop, rest, size)
            else:
                yield from _stripped(text, at, stop)
        at = stop + len(mark)


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    inner = text[start:end]
    yield start + len(inner) - len(inner.lstrip()), end - len(inner) + len(inner.rstrip())
