"""Which segments are worth merging: so few that a search stays quick, so seldom that each row is rewritten rarely."""

from collections.abc import Sequence

from knowledge.index.base import Segment

MOST_ABSORBED = 4096
"""Rows up to which an addition takes the newest segments up into its own."""
MOST_DEAD = 0.25
"""Share of deleted rows from which a segment is written again."""


def absorbed(sizes: Sequence[int], *, added: int) -> int:
    """How many of the last segments an addition writes again together with itself.

    As in a binary counter: what is not larger than the rest together. So a segment is written again only when it at
    least doubles, and there are at most as many small ones as the number of rows has binary digits.
    """
    total, count = added, 0
    for size in reversed(sizes):
        if size > total or total + size > MOST_ABSORBED:
            break
        total, count = total + size, count + 1
    return count


def chosen(segments: Sequence[Segment], *, fully: bool) -> list[Segment]:
    """The segments to write as one; empty: it is not worth it."""
    by_size = sorted(segments, key=lambda segment: segment.live_rows)
    if fully:
        return by_size if len(by_size) > 1 or any(segment.dead_rows for segment in by_size) else []
    total, most = 0, 0
    for number, segment in enumerate(by_size):
        if number and segment.live_rows <= total:
            most = number + 1
        total += segment.live_rows
    worn = [segment for segment in by_size[most:] if segment.dead_rows > MOST_DEAD * segment.rows]
    if most > 1:
        return by_size[:most]
    return worn[:1]
