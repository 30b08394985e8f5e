"""One sealed segment of vectors on disk: written once, mapped by readers, searched exactly or through inverted lists.

Three files: the keys of the rows in ascending order of chunks, the vectors in half precision, and for a large segment
inverted lists of them in 8 bits. What the lists find is weighed again with the vectors themselves.
"""

import io
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.errors import IndexTorn
from knowledge.index.base import Segment
from knowledge.index.vectors import Vectors, unit

FLAT, LISTS = "flat", "lists"
KEYS_FILE, VECTORS_FILE, LISTS_FILE = "keys.npy", "vectors.faiss", "lists.faiss"
BLOCK = 50_000
"""Rows that are worked on at once."""
TRAINING_ROWS_PER_LIST = 64
LEAST_TRAINING_ROWS_PER_LIST = 39
"""FAISS warns below it."""
WANTED_RECALL = 0.985
"""Of the ten nearest, when the number of probes is chosen; of vectors that lie between passages, as questions do."""
TRIALS = 64
MOST_GATHERED = 8192
"""Allowed rows up to which they are compared one by one instead of searched for."""
WEIGHED = 4
"""Times k: how many of what the lists find are weighed again."""

Keys = NDArray[np.int64]
"""(2, rows): chunks, ascending, and their documents."""
Mask = NDArray[np.uint8]
"""A bit for each row, the lowest first."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to be written: their keys, and the unit vectors in half or single precision."""

    keys: Keys
    vectors: NDArray[Any]

    @property
    def count(self) -> int:
        return int(self.keys.shape[1])


def write(folder: Path, rows: Rows, *, with_lists: bool, threads: int) -> int:
    """The segment's files; how many lists are to be probed, 0 for none."""
    written = io.BytesIO()  # numpy itself forgets why it could not write
    np.save(written, rows.keys)
    (folder / KEYS_FILE).write_bytes(written.getbuffer())
    faiss.omp_set_num_threads(threads)
    try:
        dimension = rows.vectors.shape[1]
        vectors = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        for start in range(0, rows.count, BLOCK):
            vectors.add(rows.vectors[start : start + BLOCK].astype(np.float32))
        faiss.write_index(vectors, str(folder / VECTORS_FILE))
        if not with_lists:
            return 0
        lists = _lists(rows)
        faiss.write_index(lists, str(folder / LISTS_FILE))
        return _probes(vectors, lists, rows)
    finally:
        faiss.omp_set_num_threads(1)


