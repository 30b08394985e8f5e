"""How well passages are found, measured on questions whose answers' places are known."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One question's outcome. golds: each place of the answer as the passages that hold it, any of which will do."""

    ranked: Sequence[int]
    golds: Sequence[Collection[int]]

    def rank(self) -> int | None:
        """Where the first passage that holds an answer stands, from 1."""
        return next((rank for rank, passage in enumerate(self.ranked, start=1) if self._holds(passage)), None)

    def recall_at(self, k: int) -> float:
        """The share of the places that are among the first k passages."""
        first = set(self.ranked[:k])
        return sum(not first.isdisjoint(gold) for gold in self.golds) / len(self.golds) if self.golds else 0.0

    def ndcg_at(self, k: int) -> float:
        """Normalised discounted cumulative gain; a passage gains 1 for each place that none before it held."""
        left, gain = list(self.golds), 0.0
        for rank, passage in enumerate(self.ranked[:k], start=1):
            fresh = [gold for gold in left if passage not in gold]
            gain += min(1, len(left) - len(fresh)) / math.log2(rank + 1)
            left = fresh
        best = sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(self.golds)) + 1))
        return min(1.0, gain / best) if best else 0.0

    def _holds(self, passage: int) -> bool:
        return any(passage in gold for gold in self.golds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Means over questions."""

    recall_at_1: float
    recall_at_k: float
    mrr: float
    ndcg: float
    k: int
    questions: int


def measured(judged: Sequence[Judged], *, k: int = 10) -> Metrics:
    """The means; all zero without questions. Reciprocal ranks count to the end of each ranking."""
    count = len(judged)
    ranks = [one.rank() for one in judged]
    return Metrics(
        recall_at_1=_mean([one.recall_at(1) for one in judged]),
        recall_at_k=_mean([one.recall_at(k) for one in judged]),
        mrr=_mean([1 / rank if rank else 0.0 for rank in ranks]),
        ndcg=_mean([one.ndcg_at(k) for one in judged]),
        k=k,
        questions=count,
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
