"""Calls in Python's own syntax, `search("…", recency_days=30)`: written, and read by its parser, never evaluated."""

import ast
import keyword
import re
import warnings
from collections.abc import Mapping
from typing import Any

from inference.arguments import narrow
from inference.dialects.special import WORD_JOINER

UNREADABLE = (SyntaxError, ValueError, TypeError, KeyError, RecursionError, MemoryError)
"""What reading something that is no such call may raise."""
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def literal(value: Any) -> str:
    """A JSON value as a Python literal on one line, strings in double quotes."""
    match value:
        case str():
            return '"' + "".join(map(_sign, value)) + '"'
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case dict():
            return "{" + ", ".join(f"{literal(key)}: {literal(one)}" for key, one in value.items()) + "}"
    return repr(value)


def _sign(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    # the joiner keeps special tokens apart and must stay what it is
    return sign if sign.isprintable() or sign == WORD_JOINER else sign.encode("unicode_escape").decode()


def keyword_arguments(arguments: Mapping[str, Any]) -> list[str]:
    """`name=value` for each; names that Python does not allow go into one `**{…}` at the end."""
    odd = {name: value for name, value in arguments.items() if not PLAIN.fullmatch(name) or keyword.iskeyword(name)}
    plain = [f"{name}={literal(value)}" for name, value in arguments.items() if name not in odd]
    return [*plain, f"**{literal(odd)}"] if odd else plain


def parsed(source: str) -> list[ast.stmt]:
    """The statements of a text. Raises one of UNREADABLE."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes that Python does not know
        try:
            return ast.parse(source).body
        except SyntaxError:
            return ast.parse(narrow(source)).body


def read_call(node: ast.expr) -> tuple[str, list[Any], dict[str, Any]]:
    """The name, the values in order and the named ones. Raises one of UNREADABLE."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise TypeError("no call")
    values = [_value(value) for value in node.args]
    named: dict[str, Any] = {}
    for one in node.keywords:
        value = _value(one.value)
        named |= {one.arg: value} if one.arg is not None else dict(value)
    return node.func.id, values, named


def _value(node: ast.expr) -> Any:
    """A literal, or a name that JSON has for one."""
    if isinstance(node, ast.Name) and node.id in JSON_NAMES:
        return JSON_NAMES[node.id]
    return ast.literal_eval(node)


JSON_NAMES: Mapping[str, Any] = {"true": True, "false": False, "null": None}
