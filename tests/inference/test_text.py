"""Text and values from outside, made such that every later room can store and send them."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.text import storable

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.characters(categories=["Cs"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner, inner),
)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"a": ["x\x00", {"b\ud800": (1, None, True)}]}, {"a": ["x\ufffd", {"b?": [1, None, True]}]}),
        ([float("nan"), float("-inf"), 1.5], [None, None, 1.5]),
        ([2**63, -(2**63)], [str(2**63), -(2**63)]),
        ({1: b"x"}, {"1": "b'x'"}),
    ],
)
def test_what_cannot_be_stored_is_told_as_near_as_it_can_be(value: Any, kept: Any) -> None:
    assert storable(value) == kept


@given(ANYTHING)
def test_whatever_it_was_it_is_plain_json_after_it(value: Any) -> None:
    made = storable(value)
    written = orjson.dumps(made)
    assert b"\\u0000" not in written
    assert orjson.loads(written) == made
    assert storable(made) == made
