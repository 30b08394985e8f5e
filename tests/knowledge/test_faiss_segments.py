"""What only the default store promises: sealed segments, old states, full disks, and when segments are merged."""

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import IndexTorn
from knowledge.index import merging, vector_store
from knowledge.index.base import Allowed, Entry, Manifest, Segment
from knowledge.index.faiss_store import FaissStore

DIMENSION = 24


def vectors(count: int, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)


def filled(store: FaissStore, count: int) -> Manifest:
    entries = [Entry(number, number // 10) for number in range(count)]
    return store.add(store.empty(model="m", dimension=DIMENSION), entries, vectors(count), model="m")


def segment(rows: int, *, dead: int = 0) -> Segment:
    return Segment(name=f"s{rows}-{dead}", kind="flat", rows=rows, files=(), dead_rows=dead)


def test_an_old_state_is_read_as_it_was(tmp_path: Path) -> None:
    store = FaissStore(tmp_path)
    old = filled(store, 200)
    new = store.compact(store.delete(old, chunks=range(50)), fully=True)
    assert len(store.search(old, vectors(1), k=300)[0]) == 200
    assert len(store.search(new, vectors(1), k=300)[0]) == 150


def test_small_bases_are_exact(tmp_path: Path) -> None:
    store, raw = FaissStore(tmp_path), vectors(3000)
    manifest = filled(store, 3000)
    unit = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    for query in vectors(20, seed=1):
        exact = np.argsort(-(unit @ query))[:10]
        assert [hit.chunk for hit in store.search(manifest, query[None, :], k=10)[0]] == exact.tolist()


def test_a_large_segment_finds_nearly_all_through_its_lists(tmp_path: Path) -> None:
    store = FaissStore(tmp_path, lists_from=5000)
    random = np.random.default_rng(3)
    centres = random.standard_normal((60, DIMENSION))
    wide = centres[random.integers(0, 60, 12_000)] + 0.5 * random.standard_normal((12_000, DIMENSION))
    raw = (wide / np.linalg.norm(wide, axis=1, keepdims=True)).astype(np.float32)
    empty = store.empty(model="m", dimension=DIMENSION)
    manifest = store.add(empty, [Entry(n, n % 50) for n in range(12_000)], raw, model="m")
    queries = raw[:100] + 0.1 * random.standard_normal((100, DIMENSION)).astype(np.float32)
    odd = np.arange(12_000)[np.arange(12_000) % 50 % 2 == 1]

    hits = store.search(manifest, queries, k=10)
    limited = store.search(manifest, queries, k=10, allowed=Allowed(documents=frozenset(range(1, 50, 2))))

    assert manifest.segments[0].kind == "lists"
    assert recall(raw, queries, hits, np.arange(12_000)) >= 0.97
    assert recall(raw, queries, limited, odd) >= 0.97


def recall(raw: np.ndarray, queries: np.ndarray, hits: list, among: np.ndarray) -> float:
    exact = among[np.argsort(-(queries @ raw[among].T), axis=1)[:, :10]]
    shared = [len(set(want) & {hit.chunk for hit in got}) for want, got in zip(exact, hits, strict=True)]
    return float(np.mean(shared)) / 10


@pytest.mark.parametrize("file", ["vectors.faiss", "keys.npy"])
def test_missing_and_damaged_files_are_noticed(tmp_path: Path, file: str) -> None:
    store = FaissStore(tmp_path)
    manifest = filled(store, 50)
    store.check(manifest)
    path = tmp_path / manifest.segments[0].name / file
    raw = bytearray(path.read_bytes())
    raw[-3] ^= 0xFF
    path.write_bytes(raw)

    for damaged in (bytes(raw), bytes(raw[: len(raw) // 2]), None):
        if damaged is None:
            path.unlink()
        else:
            path.write_bytes(damaged)
        with pytest.raises(IndexTorn):
            FaissStore(tmp_path).search(manifest, vectors(1), k=1)
        with pytest.raises(IndexTorn):
            store.check(manifest)


def test_a_lost_list_of_deletions_is_noticed(tmp_path: Path) -> None:
    store = FaissStore(tmp_path)
    manifest = store.delete(filled(store, 50), chunks=[3])
    dead = manifest.segments[0].dead
    assert dead is not None
    (tmp_path / dead.name).unlink()
    with pytest.raises(IndexTorn):
        FaissStore(tmp_path).search(manifest, vectors(1), k=1)


def test_young_files_are_not_swept(tmp_path: Path) -> None:
    store = FaissStore(tmp_path)
    filled(store, 50)
    assert store.sweep([]) == 0
    assert store.sweep([], older_than=0) == 1


def test_one_process_shares_what_is_open(tmp_path: Path) -> None:
    assert vector_store("faiss", tmp_path) is vector_store("faiss", tmp_path)


def test_many_threads_search_one_index(tmp_path: Path) -> None:
    store = FaissStore(tmp_path, lists_from=500)
    manifest = store.delete(filled(store, 2000), chunks=range(0, 2000, 7))
    alone = [store.search(manifest, query[None, :], k=5) for query in vectors(8, seed=5)]
    wrong: list[int] = []

    def work(number: int) -> None:
        query = vectors(8, seed=5)[number][None, :]
        wrong.extend(number for _ in range(30) if store.search(manifest, query, k=5) != alone[number])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_importing_the_rooms_loads_no_library() -> None:
    """Web and run workers import them; their idle memory has no room for FAISS."""
    script = (
        "import sys, knowledge.retrieval, knowledge.index, knowledge.evaluation, knowledge.terms;"
        "print([name for name in ('faiss', 'numpy', 'tantivy', 'pymilvus') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


FULL = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from knowledge.errors import KnowledgeError
from knowledge.index.base import Entry
from knowledge.index.faiss_store import FaissStore
from knowledge.lexical import TantivyWords

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = Path(sys.argv[1])
store, words = FaissStore(folder / "v"), TantivyWords(folder / "w")
raw = np.random.default_rng(0).standard_normal((5000, 64)).astype(np.float32)
small = [Entry(n, n) for n in range(10)]
manifest = store.add(store.empty(model="m", dimension=64), small, raw[:10], model="m")
told = words.add(words.empty(), small, ["hello"] * 10)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
many = [Entry(n, n) for n in range(10, 5010)]
for write in (
    lambda: store.add(manifest, many, raw, model="m"),
    lambda: words.add(told, many, [f"hello {n} {n * 7} {n * 13}" for n in range(5000)]),
):
    try:
        write()
    except KnowledgeError as error:
        print(error.code, end=" ")
print(len(store.search(manifest, raw[:1], k=99)[0]), len(words.search(told, "hello", k=99)), end=" ")
print(len(list((folder / "v").glob(".draft*"))), len(list((folder / "w").glob(".draft*"))))
"""


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    """The kernel refuses to let any file grow: to the writer the same as a disk without space."""
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "disk_full disk_full 10 10 0 0"


def test_additions_take_up_small_segments_as_a_counter_does() -> None:
    sizes: list[int] = []
    rewritten = 0
    for _ in range(1000):
        count = merging.absorbed(sizes, added=1)
        taken = sizes[len(sizes) - count :]
        rewritten += sum(taken)
        sizes = [*sizes[: len(sizes) - count], 1 + sum(taken)]
        assert len(sizes) <= 11
    assert rewritten <= 1000 * 11


def test_additions_leave_large_segments_alone() -> None:
    assert merging.absorbed([5000, 3000, 1], added=1) == 1
    assert merging.absorbed([4096], added=4096) == 0


def test_segments_are_merged_when_the_small_ones_weigh_as_much_as_the_next() -> None:
    assert merging.chosen([segment(1000), segment(10)], fully=False) == []
    assert merging.chosen([segment(1000), segment(600), segment(500)], fully=False) == [
        segment(500), segment(600), segment(1000),
    ]  # fmt: skip
    assert merging.chosen([segment(9000), segment(60), segment(50), segment(10)], fully=False) == [
        segment(10), segment(50), segment(60),
    ]  # fmt: skip


def test_a_segment_with_many_deletions_is_written_again() -> None:
    worn = segment(1000, dead=300)
    assert merging.chosen([worn], fully=False) == [worn]
    assert merging.chosen([segment(1000, dead=200)], fully=False) == []
    assert merging.chosen([segment(1000, dead=200)], fully=True) == [segment(1000, dead=200)]


def test_a_segment_without_living_rows_is_dropped(tmp_path: Path) -> None:
    store = FaissStore(tmp_path)
    manifest = store.delete(filled(store, 30), documents=range(3))
    assert manifest.segments == ()
    assert replace(manifest, generation=0) == store.empty(model="m", dimension=DIMENSION)
