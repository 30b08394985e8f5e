"""Vectors in clusters, as those of texts are, and real text cycled; every engine's process reads it: numpy only."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

PER_CLUSTER = 400
BLOCK = 50_000
SPREAD = 0.9
QUERY_NOISE = 0.6


def write(folder: Path, *, count: int, dimension: int, queries: int) -> None:
    """vectors.npy (count, dimension) and queries.npy, unit float32; exact.npy: the ten nearest of each query."""
    random = np.random.default_rng(11)
    centres = random.standard_normal((max(4, count // PER_CLUSTER), dimension), dtype=np.float32)
    made = np.lib.format.open_memmap(folder / "vectors.npy", "w+", np.float32, (count, dimension))
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        noise = SPREAD * random.standard_normal((size, dimension), dtype=np.float32)
        made[start : start + size] = unit(centres[random.integers(0, len(centres), size)] + noise)
    near = made[np.sort(random.choice(count, queries, replace=False))]
    noise = QUERY_NOISE * random.standard_normal((queries, dimension), dtype=np.float32)
    asked = unit(near + noise / np.sqrt(dimension))
    np.save(folder / "queries.npy", asked)
    np.save(folder / "exact.npy", exact(made, asked, k=10))
    made.flush()


def unit(vectors: Any) -> Any:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def exact(vectors: Any, queries: Any, *, k: int) -> Any:
    best = np.full((len(queries), k), -2, np.float32)
    keys = np.zeros((len(queries), k), np.int64)
    for start in range(0, len(vectors), BLOCK):
        scores = queries @ vectors[start : start + BLOCK].T
        found = np.argpartition(-scores, k, axis=1)[:, :k] if scores.shape[1] > k else np.argsort(-scores, axis=1)
        joined = np.concatenate([best, np.take_along_axis(scores, found, axis=1)], axis=1)
        names = np.concatenate([keys, found + start], axis=1)
        order = np.argsort(-joined, axis=1)[:, :k]
        best, keys = np.take_along_axis(joined, order, axis=1), np.take_along_axis(names, order, axis=1)
    return keys


class Texts(Sequence[str]):
    """Text number n: a real paragraph, and a word of its own."""

    def __init__(self, folder: Path, count: int) -> None:
        self._told: list[str] = json.loads((folder / "texts.json").read_text())
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: Any) -> Any:
        return f"{self._told[number % len(self._told)]} chunk{number}"
