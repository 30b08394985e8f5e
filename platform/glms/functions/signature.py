"""What a function is called, what it does and what it takes, read from its code without running it."""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_CODE = 100_000
"""Characters."""
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
    return _signature(found[-1])


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Signature:
    if len(node.name) > 64 or not node.name.isascii():
        raise CannotRead("The function's name must be plain letters, digits and _, at most 64.", node.lineno)
    described, notes = _documented(ast.get_docstring(node) or "")
    properties: dict[str, Any] = {}
    required: list[str] = []
    for argument, default in _arguments(node):
        schema = _schema(argument.annotation) if argument.annotation else {}
        if note := notes.get(argument.arg):
            schema["description"] = note
        if default is None:
            required.append(argument.arg)
        elif isinstance(default, ast.Constant) and isinstance(default.value, str | int | float | bool):
            schema["default"] = default.value
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
    return [*zip(taken.args, defaults, strict=True), *zip(taken.kwonlyargs, taken.kw_defaults, strict=True)]


def _schema(node: ast.expr) -> dict[str, Any]:
    """The JSON Schema of an annotation. Raises CannotRead."""
    name = _name(node)
    if name in SCALARS:
        return dict(SCALARS[name])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _any_of([node.left, node.right])
    if isinstance(node, ast.Subscript) and (made := GENERICS.get(_name(node.value))):
        return made(node)
    raise CannotRead(
        f"{ast.unparse(node)} is no type that a model can write: use str, int, float, bool, list[...], dict[str, ...], "
        "Literal[...] or None.",
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


def _list(node: ast.Subscript) -> dict[str, Any]:
    return {"type": "array", "items": _schema(_inner(node)[0])}


def _dict(node: ast.Subscript) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": _schema(_inner(node)[-1])}


def _literal(node: ast.Subscript) -> dict[str, Any]:
    return {"enum": [one.value for one in _inner(node) if isinstance(one, ast.Constant)]}


def _optional(node: ast.Subscript) -> dict[str, Any]:
    return _any_of([*_inner(node), ast.Constant(None, lineno=node.lineno)])


def _annotated(node: ast.Subscript) -> dict[str, Any]:
    first, *rest = _inner(node)
    told = [one.value for one in rest if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return _schema(first) | ({"description": told[0]} if told else {})


def _any_of(nodes: list[ast.expr]) -> dict[str, Any]:
    return {"anyOf": [_schema(node) for node in nodes]}


GENERICS: Mapping[str, Callable[[ast.Subscript], dict[str, Any]]] = {
    "list": _list,
    "List": _list,
    "Sequence": _list,
    "dict": _dict,
    "Dict": _dict,
    "Literal": _literal,
    "Optional": _optional,
    "Union": lambda node: _any_of(_inner(node)),
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
