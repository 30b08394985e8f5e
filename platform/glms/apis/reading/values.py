"""The single values of a schema: types by any name, lists of allowed values, defaults, limits, notes."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from glms.apis.reading.gathering import Attempt
from glms.apis.reading.limits import MAX_ENUM, MAX_ENUM_VALUE, MAX_EXAMPLE, MAX_PATTERN, MAX_VALUE
from inference.text import clean

TYPES = {
    "string": "string", "str": "string", "text": "string", "date": "string", "datetime": "string", "uuid": "string",
    "char": "string", "file": "string", "binary": "string", "byte": "string", "password": "string",
    "integer": "integer", "int": "integer", "int32": "integer", "int64": "integer", "long": "integer",
    "number": "number", "float": "number", "double": "number", "decimal": "number",
    "boolean": "boolean", "bool": "boolean",
    "object": "object", "dict": "object", "hash": "object", "hashmap": "object", "map": "object",
    "array": "array", "list": "array", "tuple": "array", "arraylist": "array", "set": "array",
    "null": "null", "none": "null",
}  # fmt: skip
"""JSON's own types, and the names that people write for them."""
ANY = frozenset({"any", "*", "mixed", "any type", "anytype"})
PYTHON: Mapping[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "object": (dict,),
    "array": (list,), "null": (type(None),),
}  # fmt: skip
SIGNS = (
    ("object", ("properties", "additionalProperties", "patternProperties", "required")),
    ("array", ("items", "prefixItems", "minItems", "maxItems")),
    ("string", ("pattern", "minLength", "maxLength", "contentMediaType")),
    ("number", ("minimum", "maximum", "multipleOf")),
)
"""Where no type is told: what other words tell of it."""
FORMATS = frozenset({"date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
"""The formats that strict models know as a keyword; others are told in words."""
SELF_EVIDENT = frozenset({"int32", "int64", "float", "double", "string", "int", "integer", "number", "boolean"})
LENGTHS = ("minLength", "maxLength", "minItems", "maxItems")
MAX_COUNT = 1_000
"""A longer length is told in words: a grammar would have to count that far."""
MEANINGLESS = 10**9


def types_of(attempt: Attempt, schema: Mapping[str, Any]) -> tuple[list[str], bool]:
    """Its types without null, none where any may stand; and whether null may stand too."""
    told = schema.get("type")
    names = [name for name in (told[:20] if isinstance(told, list) else [told]) if name is not None]
    found = [_type(attempt, name) for name in names]
    if found and set(found) == {"null"}:
        return ["null"], False
    nullable = "null" in found or schema.get("nullable") is True or schema.get("x-nullable") is True
    types = list(dict.fromkeys(name for name in found if name and name != "null"))
    if found and None in found:
        types = []
    return (types or ([] if found and None in found else _signs(schema, found))), nullable


def _type(attempt: Attempt, name: Any) -> str | None:
    lowered = name[:20].strip().lower() if isinstance(name, str) else ""
    if lowered not in TYPES and lowered not in ANY:
        attempt.note("unknown_type")
    return TYPES.get(lowered)


def _signs(schema: Mapping[str, Any], found: Sequence[Any]) -> list[str]:
    if found:
        return []
    return next(([kind] for kind, words in SIGNS if any(word in schema for word in words)), [])


def fits(value: Any, kind: str) -> bool:
    """Whether a value is of a JSON type: booleans are no numbers, 3.0 is an integer."""
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, PYTHON[kind])


def allowed_values(attempt: Attempt, schema: Mapping[str, Any]) -> list[Any] | None:
    """The scalars of `enum` or `const`, each once; None where nothing is told or it is too long."""
    told = [schema["const"]] if "const" in schema else schema.get("enum")
    if not isinstance(told, list) or not told:
        return None
    if len(told) > MAX_ENUM or not all(_is_short_scalar(value) for value in told):
        attempt.note("enum_cut")
        return None
    return list({(type(value), value): value for value in told}.values())


def _is_short_scalar(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_ENUM_VALUE
    return value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))


