"""What a dialect writes it reads again: any names, any values, several calls, cut anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.dialects import DIALECTS
from inference.dialects.base import Dialect
from inference.messages import ToolCall
from tests.inference.dialects.support import ALL_TOOLS, AWAITS, EVERY, Declared, call, hear, value_of

TAGS = ("<|user|>", "</arg_value>", "<tool_call>", "</tool_call>", "</think>", "[gMASK]", "/nothink", "<\u2060|user|>",
        "<\u2060\u2060|user|>", "<", "\u2060", "<|assistant|>get_weather\n{}", "```", '"', "\\", "\n",
        "null", "12")  # fmt: skip
TEXTS = st.lists(st.one_of(st.text(max_size=8), st.sampled_from(TAGS)), max_size=4).map("".join)
NUMBERS = st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
SCHEMAS = st.sampled_from(
    [
        None,
        {"type": "string"},
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"anyOf": []},
        {"anyOf": [{"type": "string"}, {"$ref": "#/x"}]},
        {"type": [{}]},
        {},
    ]
)
NAMES = st.one_of(
    st.text(min_size=1, max_size=12), st.sampled_from(["math.add", "math_add", "a.b", "a/b", "simple_browser"])
)
ARGUMENTS = st.dictionaries(TEXTS, VALUES, max_size=4)


def fits(schema: object, value: object) -> bool:
    told = str(schema)
    if "'string'" not in told or "$ref" in told:
        return True
    return isinstance(value, str) or (value is None and "null" in told)


@st.composite
def asked(draw: st.DrawFn) -> tuple[list[Declared], list[ToolCall]]:
    """Tools with any names, and calls of them with any arguments; declared strings are strings."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    tools, calls = [], []
    for name in names:
        arguments = draw(ARGUMENTS)
        drawn = {key: draw(SCHEMAS) for key in arguments}
        properties = {key: one for key, one in drawn.items() if one is not None and fits(one, arguments[key])}
        tools.append(Declared(name, properties))
        calls += [call(name, arguments)] * draw(st.integers(1, 2))
    return tools, calls


@pytest.mark.parametrize("dialect", EVERY, ids=lambda one: one.name)
@given(made=asked(), sizes=st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_calls_come_back_as_they_were_written(
    dialect: Dialect, made: tuple[list[Declared], list[ToolCall]], sizes: list[int]
) -> None:
    tools, calls = made
    written = "".join(dialect.written(one, tools) for one in calls)
    if dialect.name in {"chatglm3", "glm4", "glm4-0414", "glm-z1"}:
        written = written.removeprefix("<|assistant|>")
    pieces, at = [], 0
    while at < len(written):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(written[at : at + size])
        at += size
    if dialect.name in {"glm-z1", "glm47"}:
        pieces.insert(0, "</think>")
    heard = hear(dialect, pieces, tools=tools, ending=AWAITS)
    assert list(heard.calls) == [(one.name, value_of(one.arguments)) for one in calls]
    assert (heard.text, heard.reasoning) == ("", "")


CODES = TEXTS.filter(lambda code: "```" not in code)
NATIVE_CALLS = st.one_of(
    st.builds(lambda code: call("python", {"code": code}), CODES),
    st.builds(lambda text: call("text_to_image", {"prompt": text}), TEXTS.map(str.strip)),
    st.builds(
        lambda text, days: call("browser_search", {"query": text, "recency_days": days}), TEXTS, st.integers(0, 99)
    ),
    st.builds(lambda ids: call("browser_click", {"ids": ids}), st.lists(st.integers(0, 99))),
    st.builds(lambda url: call("browser_open", {"url": url}), TEXTS),
)


@given(calls=st.lists(NATIVE_CALLS, min_size=1, max_size=5))
def test_glm4s_own_tools_come_back_as_they_were_written(calls: list[ToolCall]) -> None:
    dialect = DIALECTS["glm4"]
    written = "".join(dialect.written(one, ALL_TOOLS) for one in calls).removeprefix("<|assistant|>")
    heard = hear(dialect, [written], tools=ALL_TOOLS, ending=AWAITS)
    assert list(heard.calls) == [(one.name, value_of(one.arguments)) for one in calls]
