"""From a function's source to what a model is told of it: name, description, JSON Schema. Nothing is run."""

import ast
import re
from typing import Any

SIMPLE = {
    "str": {"type": "string"}, "int": {"type": "integer"}, "float": {"type": "number"}, "bool": {"type": "boolean"},
    "dict": {"type": "object"}, "Dict": {"type": "object"}, "Mapping": {"type": "object"},
    "list": {"type": "array"}, "List": {"type": "array"}, "Sequence": {"type": "array"},
    "tuple": {"type": "array"}, "Tuple": {"type": "array"},
    "set": {"type": "array"}, "None": {"type": "null"}, "Any": {}, "object": {},
}  # fmt: skip
ARRAYS = {"list", "List", "Sequence", "set", "tuple", "Tuple", "Iterable"}
SECTION = re.compile(r"^\s*(args|arguments|parameters|params)\s*:\s*$", re.IGNORECASE)
OTHER_SECTION = re.compile(r"^\s*(returns?|raises|yields|examples?|notes?)\s*:", re.IGNORECASE)
GOOGLE = re.compile(r"^\s+\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.+)$")
SPHINX = re.compile(r"^\s*:param\s+(?:[^:]*\s)?(\w+)\s*:\s*(.+)$")


class NoFunction(Exception):
    """The code has no function that could be called with named arguments; the text goes to its author."""


def read(code: str) -> dict[str, Any]:
    """`{"name", "description", "parameters"}` of the last public function. Raises NoFunction, SyntaxError."""
    try:
        tree = ast.parse(code)
    except (ValueError, RecursionError, MemoryError) as error:
        raise NoFunction(f"The code cannot be read: {error}") from error
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    public = [node for node in functions if not node.name.startswith("_")]
    if not public:
        raise NoFunction("Define a function whose name does not begin with an underscore: def name(...):")
    function = public[-1]
    description, told = described(ast.get_docstring(function) or "")
    return {"name": function.name, "description": description, "parameters": parameters(function.args, told)}


def parameters(arguments: ast.arguments, told: dict[str, str]) -> dict[str, Any]:
    if arguments.posonlyargs or arguments.vararg:
        raise NoFunction("Arguments are passed by name: use neither / nor *args.")
    named = [*zip(arguments.args, padded(arguments.defaults, len(arguments.args)), strict=True),
             *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]  # fmt: skip
    properties: dict[str, Any] = {}
    for argument, default in named:
        schema = dict(typed(argument.annotation))
        if argument.arg in told:
            schema["description"] = told[argument.arg]
        if default is not None and (value := constant(default)) is not MISSING:
            schema["default"] = value
        properties[argument.arg] = schema
    return {
        "type": "object",
        "properties": properties,
        "required": [argument.arg for argument, default in named if default is None],
        "additionalProperties": arguments.kwarg is not None,
    }


def padded(defaults: list[ast.expr], count: int) -> list[ast.expr | None]:
    return [*[None] * (count - len(defaults)), *defaults]


MISSING = object()


def constant(node: ast.expr) -> Any:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError):
        return MISSING
    return list(value) if isinstance(value, tuple) else value if is_json(value) else MISSING


def is_json(value: Any) -> bool:
    if isinstance(value, list):
        return all(is_json(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_json(item) for key, item in value.items())
    return value is None or isinstance(value, str | bool | int | float)


def typed(node: ast.expr | None) -> dict[str, Any]:
    """The schema of an annotation; an unknown one allows anything."""
    match node:
        case ast.Constant(value=None):
            return {"type": "null"}
        case ast.Constant(value=str() as text):
            return typed(ast.parse(text, mode="eval").body)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return SIMPLE.get(name, {})
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return either([left, right])
        case ast.Subscript(value=value, slice=inner):
            return generic(ast.unparse(value).split(".")[-1], inner)
    return {}


def generic(name: str, inner: ast.expr) -> dict[str, Any]:
    parts = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
    if name in {"Optional", "Union"}:
        return either([*parts, ast.Constant(value=None)] if name == "Optional" else parts)
    if name == "Literal":
        return {"enum": [part.value for part in parts if isinstance(part, ast.Constant)]}
    if name == "Annotated":
        told = [part.value for part in parts[1:] if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        return {**typed(parts[0]), **({"description": told[0]} if told else {})}
    if name in ARRAYS:
        items = typed(parts[0])
        return {"type": "array", "items": items} if items else {"type": "array"}
    if name in {"dict", "Dict", "Mapping"} and len(parts) == 2:
        return {"type": "object", "additionalProperties": typed(parts[1]) or True}
    return {}


def either(parts: list[ast.expr]) -> dict[str, Any]:
    schemas = [typed(part) for part in parts]
    flat = [inner for schema in schemas for inner in schema.get("anyOf", [schema])]
    return {} if {} in flat else {"anyOf": flat}


def described(docstring: str) -> tuple[str, dict[str, str]]:
    """The description and what is said of each argument, in Google's or Sphinx' way of writing."""
    prose: list[str] = []
    told: dict[str, str] = {}
    inside = False
    for line in docstring.splitlines():
        if found := SPHINX.match(line):
            told[found[1]] = found[2].strip()
        elif SECTION.match(line):
            inside = True
        elif OTHER_SECTION.match(line) or line.strip().startswith(":"):
            inside = False
            if not line.strip().startswith(":"):
                prose.append(line)
        elif inside and (found := GOOGLE.match(line)):
            told[found[1]] = found[2].strip()
        elif not inside:
            prose.append(line)
    return "\n".join(prose).strip(), told
