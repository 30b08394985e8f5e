"""Chroma, persistent, with its default HNSW; its own hybrid search is a service, so text only filters here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chromadb

BATCH = 5000


class Engine:
    def __init__(self, folder: Path, dimension: int) -> None:
        self._client = chromadb.PersistentClient(str(folder))
        self._collection = self._client.get_or_create_collection("bench", metadata={"hnsw:space": "cosine"})

    def build(self, vectors: Any, texts: Sequence[str]) -> None:
        for start in range(0, len(vectors), BATCH):
            self.add(range(start, min(start + BATCH, len(vectors))), vectors[start : start + BATCH], texts)

    def add(self, keys: Sequence[int], vectors: Any, texts: Sequence[str]) -> None:
        named = [str(key) for key in keys]
        self._collection.add(ids=named, embeddings=vectors, documents=[texts[key] for key in keys])

    def delete(self, keys: Sequence[int]) -> None:
        self._collection.delete(ids=[str(key) for key in keys])

    def search(self, text: str, vector: Any, k: int) -> list[int]:
        return self.nearest(vector, k)

    def nearest(self, vector: Any, k: int) -> list[int]:
        found = self._collection.query(query_embeddings=[vector], n_results=k, include=[])
        return [int(one) for one in found["ids"][0]]

    def close(self) -> None:
        """It ends with its process."""
