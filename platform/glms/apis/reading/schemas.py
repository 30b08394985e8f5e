"""A schema as models are told it: no references, one type a place, `anyOf` as the only alternative, bounded.

What is kept is what the grammars of strict models know; docs/decisions/apis.md says why each rule is as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from glms.apis.reading.context import list_of
from glms.apis.reading.gathering import UNIONS, Attempt, Gathered, Path, gather
from glms.apis.reading.limits import MAX_NAME, MAX_NOTE, MAX_UNION, SHORTEST_NOTE
from glms.apis.reading.unions import constraint_only, described_options, joined
from glms.apis.reading.values import (
    FORMATS,
    allowed_values,
    as_type,
    default_of,
    limits_of,
    notes_of,
    shortened_to,
    types_of,
)

HOPS = 24
"""Schemas in schemas of any sort; bounds the recursion where levels of objects do not."""
DROPPED = frozenset({
    "not", "if", "then", "else", "dependentSchemas", "dependentRequired", "dependencies", "patternProperties",
    "propertyNames", "contains", "minContains", "maxContains", "unevaluatedProperties", "unevaluatedItems",
    "uniqueItems", "minProperties", "maxProperties", "prefixItems", "$dynamicRef", "$recursiveRef",
})  # fmt: skip
ANNOTATIONS = frozenset({
    "description", "title", "default", "example", "examples", "discriminator", "deprecated", "externalDocs", "xml",
    "nullable", "readOnly", "writeOnly", "$schema", "$id", "$comment", "$defs", "definitions",
})  # fmt: skip
OPEN = "(Its inner parts are not told here.)"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where we are: levels of objects that may follow, the length of notes, schemas above, references passed."""

    depth: int
    note: int = MAX_NOTE
    hops: int = 0
    path: Path = ()

    def inside(self, path: Path, levels: int = 0) -> "Spot":
        """The place of a schema within this one: the deeper, the shorter its notes."""
        note = max(self.note >> levels, min(self.note, SHORTEST_NOTE))
        return replace(self, depth=self.depth - levels, note=note, hops=self.hops + 1, path=path)


def flat(attempt: Attempt, schema: Any, spot: Spot) -> dict[str, Any]:
    """The schema that a model is told. Raises TooBig, OutOfWork."""
    return flat_gathered(attempt, gather(attempt, schema, spot.path), spot)


def flat_gathered(attempt: Attempt, found: Gathered, spot: Spot) -> dict[str, Any]:
    """The same of a schema that is gathered already."""
    schema = found.schema
    types, nullable = types_of(attempt, schema)
    if found.is_ring or spot.hops >= HOPS:
        return _cut(attempt, schema, types, spot)
    if not DROPPED.isdisjoint(schema):
        attempt.note("constraint_dropped")
    options = _options(attempt, schema)
    if options:
        made = _union(attempt, found, options, spot)
    elif len(types) > 1:
        made = joined([_typed(attempt, found, kind, spot) for kind in types])
    else:
        made = _typed(attempt, found, types[0] if types else "", spot)
    made = _described(attempt, schema, made, types, spot)
    return _nullable(made) if nullable else made


