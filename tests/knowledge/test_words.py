"""The index of words: what is found, in which order, and that states never change."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge.errors import IndexTorn
from knowledge.index import word_store
from knowledge.index.base import Allowed, Entry, Manifest
from knowledge.lexical import TantivyWords

TEXTS = [
    "北京大学位于北京市海淀区，是中国著名的大学。",
    "清華大學位於北京市海淀區。",
    "The population of Beijing grew quickly between 2000 and 2023.",
    "Cats and dogs: the black cat sleeps, other cats play.",
    "黑猫在睡觉，白狗在跑。",
    "GLM-4 supports a context of 128K tokens.",
]


@pytest.fixture
def words(tmp_path: Path) -> TantivyWords:
    return TantivyWords(tmp_path / "words")


def filled(words: TantivyWords, texts: Sequence[str] = TEXTS) -> Manifest:
    return words.add(words.empty(), [Entry(n, n // 2) for n in range(len(texts))], texts)


def found(words: TantivyWords, manifest: Manifest, query: str, **limits: object) -> list[int]:
    return [hit.chunk for hit in words.search(manifest, query, k=10, allowed=Allowed(**limits) if limits else None)]


def test_an_empty_index_finds_nothing(words: TantivyWords) -> None:
    assert words.search(words.empty(), "北京", k=3) == []


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("北京大学在哪里", 0),
        ("清华大学", 1),
        ("清華大學", 1),
        ("population of Beijing", 2),
        ("cat", 3),
        ("猫", 4),
        ("狗", 4),
        ("跑", 4),
        ("１２８ｋ", 5),
        ("glm-4 context", 5),
    ],
)
def test_the_best_passage_comes_first(words: TantivyWords, query: str, best: int) -> None:
    assert found(words, filled(words), query)[0] == best


@pytest.mark.parametrize("query", ["", "   ", "。，！", "völlig unbekannt", "\x00", "a AND (b OR", '"*~^\\'])
def test_what_is_not_there_and_what_is_no_question_find_nothing_wrong(words: TantivyWords, query: str) -> None:
    assert set(found(words, filled(words), query)) <= {5, 3, 2}
    assert found(words, filled(words, ["北京"]), query) == []


def test_a_score_is_a_share_of_what_the_query_can_have(words: TantivyWords) -> None:
    """A question in another language reaches next to nothing, also for its best passage."""
    manifest = filled(words)
    whole = words.search(manifest, "黑猫在睡觉", k=1)[0].score
    hardly = words.search(manifest, "Wie viele Menschen wohnten 2023 dort", k=1)[0].score
    assert 0.3 < whole < 1
    assert 0 < hardly < 0.2


def test_only_what_is_allowed_is_found(words: TantivyWords) -> None:
    manifest = filled(words, ["北京 common"] * 50)
    assert found(words, manifest, "common", documents=frozenset({3, 24})) == [6, 7, 48, 49]
    assert found(words, manifest, "common", chunks=frozenset({9, 11})) == [9, 11]
    assert found(words, manifest, "common", documents=frozenset({3}), chunks=frozenset({9})) == []
    assert found(words, manifest, "common", without=frozenset(range(24))) == [48, 49]
    assert found(words, manifest, "common", documents=frozenset()) == []
    assert len(found(words, manifest, "common", without=frozenset({0}))) == 10


def test_a_filter_does_not_change_scores(words: TantivyWords) -> None:
    manifest = filled(words)
    plain = {hit.chunk: hit.score for hit in words.search(manifest, "北京", k=10)}
    limited = words.search(manifest, "北京", k=10, allowed=Allowed(documents=frozenset({0})))
    assert {hit.chunk: pytest.approx(hit.score) for hit in limited} == plain


def test_deleted_passages_and_documents_are_not_found(words: TantivyWords) -> None:
    manifest = filled(words)

    left = words.delete(manifest, chunks=[0, 77], documents=[2, 99])

    assert left.rows == 3
    assert found(words, left, "北京大学 黑猫 128K") == [1]
    assert found(words, manifest, "北京大学")[0] == 0
    assert words.delete(left, chunks=[1, 2, 3]).rows == 0


def test_a_passage_that_is_added_again_is_replaced(words: TantivyWords) -> None:
    manifest = filled(words)

    again = words.add(manifest, [Entry(0, 0), Entry(0, 0)], ["first", "上海交通大学"])

    assert again.rows == len(TEXTS)
    assert found(words, again, "上海")[0] == 0
    assert 0 not in found(words, again, "first")
    assert found(words, manifest, "上海") == []


def test_many_additions_are_one_index(words: TantivyWords) -> None:
    """BM25 counts over all of them: the same passage has the same score however it came in."""
    alone = filled(words)
    grown = words.empty()
    for number, text in enumerate(TEXTS):
        grown = words.add(grown, [Entry(number, number)], [text])
    for query in ("北京大学", "cats", "2023"):
        one, other = (words.search(manifest, query, k=5) for manifest in (alone, grown))
        assert [(hit.chunk, pytest.approx(hit.score)) for hit in one] == [(hit.chunk, hit.score) for hit in other]


def test_states_share_their_files_on_disk(words: TantivyWords, tmp_path: Path) -> None:
    first = filled(words, [f"text number {n} " * 50 for n in range(300)])
    second = words.add(first, [Entry(999, 999)], ["one more"])
    shared = {file.name for file in first.segments[0].files} & {file.name for file in second.segments[0].files}
    largest = max(first.segments[0].files, key=lambda file: file.size)
    assert largest.name in shared
    paths = [tmp_path / "words" / state.segments[0].name / largest.name for state in (first, second)]
    assert paths[0].samefile(paths[1])


def test_a_manifest_survives_json_and_other_stores_read_it(words: TantivyWords, tmp_path: Path) -> None:
    manifest = filled(words)
    again = Manifest.from_json(json.dumps(manifest.to_json()))
    assert again == manifest
    assert found(TantivyWords(tmp_path / "words"), again, "清华大学")[0] == 1
    assert word_store(tmp_path / "words") is word_store(tmp_path / "words")


def test_missing_and_damaged_files_are_noticed(words: TantivyWords, tmp_path: Path) -> None:
    manifest = filled(words)
    words.check(manifest)
    folder = tmp_path / "words" / manifest.segments[0].name
    terms = next(folder.glob("*.term"))
    raw = bytearray(terms.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    terms.write_bytes(raw)
    with pytest.raises(IndexTorn):
        words.check(manifest)
    terms.unlink()
    with pytest.raises(IndexTorn):
        TantivyWords(tmp_path / "words").search(manifest, "北京", k=1)
    with pytest.raises(IndexTorn):
        words.add(manifest, [Entry(50, 50)], ["more"])


def test_an_index_that_was_cut_otherwise_is_refused(words: TantivyWords) -> None:
    other = Manifest.from_json({**filled(words).to_json(), "model": "terms-0"})
    with pytest.raises(IndexTorn):
        words.search(other, "北京", k=1)


def test_a_lost_race_leaves_the_other_writers_state_alone(words: TantivyWords) -> None:
    """Two writers from one state make two states; the caller keeps one of them."""
    start = filled(words)
    one = words.add(start, [Entry(100, 1)], ["only one"])
    other = words.add(start, [Entry(200, 1)], ["only other"])
    words.sweep([other], older_than=0)
    assert found(words, other, "other") == [200, 3]
    with pytest.raises(IndexTorn):
        TantivyWords(words._folder).search(one, "only", k=1)
    words.destroy()
    with pytest.raises(IndexTorn):
        words.search(other, "only", k=1)


def test_what_nearly_all_of_a_large_index_has_is_looked_for_only_when_little_else_is(words: TantivyWords) -> None:
    manifest = filled(words, [f"the sea word{number}" for number in range(12_000)])
    assert sorted(found(words, manifest, "the word5 of the sea word6")) == [5, 6]
    assert len(found(words, manifest, "the sea")) == 10
    assert found(words, manifest, "the sea word7")[0] == 7
