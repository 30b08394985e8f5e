"""The store beyond one machine: a collection in Milvus, which keeps, merges and replicates by itself.

Each passage carries the generation that it came with, and a reader sees those up to its manifest's. Deletions take
effect for all readers at once.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Lock
from typing import Any

import numpy as np
from grpc import RpcError
from pymilvus import DataType, MilvusClient, MilvusException

from knowledge.errors import IndexTorn, StoreAway
from knowledge.index.base import KEPT_SECONDS, SAMPLE, Allowed, Entry, Hit, Manifest, Segment
from knowledge.index.vectors import Vectors, check_vectors, mean_cosine, unit

KIND = "milvus"
BATCH = 1000
"""Rows of one request."""
MOST_HITS = 16_384
"""Milvus's own limit."""
STRONG = "Strong"
CONNECTING, SECONDS = 3.0, 10.0
"""That a connection to Milvus, and one of its answers, may take."""
IMPATIENT = {
    "grpc.use_local_subchannel_pool": 1,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 2000,
}
"""gRPC otherwise remembers for up to two minutes that an address was away, whoever asks."""


class MilvusStore:
    """A VectorStore in a collection. place: `address#collection`, such as `http://milvus:19530#glms_1f0c`.

    The address may also be a file: Milvus Lite, within one process. token: `user:password` or an API key.
    """

    def __init__(self, place: str, *, token: str = "") -> None:
        self._address, _, self._collection = place.rpartition("#")
        self._token = token
        self._sample: tuple[Manifest | None, Vectors] = None, np.zeros((0, 0), np.float32)

    def empty(self, *, model: str, dimension: int) -> Manifest:
        return Manifest(kind=KIND, model=model, dimension=dimension)

    def add(self, manifest: Manifest, entries: Sequence[Entry], vectors: Vectors, *, model: str) -> Manifest:
        check_vectors(manifest, vectors, kind=KIND, model=model, count=len(entries))
        if not entries:
            return manifest
        born = manifest.generation + 1
        rows = {
            entry.chunk: {"chunk": entry.chunk, "document": entry.document, "born": born, "vector": vector}
            for entry, vector in zip(entries, np.asarray(vectors, np.float32), strict=True)
        }
        with _milvus():
            self._create(manifest.dimension)
            for batch in _batches(list(rows.values())):
                self._client.upsert(self._collection, batch, timeout=SECONDS)
        return self._counted(manifest)

    def delete(self, manifest: Manifest, *, chunks: Collection[int] = (), documents: Collection[int] = ()) -> Manifest:
        if not manifest.segments or not (chunks or documents):
            return manifest
        with _milvus():
            for field, keys in (("chunk", chunks), ("document", documents)):
                for batch in _batches(list(keys)):
                    self._client.delete(self._collection, filter=_in(field, batch), timeout=SECONDS)
        return self._counted(manifest)

    def compact(self, manifest: Manifest, *, fully: bool = False) -> Manifest:
        """The same: Milvus merges by itself."""
        return manifest

    def rebase(self, *, before: Manifest, compacted: Manifest, now: Manifest) -> Manifest:
        return now

    def sweep(self, in_use: Iterable[Manifest], *, older_than: float = KEPT_SECONDS) -> int:
        """Nothing: there are no files of ours."""
        return 0

    def check(self, manifest: Manifest) -> None:
        if manifest.segments and self._count(manifest) != manifest.rows:
            raise IndexTorn("index_damaged", "The collection has not as many passages as the manifest says.")

    def destroy(self) -> None:
        with _milvus():
            if self._client.has_collection(self._collection):
                self._client.drop_collection(self._collection)
            _in_memory.discard((id(self._client), self._collection))

    def search(
        self, manifest: Manifest, queries: Vectors, *, k: int, allowed: Allowed | None = None
    ) -> list[list[Hit]]:
        check_vectors(manifest, queries, kind=KIND, model=manifest.model)
        if k < 1 or not manifest.segments or (allowed and allowed.is_nothing):
            return [[] for _ in queries]
        with _milvus():
            answers = self._loaded.search(
                self._collection,
                data=np.asarray(queries, np.float32).tolist(),
                limit=min(k, MOST_HITS),
                filter=_filter(manifest, allowed),
                output_fields=["chunk"],
                consistency_level=STRONG,
                timeout=SECONDS,
            )
        return [[Hit(int(hit["chunk"]), float(hit["distance"])) for hit in answer] for answer in answers]

    def score(self, manifest: Manifest, query: Vectors, *, chunks: Collection[int]) -> dict[int, float]:
        only = Allowed(chunks=frozenset(chunks))
        return {hit.chunk: hit.score for hit in self.search(manifest, query[None, :], k=len(chunks), allowed=only)[0]}

    def background(self, manifest: Manifest, query: Vectors) -> float:
        if not manifest.segments:
            return 0.0
        known, sample = self._sample
        if known != manifest:
            with _milvus():
                rows = self._loaded.query(
                    self._collection,
                    filter=_filter(manifest, None),
                    limit=SAMPLE,
                    output_fields=["vector"],
                    timeout=SECONDS,
                )
            sample = unit(np.array([row["vector"] for row in rows], np.float32).reshape(len(rows), -1))
            self._sample = manifest, sample
        return mean_cosine(sample, query)

    @property
    def _client(self) -> MilvusClient:
        return _client(self._address, self._token)

    @property
    def _loaded(self) -> MilvusClient:
        """The client, once the collection is in Milvus's memory: a server that was restarted may have let it go."""
        client = self._client
        if (id(client), self._collection) not in _in_memory:
            client.load_collection(self._collection, timeout=SECONDS)
            _in_memory.add((id(client), self._collection))
        return client

    def _create(self, dimension: int) -> None:
        if self._client.has_collection(self._collection):
            return
        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("chunk", DataType.INT64, is_primary=True)
        schema.add_field("document", DataType.INT64)
        schema.add_field("born", DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        index = self._client.prepare_index_params()
        index.add_index("vector", index_type="AUTOINDEX", metric_type="COSINE")
        self._client.create_collection(self._collection, schema=schema, index_params=index, consistency_level=STRONG)

    def _counted(self, manifest: Manifest) -> Manifest:
        fresh = replace(manifest, generation=manifest.generation + 1)
        segment = Segment(name=self._collection, kind=KIND, rows=self._count(fresh), files=())
        return replace(fresh, segments=(segment,))

    def _count(self, manifest: Manifest) -> int:
        with _milvus():
            [row] = self._loaded.query(
                self._collection,
                filter=_filter(manifest, None),
                output_fields=["count(*)"],
                consistency_level=STRONG,
                timeout=SECONDS,
            )
        return int(row["count(*)"])


_clients: dict[tuple[str, str], MilvusClient] = {}
_in_memory: set[tuple[int, str]] = set()
_lock = Lock()


def _client(address: str, token: str = "") -> MilvusClient:
    with _lock:
        if (address, token) not in _clients:
            _clients[address, token] = MilvusClient(address, token=token, timeout=CONNECTING, grpc_options=IMPATIENT)
        return _clients[address, token]


def _hang_up() -> None:
    """A client whose server was away once does not find back by itself."""
    with _lock:
        gone = list(_clients.values())
        _clients.clear()
        _in_memory.clear()
    for client in gone:
        with suppress(Exception):
            client.close()


@contextmanager
def _milvus() -> Iterator[None]:
    """Its failures in our words. Raises IndexTorn, StoreAway."""
    try:
        yield
    except (MilvusException, ValueError, RpcError) as error:  # ValueError: of a channel closed meanwhile
        if "not found" in str(error).lower() or "not exist" in str(error).lower():
            raise IndexTorn("index_missing", "The collection of the index is missing.") from error
        _hang_up()
        raise StoreAway("milvus_unavailable", "Milvus, which keeps the vectors, does not answer.") from error


def _filter(manifest: Manifest, allowed: Allowed | None) -> str:
    parts = [f"born <= {manifest.generation}"]
    if allowed and allowed.documents is not None:
        parts.append(_in("document", allowed.documents))
    if allowed and allowed.chunks is not None:
        parts.append(_in("chunk", allowed.chunks))
    if allowed and allowed.without:
        parts.append(f"not ({_in('document', allowed.without)})")
    return " and ".join(parts)


def _in(field: str, keys: Iterable[int]) -> str:
    return f"{field} in [{', '.join(str(int(key)) for key in keys)}]"


def _batches(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