def _options(attempt: Attempt, schema: Mapping[str, Any]) -> list[Any]:
    """The alternatives of the first union that has any."""
    found = [schema[key] for key in UNIONS if isinstance(schema.get(key), list) and schema[key]]
    attempt.spend(sum(len(one) for one in found) // 8)
    useful = [one for one in found if not constraint_only(one)]
    if len(useful) < len(found):
        attempt.note("constraint_dropped")
    if len(useful) > 1:
        attempt.note("union_dropped")
    return useful[0] if useful else []


def _union(attempt: Attempt, found: Gathered, options: list[Any], spot: Spot) -> dict[str, Any]:
    base = {key: value for key, value in found.schema.items() if key not in ANNOTATIONS and key not in UNIONS}
    if len(options) > MAX_UNION:
        attempt.note("union_dropped")
    told = described_options(found.schema, options[:MAX_UNION])
    parts = [{"allOf": [*one, base]} if base else {"allOf": one} for one in told]
    return joined([flat(attempt, part, spot.inside(found.path)) for part in parts])


def _typed(attempt: Attempt, found: Gathered, kind: str, spot: Spot) -> dict[str, Any]:
    schema = found.schema
    if kind == "object":
        return _object(attempt, found, spot)
    if kind == "array":
        return _array(attempt, found, spot)
    made: dict[str, Any] = {"type": kind} if kind else {}
    values = allowed_values(attempt, schema)
    if values is not None:
        made |= _enum(values, kind)
    elif kind:
        made |= limits_of(attempt, schema)
        if kind == "string" and schema.get("format") in FORMATS:
            made["format"] = schema["format"]
    return made


def _enum(values: list[Any], kind: str) -> dict[str, Any]:
    """With a type of its own where all values have one."""
    some = [value for value in values if value is not None]
    kinds = [kind] if kind else ["string", "integer", "number", "boolean"]
    for one in kinds:
        made = as_type(some, one) if kind else (some if _all_of(some, one) else None)
        if made is not None:
            is_null = len(some) < len(values)
            return {"type": [one, "null"] if is_null else one, "enum": [*made, *([None] if is_null else [])]}
    return {"enum": values}


def _all_of(values: list[Any], kind: str) -> bool:
    return bool(values) and as_type(values, kind) == values and all(
        isinstance(value, str) == (kind == "string") for value in values
    )  # fmt: skip


def _object(attempt: Attempt, found: Gathered, spot: Spot) -> dict[str, Any]:
    told = found.schema.get("properties")
    properties: dict[str, Any] = told if isinstance(told, dict) else {}
    if properties and spot.depth <= 0:
        return _cut(attempt, {}, ["object"], spot)
    made: dict[str, Any] = {}
    for name, schema in properties.items():
        inner = gather(attempt, schema, found.path)
        if inner.schema.get("readOnly") is True:
            continue
        if len(str(name)) > MAX_NAME * 2:
            attempt.note("property_name")
            continue
        made[name] = flat_gathered(attempt, inner, spot.inside(inner.path, levels=1))
    required = list_of(found.schema.get("required"))
    attempt.spend(len(required) // 8)
    needed = [name for name in required if isinstance(name, str) and name in made]
    rest = _rest(attempt, found, spot, is_open=not made)
    return {"type": "object", "properties": made, "required": list(dict.fromkeys(needed)), "additionalProperties": rest}


def _rest(attempt: Attempt, found: Gathered, spot: Spot, *, is_open: bool) -> Any:
    """What further fields may be: those of an object that names some are only what the document says outright."""
    told = found.schema.get("additionalProperties")
    if isinstance(told, dict) and told:
        if spot.depth <= 0:
            return True
        return flat(attempt, told, spot.inside(found.path, levels=1)) or True
    if told is True or told == {}:
        return True
    return is_open and told is not False


def _array(attempt: Attempt, found: Gathered, spot: Spot) -> dict[str, Any]:
    items = found.schema.get("items", {})
    if isinstance(items, list):
        attempt.note("constraint_dropped")
        items = {"anyOf": items} if items else {}
    if "prefixItems" in found.schema:
        items = {}
    inner = flat(attempt, items, spot.inside(found.path)) if isinstance(items, dict) and items else {}
    limits = limits_of(attempt, found.schema)
    return {"type": "array", "items": inner} | {key: limits[key] for key in ("minItems", "maxItems") if key in limits}


def _cut(attempt: Attempt, schema: Mapping[str, Any], types: list[str], spot: Spot) -> dict[str, Any]:
    """A place whose inner parts the model may fill in as it likes."""
    attempt.note("schema_cut")
    kind = types[0] if len(types) == 1 else ""
    made: dict[str, Any] = {"type": kind} if kind else {}
    if kind == "object":
        made |= {"properties": {}, "required": [], "additionalProperties": True}
    elif kind == "array":
        made["items"] = {}
    told = shortened_to(schema.get("description"), max(spot.note - len(OPEN), 0))
    return made | {"description": f"{told} {OPEN}".strip()}


def _described(
    attempt: Attempt, schema: Mapping[str, Any], made: dict[str, Any], types: list[str], spot: Spot
) -> dict[str, Any]:
    """With its description, which holds what no keyword says, and its default."""
    told = shortened_to(schema.get("description") or schema.get("title"), spot.note)
    notes = " ".join(notes_of(schema))
    parts = [told, shortened_to(notes, spot.note // 2), made.get("description", "")]
    if words := " ".join(dict.fromkeys(part for part in parts if part)):
        made["description"] = words
    default = default_of(attempt, schema, types)
    if default is not None and ("enum" not in made or default in made["enum"]):
        made["default"] = default
    return made


def _nullable(made: dict[str, Any]) -> dict[str, Any]:
    """The same or null."""
    kind = made.get("type")
    if isinstance(kind, str):
        made["type"] = [kind, "null"]
        if "enum" in made and None not in made["enum"]:
            made["enum"] = [*made["enum"], None]
    elif "anyOf" in made and {"type": "null"} not in made["anyOf"]:
        made["anyOf"] = [*made["anyOf"], {"type": "null"}]
    elif "enum" in made and None not in made["enum"]:
        made["enum"] = [*made["enum"], None]
    return made