def _lists(rows: Rows) -> Any:
    """Inverted lists of all rows. The seed is fixed: the same rows give the same lists."""
    count, dimension = rows.vectors.shape
    lists = max(1, min(int(2 * math.sqrt(count)), count // LEAST_TRAINING_ROWS_PER_LIST))
    quantizer = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, dimension, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.seed = 1
    index.cp.max_points_per_centroid = TRAINING_ROWS_PER_LIST
    chosen = np.random.default_rng(1).permutation(count)[: lists * TRAINING_ROWS_PER_LIST]
    index.train(rows.vectors[np.sort(chosen)].astype(np.float32))
    for start in range(0, count, BLOCK):
        index.add(rows.vectors[start : start + BLOCK].astype(np.float32))
    return index


def _probes(vectors: Any, lists: Any, rows: Rows) -> int:
    """The fewest probes that find enough of the nearest, tried with vectors between passages."""
    chosen = np.random.default_rng(2).integers(0, rows.count, size=(2, TRIALS))
    queries = unit(sum(rows.vectors[picked].astype(np.float32) for picked in chosen))
    nearest = vectors.search(queries, 10)[1]
    probes = 4
    while probes < lists.nlist:
        found = lists.search(queries, 10 * WEIGHED, params=faiss.SearchParametersIVF(nprobe=probes))[1]
        hit = np.mean([np.isin(want, got).mean() for want, got in zip(nearest, found, strict=True)])
        if hit >= WANTED_RECALL:
            break
        probes = math.ceil(probes * 1.5)
    return min(probes, int(lists.nlist))


class Opened:
    """A segment that is mapped for reading. Raises IndexTorn."""

    def __init__(self, folder: Path, segment: Segment) -> None:
        self.segment = segment
        try:
            keys = np.load(folder / KEYS_FILE, mmap_mode="r")
            self.exact = faiss.read_index(str(folder / VECTORS_FILE), faiss.IO_FLAG_MMAP_IFC)
            self.lists = self._lists_of(folder)
        except (OSError, RuntimeError, ValueError) as error:
            raise IndexTorn("index_damaged", "A segment of the index cannot be opened.") from error
        if keys.shape != (2, segment.rows) or self.exact.ntotal != segment.rows:
            raise IndexTorn("index_damaged", "A segment of the index has not as many rows as its manifest says.")
        if not all(_is_ours(part, self.exact.d, segment.rows) for part in (self.exact, self.lists) if part is not None):
            raise IndexTorn("index_damaged", "A segment of the index holds other vectors than were written.")
        self.chunks: Keys = keys[0]
        self.documents: Keys = keys[1]
        pointer = faiss.rev_swig_ptr(self.exact.codes.data(), segment.rows * self.exact.code_size)
        self.vectors: NDArray[np.float16] = pointer.view(np.float16).reshape(segment.rows, -1)

    def _lists_of(self, folder: Path) -> Any:
        if self.segment.kind != LISTS:
            return None
        lists = faiss.read_index(str(folder / LISTS_FILE), faiss.IO_FLAG_MMAP_IFC)
        lists.parallel_mode = 0
        return lists

    def rows_of(self, chunks: Keys) -> NDArray[np.int64]:
        """The rows of these chunks, of those that are here."""
        places = np.minimum(np.searchsorted(self.chunks, chunks), self.segment.rows - 1)
        found: NDArray[np.int64] = places[self.chunks[places] == chunks]
        return found

    def rows_of_documents(self, documents: Keys) -> NDArray[np.int64]:
        return np.flatnonzero(self._of_documents(documents))

    def bits(
        self, *, documents: Keys | None, chunks: Keys | None, without: Keys, dead: NDArray[np.bool_] | None
    ) -> NDArray[np.bool_]:
        """Which rows may be found."""
        allowed = self._of_documents(documents) if documents is not None else np.ones(self.segment.rows, dtype=bool)
        if chunks is not None:
            chosen = np.zeros(self.segment.rows, dtype=bool)
            chosen[self.rows_of(chunks)] = True
            allowed &= chosen
        if without.size:
            allowed &= ~self._of_documents(without)
        return allowed if dead is None else allowed & ~dead

    def _of_documents(self, documents: Keys) -> NDArray[np.bool_]:
        keys, of_row = self._documents_once
        chosen: NDArray[np.bool_] = np.isin(keys, documents)[of_row]
        return chosen

    @cached_property
    def _documents_once(self) -> tuple[Keys, NDArray[np.int32]]:
        """Each document once, and which of them each row belongs to."""
        keys, of_row = np.unique(self.documents, return_inverse=True)
        return keys, of_row.astype(np.int32)

    def search(self, queries: Vectors, *, k: int, allowed: "Filter | None") -> tuple[Vectors, Keys]:
        """Scores and chunks, (queries, at most k each); where fewer are found, chunk -1. Raises IndexTorn."""
        self._same_dimension(queries)
        faiss.omp_set_num_threads(1)
        if allowed and allowed.count <= MOST_GATHERED:
            scores, rows = self._compared(queries, np.flatnonzero(allowed.bits), k=k)
        elif self.lists is None:
            scores, rows = self._exactly(queries, k=k, allowed=allowed)
        else:
            scores, rows = self._through_lists(queries, k=k, allowed=allowed)
        return scores, np.where(rows < 0, -1, self.chunks[rows])

    def sample(self, share: float) -> Vectors:
        """This share of the vectors, evenly chosen, deleted ones too."""
        rows = np.linspace(0, self.segment.rows - 1, math.ceil(self.segment.rows * share), dtype=np.int64)
        return self.vectors[rows].astype(np.float32)

    def cosines(self, queries: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """(queries, rows). Raises IndexTorn."""
        self._same_dimension(queries)
        scores: Vectors = queries @ self.vectors[rows].astype(np.float32).T
        return scores

    def _same_dimension(self, queries: Vectors) -> None:
        if queries.shape[1] != self.exact.d:
            raise IndexTorn("index_damaged", "A segment of the index holds vectors of another dimension.")

    def _compared(self, queries: Vectors, rows: NDArray[np.int64], *, k: int) -> tuple[Vectors, Keys]:
        """The best of these rows."""
        if not rows.size:
            return np.zeros((len(queries), 0), np.float32), np.zeros((len(queries), 0), np.int64)
        scores = self.cosines(queries, rows)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(scores, best, axis=1), rows[best]

    def _exactly(self, queries: Vectors, *, k: int, allowed: "Filter | None") -> tuple[Vectors, Keys]:
        found: tuple[Vectors, Keys] = self.exact.search(queries, k, params=_parameters(allowed))
        return found

    def _through_lists(self, queries: Vectors, *, k: int, allowed: "Filter | None") -> tuple[Vectors, Keys]:
        """Where the lists that are probed hold too few, all are compared."""
        share = allowed.count / self.segment.rows if allowed else 1.0
        probes = min(self.lists.nlist, math.ceil(self.segment.probes / math.sqrt(share)))
        parameters = faiss.SearchParametersIVF(nprobe=probes)
        if allowed:
            parameters.sel = allowed.selector
        candidates = self.lists.search(queries, max(k * WEIGHED, 40), params=parameters)[1]
        wanted = min(k, allowed.count if allowed else self.segment.rows)
        if np.count_nonzero(candidates >= 0, axis=1).min() < wanted:
            return self._exactly(queries, k=k, allowed=allowed)
        scores = np.full((len(queries), k), -np.inf, np.float32)
        rows = np.full((len(queries), k), -1, np.int64)
        for number, found in enumerate(candidates):
            score, row = self._compared(queries[number : number + 1], found[found >= 0], k=k)
            scores[number, : score.shape[1]], rows[number, : row.shape[1]] = score[0], row[0]
        return scores, rows


class Filter:
    """Which rows of a segment may be found, as FAISS reads it."""

    def __init__(self, bits: NDArray[np.bool_]) -> None:
        self.bits = bits
        self.count = int(np.count_nonzero(bits))
        self._packed: Mask = np.packbits(bits, bitorder="little")
        self.selector = faiss.IDSelectorBitmap(self._packed)


def _is_ours(part: Any, dimension: int, rows: int) -> bool:
    """Whether both halves of a segment were written by `write` for the same vectors."""
    return (part.d, part.ntotal, part.metric_type) == (dimension, rows, faiss.METRIC_INNER_PRODUCT)


def _parameters(allowed: Filter | None) -> Any:
    return faiss.SearchParameters(sel=allowed.selector) if allowed else None
