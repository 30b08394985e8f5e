"""Indexes whose files were changed on disk: noticed, built again, never wrong in silence."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest

from glms.library import indexing, stores
from glms.library.models import Index, Job, JobKind
from knowledge.index import files, vector_store, word_store
from tests.support.shelves import Library

Make = Callable[..., Library]

FACTS = {
    "iron.txt": "Iron melts at 1538 degrees. It rusts in moist air, and most of it is made into steel.",
    "gold.txt": "Gold melts at 1064 degrees. It does not rust, and is beaten into very thin leaves.",
    "lead.txt": "Lead melts at 327 degrees. It is soft and heavy, and its salts are poisonous.",
}


@pytest.fixture
def shelf(library: Make) -> Iterator[Library]:
    made = library()
    for name, text in FACTS.items():
        made.text(name, text)
    made.work()
    yield made
    forget()


def forget() -> None:
    """What this process has open it would go on reading."""
    for kept in (stores._on_disk, stores.words_of, vector_store, word_store):
        kept.cache_clear()


def file_of(half: str, ending: str) -> Path:
    folder = stores.folder_of(Index.objects.get().pk) / half
    return max((path for path in folder.rglob(f"*{ending}") if path.is_file()), key=lambda path: path.stat().st_mtime)


def put(path: Path, data: bytes) -> None:
    """Another file of the same name: what is mapped by a process, or linked into another state, stays as it is."""
    path.unlink()
    path.write_bytes(data)


def truncated(path: Path) -> None:
    put(path, path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    put(path, b"")


def flipped(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    put(path, bytes(raw))


def of_another_dimension(path: Path) -> None:
    _write(path, 8, faiss.METRIC_INNER_PRODUCT)


def of_another_metric(path: Path) -> None:
    _write(path, 512, faiss.METRIC_L2)


def _write(path: Path, dimension: int, metric: int) -> None:
    index = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, metric)
    index.add(np.ones((len(FACTS), dimension), np.float32))
    path.unlink()
    faiss.write_index(index, str(path))


DAMAGES = [truncated, emptied, flipped, of_another_dimension, of_another_metric, Path.unlink]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damaged_vectors_are_noticed_and_built_again(shelf: Library, damage: Callable[[Path], Any]) -> None:
    damage(file_of("vectors", "vectors.faiss"))
    forget()
    assert "is being built again" in shelf.search("gold leaves")["notes"][0]
    mended(shelf)


@pytest.mark.parametrize("damage", [of_another_dimension, of_another_metric], ids=lambda damage: damage.__name__)
def test_a_large_file_that_was_replaced_is_noticed_without_its_checksum(
    shelf: Library, damage: Callable[[Path], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large files are not read whole when they are opened; what FAISS says of itself is compared."""
    monkeypatch.setattr(files, "compare", lambda *_, **__: None)
    damage(file_of("vectors", "vectors.faiss"))
    forget()
    assert "is being built again" in shelf.search("gold leaves")["notes"][0]
    monkeypatch.undo()
    mended(shelf)


@pytest.mark.parametrize("half", ["vectors", "words"])
def test_a_flipped_byte_anywhere_is_found_by_the_daily_look(shelf: Library, half: str) -> None:
    assert indexing.verify() == 0
    folder = stores.folder_of(Index.objects.get().pk) / half
    sealed = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    assert sealed
    noticed = 0
    for path in sealed:
        whole = path.read_bytes()
        flipped(path)
        noticed += indexing.verify()
        put(path, whole)
    assert 0 < noticed <= len(sealed), "files of earlier states are nobody's any more"
    assert Job.objects.filter(kind=JobKind.REBUILD).count() == 1
    mended(shelf)


def test_words_that_are_damaged_never_break_a_search(shelf: Library) -> None:
    """Whatever byte it is: the passages are found, or the index is built again."""
    folder = stores.folder_of(Index.objects.get().pk) / "words"
    newest = max((path for path in folder.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for path in [path for path in newest.iterdir() if path.stat().st_size]:
        whole = path.read_bytes()
        for damage in (flipped, truncated, emptied):
            damage(path)
            forget()
            told = shelf.search("gold leaves", mode="keyword")
            assert told["notes"] or told["passages"], (path.name, damage.__name__)
            put(path, whole)
    forget()
    mended(shelf)


def test_an_index_that_changes_while_it_is_verified_is_not_taken_for_damaged(
    shelf: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A merge in the middle of the look removes the files that were looked for."""
    index = Index.objects.get()
    store = stores.vectors_of(index)
    check, looks = type(store).check, []

    def late(self: Any, manifest: Any) -> None:
        looks.append(manifest)
        if len(looks) == 1:
            shelf.add("tin.txt", "Tin melts at 232 degrees.")
            indexing.sweep_one(Index.objects.get())
        check(self, manifest)

    monkeypatch.setattr(type(store), "check", late)
    monkeypatch.setattr(indexing, "UNREAD", -1.0)
    assert indexing.verify() == 0
    assert len(looks) == 2
    assert not Job.objects.filter(kind=JobKind.REBUILD).exists()


def mended(shelf: Library) -> None:
    shelf.work()
    told = shelf.search("gold leaves")
    assert told["passages"][0]["document"]["name"] == "gold.txt"
    assert told["notes"] == []
    assert indexing.verify() == 0