def as_type(values: Sequence[Any], kind: str) -> list[Any] | None:
    """Allowed values in their declared type, where sloppy documents write 1 for "1"; None where they are others."""
    if all(fits(value, kind) for value in values):
        return list(values)
    if kind == "string":
        return [value if isinstance(value, str) else orjson.dumps(value).decode() for value in values]
    made = [_number(value, kind) for value in values]
    return None if None in made else made


def _number(value: Any, kind: str) -> int | float | None:
    if kind not in {"integer", "number"} or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else (number if kind == "number" else None)


def default_of(attempt: Attempt, schema: Mapping[str, Any], types: Sequence[str]) -> Any:
    """A default that can be told, or None."""
    value = schema.get("default")
    if value is None:
        return None
    told = json_of(value) if is_small(value) else None
    if told is None or len(told) > MAX_VALUE or (types and not any(fits(value, kind) for kind in types)):
        attempt.note("bad_default")
        return None
    return value


def is_small(value: Any) -> bool:
    """Whether its JSON may be short: large values, which many schemas may share, are not written out."""
    open_ = [value]
    for _ in range(MAX_VALUE):
        if not open_:
            return True
        one = open_.pop()
        inner = list(one.values()) if isinstance(one, dict) and len(one) < MAX_VALUE else one
        if isinstance(inner, str | list | dict) and len(inner) > MAX_VALUE:
            return False
        open_ += inner if isinstance(inner, list) else []
    return False


def json_of(value: Any) -> str | None:
    """Its JSON, or None where it has none."""
    try:
        return orjson.dumps(value).decode()
    except (orjson.JSONEncodeError, RecursionError):
        return None


def limits_of(attempt: Attempt, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The limits that a grammar can keep cheaply."""
    made: dict[str, Any] = {}
    for low, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        told, beyond = schema.get(low), schema.get(exclusive)
        if beyond is True and _is_number(told):
            made[exclusive] = told
        else:
            made |= {key: value for key, value in ((low, told), (exclusive, beyond)) if _is_number(value)}
    for key in LENGTHS:
        value = schema.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT:
            made[key] = value
        elif value is not None and not _is_told(value):
            attempt.note("limit_dropped")
    return made


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**63


def _is_told(value: Any) -> bool:
    return isinstance(value, int) and MAX_COUNT < value < MEANINGLESS


def notes_of(schema: Mapping[str, Any]) -> list[str]:
    """What is told in words because models cannot be held to it."""
    made = []
    told = schema.get("format")
    if isinstance(told, str) and 0 < len(told) < 40 and told not in FORMATS | SELF_EVIDENT:
        made.append(f"Format: {told}.")
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and 0 < len(pattern) <= MAX_PATTERN:
        made.append(f"Pattern: {pattern}")
    for key, words in (("maxLength", "At most {:,} characters."), ("maxItems", "At most {:,} items.")):
        if _is_told(schema.get(key)):
            made.append(words.format(schema[key]))
    if _is_number(schema.get("multipleOf")):
        made.append(f"A multiple of {schema['multipleOf']}.")
    if (example := _example(schema)) is not None:
        made.append(f"Example: {example}")
    if schema.get("deprecated") is True:
        made.append("Deprecated.")
    return made


def _example(schema: Mapping[str, Any]) -> str | None:
    several = schema.get("examples")
    value = schema.get("example", several[0] if isinstance(several, list) and several else None)
    told = json_of(value) if value is not None and is_small(value) else None
    return told if told is not None and len(told) <= MAX_EXAMPLE else None


def shortened_to(text: Any, limit: int) -> str:
    """One text within `limit` characters, its end left out with a mark; "" for what is no text."""
    if not isinstance(text, str):
        return ""
    if limit <= 0:
        return ""
    text = clean(text[: limit * 4]).strip() if len(text) > limit * 4 else clean(text).strip()
    return text if len(text) <= limit else f"{text[: limit - 2].rstrip()} …"
