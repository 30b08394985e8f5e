"""What a function is called, what it does and what it takes, read from its code without running it."""

import ast
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from inference.text import clean

MAX_CODE = 100_000
MAX_DESCRIPTION = 8_000
MAX_SCHEMA = 32_000
"""Characters; of a schema, those of its JSON."""
MAX_ARGUMENTS = 50
MAX_DEPTH = 10
"""Of types in types."""
INTEGERS = range(-(2**63), 2**63)
"""What every reader of JSON can read."""
ARGUMENT = re.compile(r"^\s{2,}(\w+)(?:\s*\([^)]*\))?:\s*(.+)$")
SECTION = re.compile(r"^\s*(Args|Arguments|Parameters|参数)\s*[:：]\s*$")
OTHER_SECTION = re.compile(r"^\s*(Returns?|Raises|Yields?|Examples?|Notes?)\s*[:：]")
SCALARS: Mapping[str, dict[str, Any]] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "None": {"type": "null"},
    "dict": {"type": "object"},
    "list": {"type": "array", "items": {}},
    "Any": {},
    "object": {},
}


class CannotRead(Exception):
    """The code is no function that a model can call. `line`: where, from 1, or None."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Signature:
    """parameters: a JSON Schema of an object."""

    name: str
    description: str
    parameters: dict[str, Any]


def signature_of(code: str) -> Signature:
    """The last public function at the top of `code`. Raises CannotRead."""
    if len(code) > MAX_CODE:
        raise CannotRead(f"The code may have {MAX_CODE:,} characters at most.")
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        raise CannotRead(f"The code is not valid Python: {error.msg}.", error.lineno) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise CannotRead("The code cannot be read.") from error
    found = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]
    if not found:
        raise CannotRead("Write a function: def my_function(city: str) -> str: ...")
    try:
        made = _signature(found[-1])
    except RecursionError as error:
        raise CannotRead("These types are nested too deep for a model.", found[-1].lineno) from error
    if len(made.description) > MAX_DESCRIPTION or len(json.dumps(made.parameters, ensure_ascii=False)) > MAX_SCHEMA:
        raise CannotRead("The function's description or its arguments are too long for a model.", found[-1].lineno)
    return made


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Signature:
    if len(node.name) > 64 or not node.name.isascii():
        raise CannotRead("The function's name must be plain letters, digits and _, at most 64.", node.lineno)
    described, notes = _documented(clean(ast.get_docstring(node) or ""))
    properties: dict[str, Any] = {}
    required: list[str] = []
    for argument, default in _arguments(node):
        schema = _schema(argument.annotation) if argument.annotation else {}
        if note := notes.get(argument.arg):
            schema["description"] = note
        if default is None:
            required.append(argument.arg)
        elif (value := _constant(default)) is not None:
            schema["default"] = value
        properties[argument.arg] = schema
    parameters = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return Signature(name=node.name, description=described, parameters=parameters)


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[tuple[ast.arg, ast.expr | None]]:
    """Each argument with its default."""
    taken = node.args
    if taken.vararg or taken.kwarg or taken.posonlyargs:
        raise CannotRead("Name every argument: models cannot fill in *args, **kwargs or positional ones.", node.lineno)
    missing = len(taken.args) - len(taken.defaults)
    defaults: list[ast.expr | None] = [*([None] * missing), *taken.defaults]
    found = [*zip(taken.args, defaults, strict=True), *zip(taken.kwonlyargs, taken.kw_defaults, strict=True)]
    if len(found) > MAX_ARGUMENTS:
        raise CannotRead(f"A function may have {MAX_ARGUMENTS} arguments at most.", node.lineno)
    if len({argument.arg for argument, _ in found}) < len(found):
        raise CannotRead("Two arguments have the same name.", node.lineno)
    return found


def _constant(node: ast.expr) -> str | int | float | bool | None:
    """A value that stands in the code and in JSON alike; None for every other."""
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = -1, node.operand
    value = node.value if isinstance(node, ast.Constant) else None
    match value:
        case str():
            return clean(value)
        case bool():
            return value
        case int():
            return sign * value if sign * value in INTEGERS else None
        case float():
            return sign * value if math.isfinite(value) else None
    return None


def _schema(node: ast.expr, depth: int = 0) -> dict[str, Any]:
    """The JSON Schema of an annotation. Raises CannotRead."""
    name = _name(node)
    if name in SCALARS:
        return dict(SCALARS[name])
    if depth > MAX_DEPTH:
        raise CannotRead("These types are nested too deep for a model.", node.lineno)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _any_of(_joined(node), depth)
    if isinstance(node, ast.Subscript) and _inner(node) and (made := GENERICS.get(_name(node.value))):
        return made(node, depth + 1)
    raise CannotRead(
        f"{ast.unparse(node)[:200]} is no type that a model can write: use str, int, float, bool, list[...], "
        "dict[str, ...], Literal[...] or None.",
        node.lineno,
    )


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant):
        return "None" if node.value is None else str(node.value)
    return ""


def _inner(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def _joined(node: ast.expr) -> list[ast.expr]:
    """The members of `a | b | c`."""
    found: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        found.insert(0, node.right)
        node = node.left
    return [node, *found]


def _list(node: ast.Subscript, depth: int) -> dict[str, Any]:
    return {"type": "array", "items": _schema(_inner(node)[0], depth)}


def _dict(node: ast.Subscript, depth: int) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": _schema(_inner(node)[-1], depth)}


def _literal(node: ast.Subscript, _depth: int) -> dict[str, Any]:
    values = [(one, _constant(one)) for one in _inner(node)]
    if any(value is None and not _is_none(one) for one, value in values):
        raise CannotRead("A Literal for a model holds texts, numbers, True, False and None.", node.lineno)
    return {"enum": [value for _, value in values]}


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _optional(node: ast.Subscript, depth: int) -> dict[str, Any]:
    return _any_of([*_inner(node), ast.Constant(None, lineno=node.lineno)], depth)


def _annotated(node: ast.Subscript, depth: int) -> dict[str, Any]:
    first, *rest = _inner(node)
    told = [one.value for one in rest if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return _schema(first, depth) | ({"description": clean(told[0])} if told else {})


def _any_of(nodes: list[ast.expr], depth: int) -> dict[str, Any]:
    return {"anyOf": [_schema(node, depth) for node in nodes]}


GENERICS: Mapping[str, Callable[[ast.Subscript, int], dict[str, Any]]] = {
    "list": _list,
    "List": _list,
    "Sequence": _list,
    "dict": _dict,
    "Dict": _dict,
    "Literal": _literal,
    "Optional": _optional,
    "Union": lambda node, depth: _any_of(_inner(node), depth),
    "Annotated": _annotated,
}


def _documented(text: str) -> tuple[str, dict[str, str]]:
    """The description, and the notes of its `Args:` section by argument."""
    told: list[str] = []
    notes: dict[str, str] = {}
    inside = False
    for line in text.splitlines():
        if SECTION.match(line):
            inside = True
        elif OTHER_SECTION.match(line):
            inside = False
            told.append(line)
        elif inside and (found := ARGUMENT.match(line)):
            notes[found[1]] = found[2].strip()
        elif not inside:
            told.append(line)
    return "\n".join(told).strip(), notes
