"""Citations: found, checked against what was read, the invalid ones kept with their reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.citations import cite
from inference.observations import Source

EARTH = Source(
    number=3,
    title="World population",
    url="https://example.com/earth",
    text="In 2000 there were six billion people.\nIn 2023 there were eight billion people.\n"
    "地球上有八十亿人。很多人住在城市。",
)
MARS = Source(number=12, title="Mars", url="https://example.com/mars", text="Nobody lives there.")
SOURCES = (EARTH, MARS)


def test_a_citation_points_at_its_mark_and_its_passage() -> None:
    text = "Eight billion people lived in 2023 【3†source】."

    (found,) = cite(text, SOURCES)

    assert text[found.start : found.end] == "【3†source】"
    assert (found.number, found.title, found.url) == (3, EARTH.title, EARTH.url)
    assert (found.valid, found.invalid_reason) == (True, None)
    assert found.evidence == "In 2023 there were eight billion people."


def test_each_claim_gets_the_passage_that_it_rests_on() -> None:
    first, second, third = cite(
        "In 2000 six billion 【3†source】. Mars is empty: nobody lives there 【12†Mars】. "
        "八十亿人住在地球上【3†来源】。",
        SOURCES,
    )

    assert first.evidence == "In 2000 there were six billion people."
    assert second.evidence == "Nobody lives there."
    assert third.evidence == "地球上有八十亿人。"


def test_a_source_that_nobody_read_is_invalid_and_kept() -> None:
    (found,) = cite("So they say 【99†source】.", SOURCES)

    assert (found.valid, found.invalid_reason, found.evidence, found.url) == (False, "unknown_source", "", "")


def test_words_that_the_source_does_not_have_are_invalid() -> None:
    good, spaced, bad = cite("a 【3†eight billion people】 b 【3†EIGHT  billion】 c 【3†nine billion people】", SOURCES)

    assert good.valid
    assert spaced.valid
    assert (bad.valid, bad.invalid_reason, bad.number) == (False, "not_in_source", 3)


@pytest.mark.parametrize("name", ["source", "", " ", "来源", "引用", "World population", "example.com"])
def test_a_sources_own_names_are_valid(name: str) -> None:
    assert cite(f"x 【3†{name}】", SOURCES)[0].valid


@pytest.mark.parametrize(
    "text",
    [
        "[3†source]",
        "【†source】",
        "【3】",
        "【x†source】",
        "【1234567†source】",
        "【3†a\nb】",
        "【3†a【b】",
        "【-3†source】",
    ],
)
def test_what_is_no_mark_is_no_citation(text: str) -> None:
    assert cite(text, SOURCES) == ()


def test_offsets_count_code_points() -> None:
    text = "𝟠 billion 👩‍👩‍👧 【3†source】"

    (found,) = cite(text, SOURCES)

    assert text[found.start : found.end] == "【3†source】"


def test_a_later_reading_of_a_source_counts() -> None:
    later = Source(number=3, title="Other", url="https://example.com/other", text="new words")

    assert cite("x 【3†new words】", (EARTH, later))[0].valid


@given(st.text(max_size=200), st.lists(st.integers(0, 20), max_size=5))
def test_any_text_is_checked(text: str, numbers: list[int]) -> None:
    marked = text + "".join(f" claim 【{number}†source】" for number in numbers)

    found = cite(marked, SOURCES)

    assert [one.number for one in found[-len(numbers) :]] == numbers if numbers else True
    assert all(marked[one.start] == "【" and marked[one.end - 1] == "】" for one in found)
    assert all(one.valid == (one.number in {3, 12}) for one in found[len(found) - len(numbers) :])
