"""The JSON arguments that models write: read, and mended where there is only one thing that they can mean."""

import ast
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import orjson

FENCE = re.compile(r"\s*```[A-Za-z]*[ \t]*\n?(.*?)\n?[ \t]*```\s*", re.DOTALL)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
QUOTED = re.compile(r"""\"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""", re.DOTALL)
NAMES: Mapping[str, Any] = {"true": True, "false": False, "null": None}
CLOSERS = {"{": "}", "[": "]"}
WIDE = str.maketrans("，：；（）［］｛｝＝＂　", ",:;()[]{}=\" ")
"""Chinese punctuation, which means the same where only JSON's or Python's own can stand."""


class Unreadable(ValueError):
    """These are no arguments; the message says what is wrong with them, for the model: "The arguments …"."""


def read_object(text: str, *, is_whole: bool = False) -> dict[str, Any]:
    """The object that `text` is, or can only mean.

    is_whole: the model had said all that it wanted, so brackets that lack at the very end were forgotten; without it
    they may have been cut off with more. Raises Unreadable.
    """
    try:
        return _object(orjson.loads(text or "{}"))
    except orjson.JSONDecodeError as error:
        for candidate in _candidates(text, is_whole=is_whole):
            found = _lenient(candidate)
            if isinstance(found, dict) and _is_json(found):
                return found
        raise Unreadable(f"are not valid JSON ({error})") from error


def is_readable(text: str) -> bool:
    """Whether these are arguments, or can only mean some."""
    try:
        read_object(text)
    except Unreadable:
        return False
    return True


def mended(text: str, *, is_whole: bool) -> str:
    """`text` where it is an object already or cannot be mended, else the JSON of what it means."""
    try:
        if isinstance(orjson.loads(text), dict):
            return text
    except orjson.JSONDecodeError:
        pass
    try:
        return orjson.dumps(read_object(text, is_whole=is_whole)).decode()
    except Unreadable:
        return text


def narrow(text: str) -> str:
    """`text` with Chinese punctuation between its strings as JSON and Python have it."""
    at, parts = 0, []
    for found in QUOTED.finditer(text):
        parts += [text[at : found.start()].translate(WIDE), found[0]]
        at = found.end()
    return "".join([*parts, text[at:].translate(WIDE)])


def _object(value: Any) -> dict[str, Any]:
    """An object, also one wrapped into a string, also one that is told of as nothing."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value or "{}")
        except orjson.JSONDecodeError as error:
            raise Unreadable("must be a JSON object, not a string") from error
    if value is None or value == []:
        return {}
    if not isinstance(value, dict):
        raise Unreadable("must be a JSON object of named arguments")
    return value


def _candidates(text: str, *, is_whole: bool) -> Iterator[str]:
    """The text, without what stands around it, and with what lacks at its end."""
    fenced = FENCE.fullmatch(text)
    bare = narrow((fenced[1] if fenced else text).strip())
    yield bare
    missing = _missing(bare)
    if missing is None:
        shorter = bare.rstrip("}] \t\n")
        closed = shorter + (_missing(shorter) or "")
        if closed != bare and bare.startswith(closed):
            yield closed  # one bracket too many
    elif missing and is_whole and bare[-1] not in ",:":
        yield bare + missing


def _missing(text: str) -> str | None:
    """The brackets that would close `text`; None where they do not match. A string without an end lacks more."""
    opened: list[str] = []
    for sign in QUOTED.sub("", text):
        if sign in CLOSERS:
            opened.append(CLOSERS[sign])
        elif sign in "}]" and (not opened or opened.pop() != sign):
            return None
    return "".join(reversed(opened))


def _lenient(text: str) -> Any:
    """JSON with line breaks in its strings, or the same in Python's notation; None for neither."""
    one_line = STRING.sub(lambda found: re.sub(r"[\x00-\x1f]", _escaped, found[0]), text)
    try:
        return json.loads(one_line, parse_constant=_refuse)
    except ValueError:
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that Python does not know
            tree = ast.parse(re.sub(r"\\(.)", _slash, one_line), mode="eval")
        return _value(tree.body)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _slash(found: re.Match[str]) -> str:
    """JSON may escape a slash, Python may not."""
    return "/" if found[1] == "/" else found[0]


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Dict(keys=keys, values=values):
            return {_key(key): _value(value) for key, value in zip(keys, values, strict=True)}
        case ast.List(elts=elements):
            return [_value(element) for element in elements]
        case ast.Name(id=name) if name in NAMES:
            return NAMES[name]
        case ast.Constant(value=str() as text):
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        case ast.Constant(value=None | bool() | int() | float() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
    raise ValueError("no JSON value")


def _key(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError("no JSON key")


def _is_json(value: Any) -> bool:
    try:
        orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):
        return False
    return True
