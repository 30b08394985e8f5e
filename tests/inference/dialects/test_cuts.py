"""A reply means the same however it is cut into pieces."""

import pytest

from inference.dialects import DIALECTS
from inference.dialects.base import Ending
from tests.inference.dialects.support import ANSWERED, AWAITS, CUT, TOOLS, UNTOLD, hear

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
