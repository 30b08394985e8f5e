"""What every store of vectors keeps to: the same tests on FAISS, exact and through lists, and on Milvus."""

import json
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from knowledge.errors import IndexTorn, WrongVectors
from knowledge.index.base import Allowed, Entry, Manifest, VectorStore
from knowledge.index.faiss_store import FaissStore

MODEL, DIMENSION, COUNT = "a-model", 32, 600
PER_DOCUMENT = 10
MILVUS = pytest.mark.skipif(
    find_spec("milvus_lite") is None, reason="milvus-lite is not installed: `pip install -e '.[dev]'`"
)


@pytest.fixture(params=["faiss", "faiss lists", pytest.param("milvus", marks=MILVUS)])
def store(request: pytest.FixtureRequest, tmp_path: Path, milvus: str) -> VectorStore:
    match request.param:
        case "faiss":
            return FaissStore(tmp_path / "index")
        case "faiss lists":
            return FaissStore(tmp_path / "index", lists_from=200)
    from knowledge.index.milvus_store import MilvusStore

    return MilvusStore(f"{milvus}#test_{uuid4().hex}")


@pytest.fixture(scope="module")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Milvus Lite's file; one for all tests, since it starts slowly."""
    path = str(tmp_path_factory.mktemp("milvus") / "lite.db")
    yield path
    if find_spec("milvus_lite"):
        from knowledge.index.milvus_store import _client

        _client(path).close()


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """Unit vectors in clusters."""
    random = np.random.default_rng(7)
    centres = random.standard_normal((12, DIMENSION))
    raw = centres[random.integers(0, 12, COUNT)] + 0.7 * random.standard_normal((COUNT, DIMENSION))
    return (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)


