"""This product's own indexes: `knowledge/`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index import vector_store, word_store
from knowledge.index.base import Entry, Manifest
from knowledge.retrieval import Query, Shelf, search

BATCH = 20_000
MODEL = "synthetic"


class Engine:
    """An index of words and one of vectors."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._vectors = vector_store("faiss", folder / "vectors")
        self._words = word_store(folder / "words")
        self._kept = folder / "vectors.json", folder / "words.json"
        self._manifests = self._vectors.empty(model=MODEL, dimension=dimension), self._words.empty()
        if self._kept[0].exists():
            read = [Manifest.from_json(path.read_text()) for path in self._kept]
            self._manifests = read[0], read[1]

    def build(self, vectors: Any, texts: Sequence[str]) -> None:
        for start in range(0, len(vectors), BATCH):
            self.add(range(start, min(start + BATCH, len(vectors))), vectors[start : start + BATCH], texts)
        self._keep(self._vectors.compact(self._manifests[0], fully=True), self._manifests[1])
        self._vectors.sweep([self._manifests[0]], older_than=0)
        self._words.sweep([self._manifests[1]], older_than=0)

    def add(self, keys: Sequence[int], vectors: Any, texts: Sequence[str]) -> None:
        entries = [Entry(key, key // 20) for key in keys]
        words = self._words.add(self._manifests[1], entries, [texts[key] for key in keys])
        raw = np.asarray(vectors, np.float32)
        self._keep(self._vectors.add(self._manifests[0], entries, raw, model=MODEL), words)

    def delete(self, keys: Sequence[int]) -> None:
        self._keep(
            self._vectors.delete(self._manifests[0], chunks=keys), self._words.delete(self._manifests[1], chunks=keys)
        )

    def search(self, text: str, vector: Any, k: int) -> list[int]:
        shelf = Shelf(
            words=self._words,
            word_manifest=self._manifests[1],
            vectors=self._vectors,
            vector_manifest=self._manifests[0],
            vector=vector,
        )
        return [one.chunk for one in search(Query(text=text, top_k=k), [shelf])]

    def nearest(self, vector: Any, k: int) -> list[int]:
        return [hit.chunk for hit in self._vectors.search(self._manifests[0], vector[None, :], k=k)[0]]

    def close(self) -> None:
        """Nothing runs."""

    def _keep(self, vectors: Manifest, words: Manifest) -> None:
        """As the product keeps them in its database."""
        self._manifests = vectors, words
        for path, manifest in zip(self._kept, self._manifests, strict=True):
            path.write_text(json.dumps(manifest.to_json()))
