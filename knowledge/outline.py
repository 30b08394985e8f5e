"""A document's blocks with the headings that stand above each: what is cut, before it is cut."""

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.documents import Block, Parsed
from knowledge.sentences import fitting, lines
from knowledge.tokens import weight

TABLE_ROOM = 1.25
"""A table of up to this share of the size is kept whole."""
HEADER_ROOM = 0.4
"""A header that takes more of a piece is not told again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A span that is kept together while that is possible.

    heads: the headings above. prefix: told before the text, a table's header. is_alone: shares its piece with nothing.
    """

    start: int
    end: int
    weight: float
    block: Block
    heads: tuple[Block, ...]
    prefix: str = ""
    is_alone: bool = False


def units(parsed: Parsed, *, size: float, whole: Parsed | None = None) -> Iterator[Unit]:
    """Every block but the headings that have something below them: those are told as `heads`.

    whole: the document, where `parsed` is a part of it: a table's header may stand before the part.
    """
    stack: list[Block] = []
    is_claimed: list[bool] = []
    for block in parsed.blocks:
        if block.kind != "heading":
            is_claimed = [True] * len(stack)
            yield from _of_block(parsed.text, block, tuple(stack), size=size, whole=whole or parsed)
            continue
        while stack and stack[-1].level >= block.level:
            if not is_claimed[-1]:
                yield _heading(parsed.text, stack)
            stack.pop()
            is_claimed.pop()
        stack.append(block)
        is_claimed.append(False)
    if stack and not is_claimed[-1]:
        yield _heading(parsed.text, stack)


def places(parsed: Parsed) -> list[Unit]:
    """Every block with the headings above it, headings too; nothing is weighed."""
    stack: list[Block] = []
    found: list[Unit] = []
    for block in parsed.blocks:
        if block.kind == "heading":
            while stack and stack[-1].level >= block.level:
                stack.pop()
        found.append(Unit(start=block.start, end=block.end, weight=0.0, block=block, heads=tuple(stack)))
        if block.kind == "heading":
            stack.append(block)
    return found


def _heading(text: str, stack: list[Block]) -> Unit:
    """A heading with nothing below it is text of its own."""
    *above, block = stack
    return Unit(
        start=block.start, end=block.end, weight=weight(text[block.start : block.end]), block=block, heads=tuple(above)
    )


def _of_block(text: str, block: Block, heads: tuple[Block, ...], *, size: float, whole: Parsed) -> Iterator[Unit]:
    if block.start == block.end:
        return
    heavy = weight(text[block.start : block.end])
    if block.kind == "table" and heavy > TABLE_ROOM * size:
        yield from _of_table(text, block, heads, size=size, whole=whole)
    else:
        is_alone = block.kind == "qa" or (block.kind == "table" and heavy > size)
        yield Unit(start=block.start, end=block.end, weight=heavy, block=block, heads=heads, is_alone=is_alone)


def _of_table(text: str, block: Block, heads: tuple[Block, ...], *, size: float, whole: Parsed) -> Iterator[Unit]:
    """Rows together as they fit, each time below the table's header."""
    start_of_table, prefix = _header(text, block, size=size, whole=whole)
    room = size - weight(prefix)
    group: tuple[int, int, float] | None = None
    for start, end in _rows(text, block, room=room):
        heavy = weight(text[start:end])
        most = size if group and group[0] == start_of_table else room
        if group and group[2] + heavy > most:
            yield _table_unit(group, block, heads, prefix="" if group[0] == start_of_table else prefix)
            group = None
        group = (group[0], end, group[2] + heavy) if group else (start, end, heavy)
    if group:
        yield _table_unit(group, block, heads, prefix="" if group[0] == start_of_table else prefix)


def _header(text: str, block: Block, *, size: float, whole: Parsed) -> tuple[int, str]:
    """Where the table begins, and its first line when that may be told again."""
    table = next((one for one in whole.blocks if one.kind == "table" and one.start <= block.start < one.end), block)
    start, end = next(lines(text, table.start, table.end))
    header = text[start:end]
    return start, f"{header}\n" if end < table.end and weight(header) <= HEADER_ROOM * size else ""


def _rows(text: str, block: Block, *, room: float) -> Iterator[tuple[int, int]]:
    for start, end in lines(text, block.start, block.end):
        if weight(text[start:end]) > room:
            yield from fitting(text, start, end, size=room)
        else:
            yield start, end


def _table_unit(group: tuple[int, int, float], block: Block, heads: tuple[Block, ...], *, prefix: str) -> Unit:
    start, end, heavy = group
    return Unit(start=start, end=end, weight=heavy, block=block, heads=heads, prefix=prefix, is_alone=True)
