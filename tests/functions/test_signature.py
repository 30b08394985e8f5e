"""What is read from a function's code, without running it."""

from typing import Any

import pytest

from glms.functions.signature import CannotRead, signature_of

WHOLE = '''
import os
from typing import Annotated, Literal, Optional

def _hidden(): ...

def weather(
    city: Annotated[str, "Its name"],
    days: int = 3,
    units: Literal["C", "F"] = "C",
    near: Optional[list[float]] = None,
    more: dict[str, int] | None = None,
    *,
    deep: bool = False,
) -> str:
    """The weather of a city.

    Over several days.

    Args:
        days: How many days, 1 to 7.
        deep (bool): With all details.

    Returns:
        A text.
    """
    return os.environ["KEY"]
'''


def test_name_description_and_schema_are_read_from_the_code() -> None:
    found = signature_of(WHOLE)
    assert found.name == "weather"
    assert found.description.startswith("The weather of a city.\n\nOver several days.")
    assert found.parameters["required"] == ["city"]
    assert found.parameters["properties"] == {
        "city": {"type": "string", "description": "Its name"},
        "days": {"type": "integer", "default": 3, "description": "How many days, 1 to 7."},
        "units": {"enum": ["C", "F"], "default": "C"},
        "near": {"anyOf": [{"type": "array", "items": {"type": "number"}}, {"type": "null"}]},
        "more": {"anyOf": [{"type": "object", "additionalProperties": {"type": "integer"}}, {"type": "null"}]},
        "deep": {"type": "boolean", "default": False, "description": "With all details."},
    }


def test_the_last_public_function_is_the_one() -> None:
    assert signature_of("def one(): ...\ndef two(): ...\ndef _three(): ...").name == "two"


@pytest.mark.parametrize(
    ("code", "line", "words"),
    [
        ("", None, "Write a function"),
        ("x = 1", None, "Write a function"),
        ("def f(:\n    pass", 1, "not valid Python"),
        ("def f(*args): ...", 1, "Name every argument"),
        ("def f(a, /): ...", 1, "Name every argument"),
        ("x = 1\ndef f(a: Path): ...", 2, "no type that a model can write"),
        ("def f(a: list[set[int]]): ...", 1, "no type"),
        ("def 天气(): ...", 1, "plain letters"),
        ("def f():\n  return '\ud800'", None, "cannot be read"),
        ("(" * 5000, None, ""),
    ],
)
def test_what_no_model_can_call_is_refused_with_the_line(code: str, line: int | None, words: str) -> None:
    with pytest.raises(CannotRead) as refused:
        signature_of(code)
    assert words in refused.value.message
    assert line is None or refused.value.line == line


@pytest.mark.parametrize("code", ["def f(a=__import__('os').system('touch /tmp/x')): ...", "@print\ndef f(): ..."])
def test_nothing_of_the_code_is_run(code: str, capsys: Any) -> None:
    signature_of(code)
    assert capsys.readouterr().out == ""
