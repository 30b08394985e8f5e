"""Arguments that models write badly: mended where they can mean one thing, refused where not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.arguments import Unreadable, mended, read_object
from inference.errors import ToolError
from inference.tools import read_arguments

MENDED = {
    "nothing": ("", {}),
    "null": ("null", {}),
    "an empty list": ("[]", {}),
    "an object in a string": ('"{\\"a\\": 1}"', {"a": 1}),
    "a trailing comma": ('{"a": [1, 2,],}', {"a": [1, 2]}),
    "single quotes": ("{'a': 'it\\'s'}", {"a": "it's"}),
    "Python's literals": ("{'a': True, 'b': None, 'c': -1.5}", {"a": True, "b": None, "c": -1.5}),
    "JSON's literals in single quotes": ("{'a': true, 'b': null}", {"a": True, "b": None}),
    "a line break in a string": ('{"code": "a\nb\tc"}', {"code": "a\nb\tc"}),
    "a line break and a trailing comma": ('{"code": "a\nb",}', {"code": "a\nb"}),
    "a fence": ('```json\n{"a": 1}\n```', {"a": 1}),
    "one brace too many": ('{"a": {"b": 1}}}', {"a": {"b": 1}}),
    "an escaped slash in single quotes": ("{'a': 'x\\/y'}", {"a": "x/y"}),
    "Chinese punctuation": ('{"a"：[1，2]，"b"："x，y"｝', {"a": [1, 2], "b": "x，y"}),
    "Chinese punctuation and single quotes": ("｛'a'：'，'，｝", {"a": "，"}),
    "an escaped pair in single quotes": ("{'a': '\\ud83d\\ude00'}", {"a": "😀"}),
}
REFUSED = {
    "a list": "[1]",
    "a number": "1",
    "a text": '"hello"',
    "a cut string": '{"city": "Bei',
    "a missing value": '{"a": ',
    "a missing brace": '{"a": 1',
    "two objects": '{"a": 1} {"b": 2}',
    "an expression": '{"a": 1 + 1}',
    "a call": '{"a": exit()}',
    "a set": "{'a'}",
    "keys that are no texts": "{1: 2}",
    "no number of JSON's": '{"a": NaN}',
    "a lone half of a pair": "{'a': '\\ud83d'}",
}


@pytest.mark.parametrize(("text", "value"), MENDED.values(), ids=MENDED.keys())
def test_what_can_mean_one_thing_is_mended(text: str, value: object) -> None:
    assert read_arguments(text) == value
    assert json.loads(mended(text, is_whole=False)) == value


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_unclear_is_told_to_the_model(text: str) -> None:
    with pytest.raises(ToolError, match="Make the call again"):
        read_arguments(text)
    assert mended(text, is_whole=False) == text


@pytest.mark.parametrize("text", ['{"a": [{"b": 1', '{"a": [{"b": 1}', '{"a": [{"b": 1}]', "{'a': [{'b': 1"])
def test_brackets_that_lack_at_the_end_are_added_only_when_the_model_had_finished(text: str) -> None:
    assert read_object(text, is_whole=True) == {"a": [{"b": 1}]}
    with pytest.raises(Unreadable):
        read_object(text)


@pytest.mark.parametrize("text", ['{"a": "b', '{"a": 1,', '{"a":', '{"a": tr', '{"a", "b"'])
def test_an_end_that_lacks_more_than_brackets_is_not_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        read_object(text, is_whole=True)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON))
def test_sound_arguments_stay_what_they_are(value: dict[str, object]) -> None:
    text = json.dumps(value)
    assert (read_object(text), mended(text, is_whole=True)) == (value, text)


@given(st.dictionaries(st.text(), JSON, min_size=1))
def test_pythons_notation_means_the_same(value: dict[str, object]) -> None:
    assert read_object(repr(value)) == value


@given(st.dictionaries(st.text(), JSON, min_size=1), st.data())
def test_cut_arguments_are_never_taken_for_whole_ones(value: dict[str, object], data: st.DataObject) -> None:
    text = json.dumps(value)
    with pytest.raises(Unreadable):
        read_object(text[: data.draw(st.integers(1, len(text) - 1))])
