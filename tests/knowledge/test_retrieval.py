"""How words and vectors are joined, in one index and in several, and how finding is measured."""

from pathlib import Path

import numpy as np
import pytest

from knowledge import fusion
from knowledge.evaluation import Judged, measured
from knowledge.index.base import Allowed, Entry
from knowledge.index.faiss_store import FaissStore
from knowledge.lexical import TantivyWords
from knowledge.retrieval import Found, Query, Shelf, search

DIMENSION = 64
TEXTS = [f"passage number{n} about topic{n % 10}" for n in range(200)]


def direction(number: int) -> np.ndarray:
    return np.random.default_rng(number).standard_normal(DIMENSION).astype(np.float32)


def shelf(
    folder: Path, *, first: int = 0, texts: list[str] | None = None, model: str = "m", asked: int | None = None, **more
) -> Shelf:
    """Each passage's vector is its own direction; the question's that of passage `asked`."""
    texts = TEXTS if texts is None else texts
    entries = [Entry(first + n, (first + n) // 10) for n in range(len(texts))]
    store, words = FaissStore(folder / "v"), TantivyWords(folder / "w")
    raw = np.stack([direction(entry.chunk) for entry in entries])
    return Shelf(
        words=words,
        word_manifest=words.add(words.empty(), entries, texts),
        vectors=store,
        vector_manifest=store.add(store.empty(model=model, dimension=DIMENSION), entries, raw, model=model),
        vector=None if asked is None else direction(asked),
        **more,
    )


def chunks(found: list[Found]) -> list[int]:
    return [one.chunk for one in found]


def test_by_words_only(tmp_path: Path) -> None:
    found = search(Query(text="number42", mode="keyword", top_k=3), [shelf(tmp_path, asked=7)])
    assert chunks(found) == [42]
    assert found[0].fused == found[0].keyword
    assert found[0].vector is not None


def test_by_vectors_only(tmp_path: Path) -> None:
    found = search(Query(text="number42", mode="vector", top_k=3), [shelf(tmp_path, asked=7)])
    assert found[0].chunk == 7
    assert found[0].fused == found[0].vector == pytest.approx(1, abs=2e-3)
    assert len(found) == 3


def test_by_both_each_side_brings_its_own_with_all_scores(tmp_path: Path) -> None:
    found = search(Query(text="passage number42", top_k=4), [shelf(tmp_path, asked=7)])
    assert set(chunks(found)[:2]) == {42, 7}
    for one in found[:2]:
        assert one.keyword is not None
        assert one.vector is not None
        assert 0 < one.fused <= 1


def test_words_of_another_language_do_not_drown_the_vectors(tmp_path: Path) -> None:
    """By reciprocal ranks a chance word counts as much as a whole match; by shares it does not."""
    here = shelf(tmp_path, texts=["人口 2023", *(f"北京 第{n}段" for n in range(99))], asked=7)
    text = "How many people lived in the whole city and its suburbs in the year 2023"
    assert chunks(search(Query(text=text), [here]))[0] == 7
    assert {0, 7} <= set(chunks(search(Query(text=text, joined_by="ranks", top_k=2), [here])))


def test_without_a_vector_the_words_stand_alone(tmp_path: Path) -> None:
    found = search(Query(text="number42"), [shelf(tmp_path)])
    assert chunks(found) == [42]
    assert found[0].vector is None


def test_a_threshold_is_of_the_cosine(tmp_path: Path) -> None:
    here = shelf(tmp_path, asked=7)
    assert chunks(search(Query(text="number42", threshold=0.9), [here])) == [7]
    assert search(Query(text="number42", mode="keyword", threshold=0.9), [here]) == []
    assert search(Query(text="number42", threshold=0.9), [shelf(tmp_path / "other")]) == []


def test_what_is_not_allowed_is_found_by_neither_side(tmp_path: Path) -> None:
    here = shelf(tmp_path, asked=7, allowed=Allowed(documents=frozenset({3})))
    assert set(chunks(search(Query(text="number42 number31", top_k=50), [here]))) == set(range(30, 40))


def test_several_indexes_are_searched_as_one(tmp_path: Path) -> None:
    one = shelf(tmp_path / "a", texts=TEXTS[:50], asked=120)
    other = shelf(tmp_path / "b", first=100, texts=TEXTS[100:150], asked=120)

    found = search(Query(text="number3 number110", top_k=10), [one, other])

    assert {3, 110, 120} <= set(chunks(found)[:3])
    assert {hit.chunk: hit.shelf for hit in found if hit.chunk in {3, 120}} == {3: 0, 120: 1}


def test_indexes_of_different_models_are_weighed_each_by_its_own(tmp_path: Path) -> None:
    one = shelf(tmp_path / "a", texts=TEXTS[:50], asked=4)
    other = shelf(tmp_path / "b", first=100, texts=TEXTS[100:150], model="another", asked=120)
    assert set(chunks(search(Query(text="nothing known", top_k=2), [one, other]))) == {4, 120}


def test_top_k_is_kept_to(tmp_path: Path) -> None:
    here = shelf(tmp_path, asked=7)
    assert len(search(Query(text="passage", top_k=150), [here])) == 150
    assert search(Query(text="", mode="keyword"), [here]) == []
    assert search(Query(text="passage"), []) == []


def test_a_cosine_counts_from_what_any_passage_has() -> None:
    """Some models give any two texts 0.8: their best is then no better than another model's 0.5."""
    high = fusion.shares({}, {1: 0.9, 2: 0.8}, floor=0.8)
    low = fusion.shares({}, {1: 0.5, 2: 0.0}, floor=0.0)
    assert high == {1: pytest.approx(low[1]), 2: 0.0}


def test_reciprocal_ranks_add_up() -> None:
    joined = fusion.reciprocal_ranks([(1.0, [1, 2]), (2.0, [2])])
    assert joined == {1: pytest.approx(1 / 61), 2: pytest.approx(1 / 62 + 2 / 61)}


def test_measures_of_one_place_of_the_answer() -> None:
    judged = Judged(ranked=[9, 8, 5, 7], golds=[{5, 6}])
    assert judged.rank() == 3
    assert (judged.recall_at(2), judged.recall_at(3)) == (0, 1)
    assert judged.ndcg_at(10) == pytest.approx(1 / 2)


def test_measures_of_two_places() -> None:
    judged = Judged(ranked=[5, 6, 8], golds=[{5, 6}, {8}])
    assert judged.recall_at(2) == 0.5
    assert judged.ndcg_at(3) == pytest.approx((1 + 1 / 2) / (1 + 1 / 1.584962500721156))


def test_nothing_found_and_nothing_asked() -> None:
    assert Judged(ranked=[], golds=[{1}]).rank() is None
    metrics = measured([Judged(ranked=[1], golds=[{1}]), Judged(ranked=[], golds=[{1}])], k=5)
    assert (metrics.recall_at_1, metrics.recall_at_k, metrics.mrr, metrics.ndcg) == (0.5, 0.5, 0.5, 0.5)
    assert (metrics.k, metrics.questions) == (5, 2)
    assert measured([]).questions == 0
