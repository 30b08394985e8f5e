"""The default store: FAISS segments in a folder, small ones exact, large ones behind inverted lists."""

import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.index import faiss_segment, files, merging
from knowledge.index.base import KEPT_SECONDS, SAMPLE, Allowed, Entry, Hit, Manifest, Segment
from knowledge.index.faiss_segment import FLAT, LISTS, Filter, Keys, Opened, Rows
from knowledge.index.vectors import Vectors, check_vectors, mean_cosine, unit

KIND = "faiss"
LISTS_FROM = 20_000
"""Rows from which a segment gets inverted lists."""
KEPT_FILTERS = 64


class FaissStore:
    """A VectorStore in a folder. threads: for building, which is the caller's work; a search takes one."""

    def __init__(self, folder: Path, *, lists_from: int = LISTS_FROM, threads: int | None = None) -> None:
        self._folder = folder
        self._lists_from = lists_from
        self._threads = threads or len(os.sched_getaffinity(0))
        self._open: dict[str, Opened] = {}
        self._filters: OrderedDict[tuple[str, str, Allowed | None], Filter] = OrderedDict()
        self._sample: tuple[tuple[str, ...], Vectors] = (), np.zeros((0, 0), np.float32)
        self._lock = threading.Lock()

    def empty(self, *, model: str, dimension: int) -> Manifest:
        return Manifest(kind=KIND, model=model, dimension=dimension)

    def add(self, manifest: Manifest, entries: Sequence[Entry], vectors: Vectors, *, model: str) -> Manifest:
        check_vectors(manifest, vectors, kind=KIND, model=model, count=len(entries))
        if not entries:
            return manifest
        rows = _sorted(entries, unit(vectors))
        older = self.delete(manifest, chunks=rows.keys[0].tolist()).segments
        absorbed = merging.absorbed([segment.live_rows for segment in older], added=rows.count)
        kept, taken = older[: len(older) - absorbed], older[len(older) - absorbed :]
        fresh = self._write(_joined([*(self._live(segment) for segment in taken), rows]))
        return manifest.with_segments([*kept, fresh])

    def delete(
        self, manifest: Manifest, *, chunks: Collection[int] = (), documents: Collection[int] = ()
    ) -> Manifest:
        gone = _keys(chunks), _keys(documents)
        left = [self._without(segment, chunks=gone[0], documents=gone[1]) for segment in manifest.segments]
        if tuple(left) == manifest.segments:
            return manifest
        return manifest.with_segments(segment for segment in left if segment.live_rows)

    def compact(self, manifest: Manifest, *, fully: bool = False) -> Manifest:
        chosen = merging.chosen(manifest.segments, fully=fully)
        if not chosen:
            return manifest
        rows = _joined([self._live(segment) for segment in chosen])
        merged = [self._write(rows)] if rows.count else []
        return manifest.with_segments([*merged, *(one for one in manifest.segments if one not in chosen)])

    def rebase(self, *, before: Manifest, compacted: Manifest, now: Manifest) -> Manifest:
        if now == before:
            return compacted
        if compacted == before:
            return now
        known = {segment.name: segment for segment in before.segments}
        current = {segment.name: segment for segment in now.segments}
        merged = [segment for segment in compacted.segments if segment.name not in known]
        replaced = [segment for segment in before.segments if segment.name not in {s.name for s in compacted.segments}]
        gone = self._gone(replaced, current)
        left = [self._without(segment, chunks=gone, documents=_keys(())) for segment in merged]
        untouched = [segment for segment in now.segments if segment.name not in {one.name for one in replaced}]
        return now.with_segments(segment for segment in [*left, *untouched] if segment.live_rows)

    def sweep(self, in_use: Iterable[Manifest], *, older_than: float = KEPT_SECONDS) -> int:
        segments = [segment for manifest in in_use for segment in manifest.segments]
        kept = {segment.name for segment in segments} | {one.dead.name for one in segments if one.dead}
        with self._lock:
            self._open = {name: opened for name, opened in self._open.items() if name in kept}
            self._filters.clear()
        return files.sweep(self._folder, kept=kept, older_than=older_than)

    def check(self, manifest: Manifest) -> None:
        for segment in manifest.segments:
            files.compare(self._folder / segment.name, segment.files, wholly=True)
            files.compare(self._folder, [segment.dead] if segment.dead else [], wholly=True)

    def destroy(self) -> None:
        with self._lock:
            self._open.clear()
            self._filters.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def search(
        self, manifest: Manifest, queries: Vectors, *, k: int, allowed: Allowed | None = None
    ) -> list[list[Hit]]:
        check_vectors(manifest, queries, kind=KIND, model=manifest.model)
        asked = unit(queries)
        if k < 1 or (allowed and allowed.is_nothing):
            return [[] for _ in asked]
        parts = [self._search(segment, asked, k=k, allowed=allowed) for segment in manifest.segments]
        if not parts:
            return [[] for _ in asked]
        scores, chunks = (np.concatenate(side, axis=1) for side in zip(*parts, strict=True))
        order = np.lexsort((chunks, -scores), axis=1)[:, :k]
        return [_hits(scores[row, best], chunks[row, best]) for row, best in enumerate(order)]

    def score(self, manifest: Manifest, query: Vectors, *, chunks: Collection[int]) -> dict[int, float]:
        check_vectors(manifest, query[None, :], kind=KIND, model=manifest.model)
        asked, wanted, scores = unit(query[None, :]), _keys(chunks), dict[int, float]()
        for segment in manifest.segments:
            opened = self._opened(segment)
            rows = opened.rows_of(wanted)
            if segment.dead:
                rows = rows[self._filter(opened, segment, None).bits[rows]]
            scores |= zip(opened.chunks[rows].tolist(), opened.cosines(asked, rows)[0].tolist(), strict=True)
        return scores

    def background(self, manifest: Manifest, query: Vectors) -> float:
        key, sample = self._sample
        wanted = tuple(segment.name for segment in manifest.segments)
        if key != wanted:
            share = min(1.0, SAMPLE / max(1, sum(segment.rows for segment in manifest.segments)))
            parts = [self._opened(segment).sample(share) for segment in manifest.segments]
            sample = np.concatenate(parts) if parts else np.zeros((0, manifest.dimension), np.float32)
            self._sample = wanted, sample
        return mean_cosine(sample, query)

    # --- segments ---------------------------------------------------------------------------------------------------
    def _search(
        self, segment: Segment, queries: Vectors, *, k: int, allowed: Allowed | None
    ) -> tuple[Vectors, Keys]:
        opened = self._opened(segment)
        chosen = None if allowed is None or allowed.is_everything else allowed
        limited = self._filter(opened, segment, chosen) if chosen or segment.dead else None
        return opened.search(queries, k=k, allowed=limited)

    def _filter(self, opened: Opened, segment: Segment, allowed: Allowed | None) -> Filter:
        key = segment.name, segment.dead.name if segment.dead else "", allowed
        with self._lock:
            if key in self._filters:
                self._filters.move_to_end(key)
                return self._filters[key]
        made = Filter(
            opened.bits(
                documents=None if allowed is None or allowed.documents is None else _keys(allowed.documents),
                chunks=None if allowed is None or allowed.chunks is None else _keys(allowed.chunks),
                without=_keys(allowed.without if allowed else ()),
                dead=self._dead(segment),
            )
        )
        with self._lock:
            self._filters[key] = made
            while len(self._filters) > KEPT_FILTERS:
                self._filters.popitem(last=False)
        return made

    def _opened(self, segment: Segment) -> Opened:
        with self._lock:
            if segment.name not in self._open:
                folder = self._folder / segment.name
                files.compare(folder, segment.files)
                self._open[segment.name] = Opened(folder, segment)
            return self._open[segment.name]

    def _dead(self, segment: Segment) -> NDArray[np.bool_] | None:
        if segment.dead is None:
            return None
        files.compare(self._folder, [segment.dead])
        packed = np.fromfile(self._folder / segment.dead.name, dtype=np.uint8)
        return np.unpackbits(packed, count=segment.rows, bitorder="little").astype(bool)

    def _live(self, segment: Segment) -> Rows:
        """What is not deleted, read from disk as it is worked on."""
        opened, dead = self._opened(segment), self._dead(segment)
        keys = np.stack([opened.chunks, opened.documents])
        if dead is None:
            return Rows(keys, opened.vectors)
        return Rows(keys[:, ~dead], opened.vectors[~dead])

    def _without(self, segment: Segment, *, chunks: Keys, documents: Keys) -> Segment:
        """The segment with these rows deleted as well."""
        opened = self._opened(segment)
        rows = opened.rows_of(chunks)
        if documents.size:
            rows = np.concatenate([rows, opened.rows_of_documents(documents)])
        if not rows.size:
            return segment
        known = self._dead(segment)
        dead = np.zeros(segment.rows, dtype=bool) if known is None else known.copy()
        dead[rows] = True
        count = int(np.count_nonzero(dead))
        if count == segment.dead_rows:
            return segment
        name = files.fresh_name("dead")
        with files.draft(self._folder) as path:
            (path / name).write_bytes(np.packbits(dead, bitorder="little").tobytes())
            file = files.described(path / name)
            files.force(path / name)
            (path / name).rename(self._folder / name)
            files.force(self._folder)
        return replace(segment, dead=file, dead_rows=count)

    def _write(self, rows: Rows) -> Segment:
        kind = LISTS if rows.count >= self._lists_from else FLAT
        name = files.fresh_name(kind)
        with files.draft(self._folder) as path:
            probes = faiss_segment.write(path, rows, with_lists=kind == LISTS, threads=self._threads)
            listed = tuple(files.described(file) for file in sorted(path.iterdir()))
            files.seal(path, name=name)
        return Segment(name=name, kind=kind, rows=rows.count, files=listed, probes=probes)

    def _gone(self, replaced: Sequence[Segment], current: dict[str, Segment]) -> Keys:
        """The chunks of replaced segments that have been deleted since, or moved into a newer segment."""
        gone = [np.zeros(0, np.int64)]
        for segment in replaced:
            opened, was, now = self._opened(segment), self._dead(segment), current.get(segment.name)
            dead = np.ones(segment.rows, dtype=bool) if now is None else self._dead(now)
            if dead is not None:
                gone.append(opened.chunks[dead if was is None else dead & ~was])
        return np.concatenate(gone)


def _keys(keys: Collection[int]) -> Keys:
    return np.fromiter(keys, dtype=np.int64, count=len(keys))


def _sorted(entries: Sequence[Entry], vectors: Vectors) -> Rows:
    """In the order of their chunks; of a chunk that comes twice the last."""
    keys = np.array([[entry.chunk for entry in entries], [entry.document for entry in entries]], dtype=np.int64)
    order = np.argsort(keys[0], kind="stable")
    last = np.append(np.diff(keys[0][order]) != 0, True)
    return Rows(keys[:, order[last]], vectors[order[last]])


def _joined(parts: Sequence[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    keys = np.concatenate([part.keys for part in parts], axis=1)
    vectors = np.concatenate([part.vectors.astype(np.float16) for part in parts])
    order = np.argsort(keys[0], kind="stable")
    return Rows(np.ascontiguousarray(keys[:, order]), vectors[order])


def _hits(scores: Vectors, chunks: Keys) -> list[Hit]:
    return [Hit(int(chunk), float(score)) for score, chunk in zip(scores, chunks, strict=True) if chunk >= 0]