def entries(chunks: Sequence[int]) -> list[Entry]:
    return [Entry(chunk=chunk, document=chunk // PER_DOCUMENT) for chunk in chunks]


def filled(store: VectorStore, vectors: np.ndarray, *, batches: int = 3) -> Manifest:
    manifest = store.empty(model=MODEL, dimension=DIMENSION)
    for chunks in np.array_split(np.arange(len(vectors)), batches):
        manifest = store.add(manifest, entries(chunks.tolist()), vectors[chunks], model=MODEL)
    return manifest


def found(store: VectorStore, manifest: Manifest, query: np.ndarray, *, k: int = 10, allowed: Allowed | None = None):
    return [hit.chunk for hit in store.search(manifest, query[None, :], k=k, allowed=allowed)[0]]


def nearest(vectors: np.ndarray, query: np.ndarray, *, k: int = 10, among: np.ndarray | None = None) -> list[int]:
    rows = np.arange(len(vectors)) if among is None else among
    return rows[np.argsort(-(vectors[rows] @ query), kind="stable")[:k]].tolist()


def shared(one: Sequence[int], other: Sequence[int]) -> float:
    return len(set(one) & set(other)) / len(other)


def test_an_empty_index_finds_nothing(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = store.empty(model=MODEL, dimension=DIMENSION)
    assert found(store, manifest, vectors[0]) == []
    assert manifest.rows == 0


def test_the_nearest_are_found_best_first(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = filled(store, vectors)

    hits = store.search(manifest, vectors[:40], k=10)

    assert manifest.rows == COUNT
    assert [one[0].chunk for one in hits] == list(range(40))
    assert all(one[0].score == pytest.approx(1, abs=2e-3) for one in hits)
    assert all([hit.score for hit in one] == sorted((hit.score for hit in one), reverse=True) for one in hits)
    agreement = [shared([h.chunk for h in one], nearest(vectors, vectors[n])) for n, one in enumerate(hits)]
    assert np.mean(agreement) >= 0.97


def test_scores_are_cosines_whatever_the_length_of_the_query(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = filled(store, vectors)
    long, short = store.search(manifest, np.stack([vectors[3] * 9, vectors[3]]), k=5)
    assert [hit.chunk for hit in long] == [hit.chunk for hit in short]
    for hit in long:
        assert hit.score == pytest.approx(float(vectors[hit.chunk] @ vectors[3]), abs=2e-3)


def test_only_what_is_allowed_is_found_and_k_of_it(store: VectorStore, vectors: np.ndarray) -> None:
    """The nearest of all are not allowed, so a filter behind the best k would find too few."""
    manifest = filled(store, vectors)
    among = np.argsort(vectors @ vectors[0])[:40]
    documents = frozenset(int(chunk) // PER_DOCUMENT for chunk in among)
    rows = np.array([chunk for chunk in range(COUNT) if chunk // PER_DOCUMENT in documents])

    hits = found(store, manifest, vectors[0], allowed=Allowed(documents=documents))

    assert len(hits) == 10
    assert shared(hits, nearest(vectors, vectors[0], among=rows)) >= 0.9


def test_allowed_passages_and_left_out_documents_are_kept_to(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = filled(store, vectors)
    chunks = frozenset(range(100, 130))

    assert set(found(store, manifest, vectors[5], k=50, allowed=Allowed(chunks=chunks))) == chunks
    assert found(store, manifest, vectors[5], allowed=Allowed(chunks=chunks, documents=frozenset({0}))) == []
    assert 5 not in found(store, manifest, vectors[5], allowed=Allowed(without=frozenset({0})))
    assert len(found(store, manifest, vectors[5], k=30, allowed=Allowed(without=frozenset({0})))) == 30
    assert found(store, manifest, vectors[5], allowed=Allowed(documents=frozenset())) == []
    assert found(store, manifest, vectors[5], allowed=Allowed()) == found(store, manifest, vectors[5])


def test_deleted_passages_and_documents_are_not_found(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = filled(store, vectors)

    left = store.delete(manifest, chunks=[5, 5, 99_999], documents=[7, 12_345])

    assert left.rows == COUNT - 1 - PER_DOCUMENT
    gone = {5, *range(70, 80)}
    assert gone.isdisjoint(found(store, left, vectors[5], k=COUNT))
    assert gone.isdisjoint(found(store, left, vectors[72], k=COUNT))
    assert len(found(store, left, vectors[5], k=COUNT)) == left.rows


def test_a_passage_that_is_added_again_is_replaced(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = filled(store, vectors)

    again = store.add(manifest, entries([5, 6]), vectors[[300, 6]], model=MODEL)

    assert again.rows == COUNT
    assert found(store, again, vectors[300], k=2) in ([5, 300], [300, 5])
    assert found(store, again, vectors[5], k=COUNT).count(5) == 1


def test_of_a_passage_that_comes_twice_the_last_counts(store: VectorStore, vectors: np.ndarray) -> None:
    empty = store.empty(model=MODEL, dimension=DIMENSION)
    manifest = store.add(empty, [Entry(1, 1), Entry(1, 1)], vectors[:2], model=MODEL)
    assert manifest.rows == 1
    assert store.search(manifest, vectors[1:2], k=5)[0][0].score == pytest.approx(1, abs=2e-3)


def test_what_was_added_later_is_not_in_an_earlier_state(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = filled(store, vectors[:100])
    store.add(manifest, entries([300]), vectors[300:301], model=MODEL)
    assert 300 not in found(store, manifest, vectors[300], k=101)


def test_the_scores_of_named_passages(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = store.delete(filled(store, vectors), chunks=[11])
    scores = store.score(manifest, vectors[0] * 3, chunks=[10, 11, 500, 77_777])
    assert scores == {
        chunk: pytest.approx(float(vectors[chunk] @ vectors[0]), abs=2e-3) for chunk in (10, 500)
    }


def test_the_background_is_the_mean_of_a_sample(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = filled(store, vectors)
    for number in (0, 333):
        exact = float((vectors @ vectors[number]).mean())
        assert store.background(manifest, vectors[number] * 5) == pytest.approx(exact, abs=0.15)
    assert store.background(store.empty(model=MODEL, dimension=DIMENSION), vectors[0]) == 0


def test_merging_changes_nothing_that_is_found(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = store.delete(filled(store, vectors, batches=9), documents=[3])

    merged = store.compact(manifest, fully=True)

    assert merged.rows == manifest.rows
    for number in (0, 50, 400):
        agreement = shared(found(store, merged, vectors[number]), found(store, manifest, vectors[number]))
        assert agreement >= 0.9
    assert store.compact(merged, fully=True) == merged
    store.check(merged)


def test_what_happened_beside_a_merge_is_kept(store: VectorStore, vectors: np.ndarray) -> None:
    before = filled(store, vectors[:300], batches=9)
    compacted = store.compact(before, fully=True)
    now = store.delete(before, chunks=[17], documents=[20])
    now = store.add(now, entries([18, 400]), vectors[[500, 400]], model=MODEL)

    joined = store.rebase(before=before, compacted=compacted, now=now)

    assert joined.rows == now.rows == 300 - 1 - PER_DOCUMENT + 1
    everything = found(store, joined, vectors[0], k=COUNT)
    assert sorted(everything) == sorted({*range(300), 400} - {17, *range(200, 210)})
    assert found(store, joined, vectors[500], k=1) == [18]
    assert found(store, joined, vectors[400], k=1) == [400]


def test_other_vectors_are_refused(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = filled(store, vectors[:20])
    broken = vectors[:1].copy()
    broken[0, 3] = np.nan

    for model, wrong, code in (
        ("another", vectors[:1], "wrong_model"),
        (MODEL, np.ones((1, DIMENSION + 1), np.float32), "wrong_dimension"),
        (MODEL, broken, "wrong_vector"),
        (MODEL, vectors[:2], "wrong_count"),
    ):
        with pytest.raises(WrongVectors) as caught:
            store.add(manifest, entries([50]), wrong, model=model)
        assert caught.value.code == code
    with pytest.raises(WrongVectors):
        store.search(manifest, np.ones((1, DIMENSION + 1), np.float32), k=3)


def test_a_manifest_survives_json(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = store.delete(filled(store, vectors), chunks=[1])
    again = Manifest.from_json(json.dumps(manifest.to_json()))
    assert again == manifest
    assert found(store, again, vectors[9]) == found(store, manifest, vectors[9])


@pytest.mark.parametrize("told", ["", "{}", '{"format": 99}', '{"format": 1, "kind": 3}', "[1]", "null"])
def test_what_is_no_manifest_is_refused(told: str) -> None:
    with pytest.raises(IndexTorn):
        Manifest.from_json(told)


def test_a_manifest_of_another_store_is_refused(store: VectorStore, vectors: np.ndarray) -> None:
    foreign = Manifest(kind="another", model=MODEL, dimension=DIMENSION)
    with pytest.raises(IndexTorn):
        store.search(foreign, vectors[:1], k=1)


def test_a_destroyed_index_is_gone_and_may_be_built_again(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = filled(store, vectors[:50])
    store.destroy()
    with pytest.raises(IndexTorn):
        store.search(manifest, vectors[:1], k=1)
    assert filled(store, vectors[:50]).rows == 50


def test_a_vector_of_zeros_is_like_nothing(store: VectorStore, vectors: np.ndarray) -> None:
    manifest = store.add(filled(store, vectors[:20]), entries([50]), np.zeros((1, DIMENSION), np.float32), model=MODEL)
    hits = store.search(manifest, vectors[:1], k=30)[0]
    assert hits[0].chunk == 0
    assert all(np.isfinite(hit.score) for hit in hits)
