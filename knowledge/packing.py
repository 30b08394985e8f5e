"""Fills pieces with units: as much as fits within a section; each begins with the end of the one before."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from knowledge.documents import Block, Box, Kind, Parsed
from knowledge.outline import Unit
from knowledge.pieces import Piece
from knowledge.sentences import fitting, lines, sentences
from knowledge.tokens import weight

ENOUGH = 0.5
"""A piece filled so far ends rather than tear the next block."""
SMALL = 0.25
"""A section smaller than this share of the size is joined by the next; the rest of a longer one by what it follows."""
MOST_BOXES = 40


@dataclass(kw_only=True)
class _Packer:
    parsed: Parsed
    size: float
    overlap: float
    _pile: list[Unit] = field(default_factory=list)
    _weight: float = 0.0
    _repeated: int = 0
    """How many units of the pile end the piece before."""
    _ready: list[list[Unit]] = field(default_factory=list)
    _before: float = 0.0

    def pack(self, units: Iterable[Unit]) -> Iterator[list[Unit]]:
        for unit in units:
            waiting = deque((unit,))
            while waiting:
                self._take(waiting.popleft(), waiting)
            while len(self._ready) > 1:
                yield self._ready.pop(0)
        self._end()
        yield from self._ready

    def _take(self, unit: Unit, waiting: deque[Unit]) -> None:
        if self._pile and self._must_end(unit):
            self._end()
        if not self._pile or self._weight + unit.weight <= self.size:
            if unit.weight <= self.size or unit.is_alone:
                self._add(unit)
                return
        elif unit.weight <= self.size and (self._weight >= ENOUGH * self.size or unit.block.kind == "table"):
            self._end(repeating=True)
            waiting.appendleft(unit)
            return
        parts = self._parts(unit)
        if len(parts) > 1:
            waiting.extendleft(reversed(parts))
        elif self._pile:
            self._end(repeating=True)
            waiting.appendleft(unit)
        else:
            self._add(unit)

    def _add(self, unit: Unit) -> None:
        self._pile.append(unit)
        self._weight += unit.weight

    def _must_end(self, unit: Unit) -> bool:
        last = self._pile[-1]
        if unit.is_alone or last.is_alone:
            return True
        if unit.heads == last.heads:
            return False
        if self._weight >= SMALL * self.size or self._repeated:
            return True
        return not _begins(self._pile[0], _shared([*self._pile, unit]), self.parsed.text)

    def _parts(self, unit: Unit) -> list[Unit]:
        """A unit's sentences, or lines; of a single one, what fits."""
        text = self.parsed.text
        split = lines if unit.block.kind in {"code", "table"} else sentences
        spans = list(split(text, unit.start, unit.end))
        if len(spans) == 1:
            spans = list(fitting(text, *spans[0], size=self.size))
        return [replace(unit, start=start, end=end, weight=weight(text[start:end])) for start, end in spans]

    def _end(self, *, repeating: bool = False) -> None:
        pile, self._pile = self._pile, []
        heavy, self._weight = self._weight, 0.0
        fresh, self._repeated = len(pile) > self._repeated, 0
        if not pile or not fresh:
            return
        if self._joins_the_last(pile, heavy):
            self._ready[-1] += pile
            self._before += heavy
        else:
            self._ready.append(pile)
            self._before = heavy
        if repeating and self.overlap > 0:
            self._repeat(pile)

    def _joins_the_last(self, pile: list[Unit], heavy: float) -> bool:
        if not self._ready or heavy >= SMALL * self.size or pile[0].is_alone:
            return False
        last = self._ready[-1][-1]
        is_near = last.heads == pile[0].heads and not last.is_alone
        return is_near and self._before + heavy <= (1 + SMALL) * self.size

    def _repeat(self, pile: list[Unit]) -> None:
        """Begin the next piece with the last sentences of this one."""
        taken: list[Unit] = []
        heavy = 0.0
        for part in self._backwards(pile):
            if heavy + part.weight > self.overlap:
                break
            taken.append(part)
            heavy += part.weight
        self._pile, self._repeated, self._weight = taken[::-1], len(taken), heavy

    def _backwards(self, pile: list[Unit]) -> Iterator[Unit]:
        """The sentences from the last one on, but the first."""
        for unit in reversed(pile):
            if unit.is_alone:
                return
            parts = self._parts(unit)
            yield from reversed(parts[1:] if unit is pile[0] else parts)


def _shared(pile: list[Unit]) -> tuple[Block, ...]:
    """The headings above all of them."""
    return tuple(one for one in pile[0].heads if all(one in unit.heads for unit in pile))


def _begins(unit: Unit, shared: tuple[Block, ...], text: str) -> bool:
    """Whether nothing but its own headings stands before a unit, up to what is shared with others."""
    own = unit.heads[len(shared) :]
    places = [*((one.start, one.end) for one in own), (unit.start, unit.end)]
    return all(not text[before[1] : after[0]].strip() for before, after in pairwise(places))


def pack(parsed: Parsed, units: Iterable[Unit], *, size: float, overlap: float) -> Iterator[Piece]:
    """Pieces of at most `size` tokens, save tables and pairs that are kept whole."""
    for pile in _Packer(parsed=parsed, size=size, overlap=overlap).pack(units):
        yield piece(parsed, pile)


def piece(parsed: Parsed, pile: list[Unit]) -> Piece:
    """What a pile says. Over several sections only the headings above all are told; the others are in the text."""
    first, last = pile[0], pile[-1]
    heads = first.heads
    start = first.start
    if any(unit.heads != heads for unit in pile):
        shared = _shared(pile)
        start = min([start, *(one.start for one in heads[len(shared) :])])
        heads = shared
    kinds = {unit.block.kind for unit in pile}
    return Piece(
        text=first.prefix + parsed.text[start : last.end],
        start=start,
        end=last.end,
        headings=tuple(parsed.text[one.start : one.end] for one in heads),
        page=next((unit.block.page for unit in pile if unit.block.page is not None), None),
        boxes=boxes(pile),
        kind=_kind(kinds),
    )


def _kind(kinds: set[Kind]) -> Kind:
    return next(iter(kinds)) if len(kinds) == 1 else "paragraph"


def boxes(pile: list[Unit]) -> tuple[tuple[int, Box], ...]:
    """Where the piece stands: the places of its blocks; of very many, what they cover on each page."""
    places: dict[tuple[int, Box], None] = {}
    for unit in pile:
        if unit.block.page is not None and unit.block.box is not None:
            places[unit.block.page, unit.block.box] = None
    if len(places) <= MOST_BOXES:
        return tuple(places)
    covered: dict[int, Box] = {}
    for page, (left, top, right, bottom) in places:
        a, b, c, d = covered.get(page, (left, top, right, bottom))
        covered[page] = (min(a, left), min(b, top), max(c, right), max(d, bottom))
    return tuple(covered.items())
