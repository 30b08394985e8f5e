"""Vectors as every store takes them, and what it refuses."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import IndexTorn, WrongVectors
from knowledge.index.base import LEAST_SAMPLE, Manifest

Vectors = NDArray[np.float32]


def unit(vectors: NDArray[Any]) -> Vectors:
    """Of length one; a zero vector stays one."""
    wide = np.ascontiguousarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    return np.ascontiguousarray(wide / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def mean_cosine(sample: Vectors, query: Vectors) -> float:
    """Of unit vectors (rows, dimension) with a query (dimension,); 0 for too few rows to tell."""
    if len(sample) < LEAST_SAMPLE:
        return 0.0
    return float((sample @ unit(query[None, :])[0]).mean())


def check_vectors(
    manifest: Manifest, vectors: NDArray[Any], *, kind: str, model: str, count: int | None = None
) -> None:
    """Whether these (count, dimension) vectors of a model belong into this index. Raises WrongVectors, IndexTorn."""
    if manifest.kind != kind:
        raise IndexTorn("index_format", "The index belongs to another store: build it again.")
    if model != manifest.model:
        raise WrongVectors("wrong_model", f"The index holds vectors of {manifest.model}, not of {model}.")
    if vectors.ndim != 2 or vectors.shape[1] != manifest.dimension:
        raise WrongVectors("wrong_dimension", f"The index holds vectors of {manifest.dimension} numbers.")
    if count is not None and len(vectors) != count:
        raise WrongVectors("wrong_count", "There are not as many vectors as passages.")
    if not np.isfinite(vectors).all():
        raise WrongVectors("wrong_vector", "A vector has something in it that is not a number.")
