"""When text goes out: as soon as it cannot be a call any more, while tools are on."""

import pytest

from inference.dialects import DIALECTS
from inference.dialects.names import Names
from inference.loop import TextPart
from tests.inference.dialects.support import TOOLS, Declared


@pytest.mark.parametrize(
    ("name", "pieces", "first"),
    [
        ("glm4", ["\n", "你好", "，世界"], 1),
        ("glm4", ["\n", "The", " sky"], 1),
        ("glm4", ["\n", "get", " the", " bus"], 2),
        ("glm4", ["The", " sky"], 1),
        ("glm4", ["你好", "，世界"], 0),
        ("glm4", ["get", "_weather", " is", " a tool"], 2),
        ("glm4", ["Yes", "\n", "it is"], 2),
        ("chatglm3", ["\n", " 你好", "，世界"], 1),
        ("glm45", ["\n", "<think>", "</think>", "\n", "Hello"], 4),
        ("glm47", ["</think>", "Hello"], 1),
    ],
)
def test_text_goes_out_with_the_piece_that_shows_what_it_is(name: str, pieces: list[str], first: int) -> None:
    parser = DIALECTS[name].parser(TOOLS)
    told = [any(isinstance(part, TextPart) for part in parser.feed(piece)) for piece in pieces]
    assert told.index(True) == first
    assert all(told[first:])


@pytest.mark.parametrize("name", ["glm4", "chatglm3"])
def test_nothing_of_a_call_goes_out_as_text(name: str) -> None:
    parser = DIALECTS[name].parser(TOOLS)
    assert all(parser.feed(sign) == [] for sign in 'get_weather\n{"city": "')


def test_names_are_mapped_without_collision_and_mapped_back() -> None:
    tools = [Declared(name) for name in ("a.b", "a_b", "a/b", "a_b_2", "天气", "simple_browser", "…", "?")]
    names = Names(tools, frozenset({"simple_browser"}))
    wires = {tool.name: names.wire(tool.name) for tool in tools}
    assert (wires["a_b"], wires["a_b_2"], wires["天气"]) == ("a_b", "a_b_2", "天气")
    assert len(set(wires.values())) == len(tools)
    assert "simple_browser" not in wires.values()
    assert {names.ours(wire) for wire in wires.values()} == set(wires)


def test_a_model_that_writes_the_name_as_it_was_is_understood() -> None:
    names = Names([Declared("math.add")])
    assert (names.ours("math.add"), names.knows("math.add"), names.knows("math_add")) == ("math.add", True, True)
