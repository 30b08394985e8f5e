"""LanceDB: IVF_PQ and its full-text index, joined by its reciprocal rank reranker, as its guide shows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lancedb
import pyarrow as pa
from lancedb.query import MatchQuery
from lancedb.rerankers import RRFReranker

BATCH = 20_000


class Engine:
    def __init__(self, folder: Path, dimension: int) -> None:
        self._database = lancedb.connect(str(folder))
        self._reranker = RRFReranker()
        kind = pa.list_(pa.float32(), dimension)
        schema = pa.schema([("key", pa.int64()), ("text", pa.string()), ("vector", kind)])
        self._table = self._database.create_table("bench", schema=schema, exist_ok=True)

    def build(self, vectors: Any, texts: Sequence[str]) -> None:
        for start in range(0, len(vectors), BATCH):
            self.add(range(start, min(start + BATCH, len(vectors))), vectors[start : start + BATCH], texts)
        if len(vectors) >= 256:
            self._table.create_index(metric="cosine", vector_column_name="vector")
        self._table.create_fts_index("text")
        self._table.optimize()

    def add(self, keys: Sequence[int], vectors: Any, texts: Sequence[str]) -> None:
        rows = [{"key": key, "text": texts[key], "vector": vector} for key, vector in zip(keys, vectors, strict=True)]
        self._table.add(rows)

    def delete(self, keys: Sequence[int]) -> None:
        self._table.delete(f"key in ({', '.join(map(str, keys))})")

    def search(self, text: str, vector: Any, k: int) -> list[int]:
        asked = self._table.search(query_type="hybrid").vector(vector).text(MatchQuery(text, "text"))
        return [row["key"] for row in asked.rerank(self._reranker).limit(k).select(["key"]).to_list()]

    def nearest(self, vector: Any, k: int) -> list[int]:
        return [row["key"] for row in self._table.search(vector).select(["key"]).limit(k).to_list()]

    def close(self) -> None:
        """It ends with its process."""
