"""Joins what was found by words with what was found by vectors.

Both sides say how much of what could be reached was reached: BM25 as a share of the most that the query can have
(`knowledge.lexical`), the cosine as a share of the way from what any passage has to a perfect one. So a side that found
nothing to the point has little weight by itself, as words have for a question in another language; ranks cannot tell
that. `docs/decisions/fusion.md` has the figures.
"""

from collections.abc import Iterable, Mapping, Sequence

WORDS = 0.75
"""Weight of the words; the vectors have the rest."""
HIGHEST_FLOOR = 0.99
RANK_CONSTANT = 60
"""Of reciprocal ranks (Cormack, Clarke and Buettcher, SIGIR 2009)."""


def shares(words: Mapping[int, float], vectors: Mapping[int, float], *, floor: float) -> dict[int, float]:
    """The joined score of each passage on either side, 0 to 1. floor: the cosine that any passage has."""
    low = min(max(floor, 0.0), HIGHEST_FLOOR)
    return {
        key: WORDS * words.get(key, 0.0) + (1 - WORDS) * max(0.0, vectors.get(key, low) - low) / (1 - low)
        for key in words.keys() | vectors.keys()
    }


def reciprocal_ranks(rankings: Iterable[tuple[float, Sequence[int]]]) -> dict[int, float]:
    """The joined score by weighted reciprocal ranks; for sides whose scores tell nothing."""
    joined: dict[int, float] = {}
    for weight, ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            joined[key] = joined.get(key, 0.0) + weight / (RANK_CONSTANT + rank)
    return joined
