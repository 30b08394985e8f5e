"""A reply means the same however it is cut into pieces."""

from collections.abc import Iterable

import pytest

from inference.dialects import DIALECTS
from inference.dialects.base import Dialect, Ending
from inference.loop import TextPart
from inference.salvage import LeakedThought, Salvage
from tests.inference.dialects.support import (
    ANSWERED,
    AWAITS,
    CUT,
    EVERY,
    TOOLS,
    UNTOLD,
    call,
    hear,
    lead_of,
    value_of,
    written,
)

BLOCK = "<|assistant|>"
REPLIES = {
    "chatglm3": [
        ("\n 你好。", ANSWERED),
        (f'\n I look.{BLOCK}get_weather\n ```python\ntool_call(city="北京", days=3)\n```', AWAITS),
        ("interpreter\n ```python\nimport math\nprint(math.pi)\n```", AWAITS),
    ],
    "glm4": [
        ("\n你好，<b>世界</b>。", ANSWERED),
        ("Sure, a plain answer\nof two lines", ANSWERED),
        ('get_weather\n{"city": "北京"}', AWAITS),
        ('simple_browser\nsearch("a, (b)", recency_days=30)\nmclick([0, 2])\nopen_url(\'http://x/\')', AWAITS),
        ("python\nimport math\n\nprint(f'{math.pi}')\n", AWAITS),
        ("cogview\nA misty harbour.", AWAITS),
        (f"\nI will look.{BLOCK}simple_browser\nsearch(\"全球人口\"){BLOCK}clock\n{{}}", AWAITS),
        ("<\u2060|user|> and <\u2060\u2060|user|> and [\u2060gMASK] and a \u2060 alone", ANSWERED),
    ],
    "glm4-0414": [
        ('get_weather\n{"city": "北京"}<|observation|>never read', UNTOLD),
        ("\npython\nis a snake", ANSWERED),
    ],
    "glm-z1": [("I think.</think>\nThe answer", ANSWERED), ('Hm.</think>\nget_weather\n{"city": "x"}', AWAITS)],
    "glm45": [
        (
            "\n<think>why</think>\nText.\n<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>北 京"
            "</arg_value>\n</tool_call>\n<tool_call>clock\n</tool_call>",
            AWAITS,
        ),
        ("\n<think></think>\na < b\n\nand <i>c</i>", ANSWERED),
        ("\n<think>I must <tool_call>clock</tool_call>", AWAITS),
    ],
    "glm47": [
        ("why</think>Text<tool_call>get_weather<arg_key>days</arg_key><arg_value>3</arg_value></tool_call>", AWAITS),
        ("</think><tool_call>clock</tool_call><tool_call>clock</tool_call>", AWAITS),
        ("why</think>Done.", ANSWERED),
        ("why</think><tool_call>get_weather<arg_key>city</arg_key><arg_value>Bei", CUT),
    ],
}  # fmt: skip
CASES = [(name, text, ending) for name, cases in REPLIES.items() for text, ending in cases]


@pytest.mark.parametrize(("name", "text", "ending"), CASES)
def test_cut_anywhere_and_sign_by_sign_it_is_the_same(name: str, text: str, ending: Ending) -> None:
    dialect = DIALECTS[name]
    whole = hear(dialect, [text], tools=TOOLS, ending=ending)
    assert whole.text or whole.calls
    assert hear(dialect, text, tools=TOOLS, ending=ending) == whole
    for at in range(1, len(text)):
        assert hear(dialect, [text[:at], text[at:]], tools=TOOLS, ending=ending) == whole, text[:at]


CALLS = {
    "one call": [call("get_weather", {"city": "北京 <b>", "days": 3})],
    "a call without arguments": [call("clock", {})],
    "several calls": [call("clock", {}), call("get_weather", {"city": 'a "b", (c)'}), call("clock", {})],
    "code": [call("python", {"code": "import math\n\nprint(f'{math.pi}')"})],
    "nested arguments": [call("get_weather", {"city": "x", "more": {"a": [1, {"b": None}], "c": "}</x>"}})],
}


@pytest.mark.parametrize("asked", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("ending", [AWAITS, UNTOLD], ids=["told", "untold"])
@pytest.mark.parametrize("dialect", EVERY, ids=lambda one: one.name)
def test_calls_of_every_dialect_are_the_same_however_they_are_cut(
    dialect: Dialect, ending: Ending, asked: list[object]
) -> None:
    text = lead_of(dialect) + written(dialect, asked)
    wanted = tuple((one.name, value_of(one.arguments)) for one in asked)  # type: ignore[attr-defined]
    assert hear(dialect, text, ending=ending).calls == wanted
    for at in range(1, len(text)):
        heard = hear(dialect, [text[:at], text[at:]], ending=ending)
        assert (heard.calls, heard.text.strip()) == (wanted, ""), text[:at]


@pytest.mark.parametrize("dialect", EVERY, ids=lambda one: one.name)
def test_a_reply_that_breaks_off_anywhere_never_makes_half_a_call(dialect: Dialect) -> None:
    whole = {"city": "北京", "days": 3}
    text = lead_of(dialect) + written(dialect, [call("get_weather", whole)])
    for at in range(1, len(text)):
        for _, arguments in hear(dialect, [text[:at]], ending=CUT).calls:
            assert isinstance(arguments, str) or arguments == whole, (text[:at], arguments)


XML = "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>北京</arg_value>\n</tool_call>"
SERVED = [
    f"I look: 3 < 4.\n{XML}{XML}",
    'I look.\nget_weather\n{"city": "北京"}\nclock\n{}',
    "<think>why <b></think>\nbecause <tool_call>clock</tool_call>",
    '<tool_call>\n{"name": "get_weather", "arguments": {"city": "x"}}\n</tool_call>',
    '<tool_call>get_weather{"city": "x"}</tool_call>',
    "A <tool_call> is how GLM asks, <tool_call>as here</tool_call>.",
    "clock\nis a name, clock\n{} and more",
    "clock\n{ is no JSON",
]


def served(pieces: Iterable[str]) -> tuple[str, str, list[object]]:
    """What is made of the text of a server that left calls and thoughts in it."""
    leaked, salvage = LeakedThought(), Salvage(TOOLS)
    text, thought = "", ""
    parts = [part for piece in pieces for part in leaked.feed(piece)] + leaked.end()
    for part in parts:
        if isinstance(part, TextPart):
            text += salvage.feed(part.text)
        else:
            thought += part.text  # type: ignore[union-attr]
    rest, calls = salvage.end(is_cut=False)
    return text + rest, thought, [(one.name, value_of(one.arguments)) for one in calls]


@pytest.mark.parametrize("text", SERVED)
def test_what_a_server_left_in_its_text_is_the_same_however_it_is_cut(text: str) -> None:
    whole = served([text])
    assert served(text) == whole
    for at in range(1, len(text)):
        assert served([text[:at], text[at:]]) == whole, text[:at]
