"""How text is cut into terms, and what is marked in a passage."""

import pytest

from knowledge.terms import LONGEST, asked_terms, matched, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("臺灣大學", "台湾大学"),
        ("ＧＰＵ　１２８Ｋ", "gpu 128k"),
        ("ﾊﾟｿｺﾝ", "パソコン"),
        ("café", "cafe\u0301"),
        ("Cafés", "cafe"),
        ("STUDIES", "study"),
        ("①", "1"),
    ],
)
def test_these_are_the_same(one: str, other: str) -> None:
    assert set(terms(one)) == set(terms(other))


def test_a_chinese_run_gives_its_pairs_and_its_last_character() -> None:
    assert terms("深度学习。北京") == ["深度", "度学", "学习", "习", "北京", "京"]


def test_words_and_characters_side_by_side() -> None:
    assert terms("用Python写代码") == ["用", "python", "写代", "代码", "码"]


def test_marks_and_space_are_no_terms() -> None:
    assert terms(" ，。!? \u3000 《》「」 - _ ") == []


def test_names_in_code_are_cut_at_their_underscores() -> None:
    assert terms("get_user_names(v2)") == ["get", "user", "name", "v2"]


def test_an_endless_word_is_cut() -> None:
    assert [len(term) for term in terms("x" * 5000)] == [LONGEST]


def test_a_single_character_is_asked_for_as_a_beginning() -> None:
    assert asked_terms("猫 和 黑猫 cats cat") == (["黑猫", "cat"], ["猫", "和"])


@pytest.mark.parametrize("word", ["bus", "gas", "is", "class", "virus", "analysis"])
def test_what_only_looks_like_a_plural_stays(word: str) -> None:
    assert terms(word) == [word]


def test_matched_parts_are_told_as_they_are_written() -> None:
    text = "他在臺灣大學讀書。The Study of ＣＡＴＳ, and the rest."
    assert matched("台湾大学的猫 studies the cats", text) == ["Study", "臺灣大學", "ＣＡＴＳ"]


def test_a_part_is_told_once_and_empty_words_never() -> None:
    assert matched("what is the model", "The model is a model. What?") == ["model"]


def test_a_single_character_is_marked_wherever_it_stands() -> None:
    assert matched("猫", "黑猫跑了，猫不见") == ["猫"]


def test_marks_that_combine_do_not_move_what_is_marked() -> None:
    text = "e\u0301te\u0301 ﬁne 北京"
    assert matched("été fine 北京", text) == ["e\u0301te\u0301", "ﬁne", "北京"]
