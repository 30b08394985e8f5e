"""Alternatives: which are none, what a discriminator adds to each, and several told as one."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from glms.apis.reading.context import text_of

RULES = frozenset({"required", "not", "description", "title", "minProperties", "maxProperties"})
MAX_MAPPING = 200
NULL = {"type": "null"}


def constraint_only(options: list[Any]) -> bool:
    """Whether they only say which fields go together: {"required": ["a"]} or {"required": ["b"]}."""
    return all(isinstance(one, dict) and "required" in one and RULES.issuperset(one) for one in options)


def described_options(schema: Mapping[str, Any], options: list[Any]) -> list[list[Any]]:
    """Each alternative as members of an `allOf`, with the value by which the document's mapping tells it apart."""
    told = schema.get("discriminator")
    name = told.get("propertyName") if isinstance(told, dict) else None
    mapping = told.get("mapping") if isinstance(told, dict) else None
    if not isinstance(name, str) or not isinstance(mapping, dict):
        return [[one] for one in options]
    by_reference: dict[str, list[str]] = {}
    for value, reference in islice(mapping.items(), MAX_MAPPING):
        by_reference.setdefault(text_of(reference, 2_000), []).append(value)
    made = []
    for one in options:
        values = by_reference.get(text_of(one.get("$ref"), 2_000)) if isinstance(one, dict) else None
        chosen = {"properties": {name: {"enum": values}}, "required": [name]}
        made.append([chosen, one] if values else [one])
    return made


def joined(options: list[dict[str, Any]]) -> dict[str, Any]:
    """One schema for any of them; null among them becomes part of the others."""
    flat: list[dict[str, Any]] = []
    for one in options:
        inner = one["anyOf"] if set(one) == {"anyOf"} else [one]
        flat += [each for each in inner if each not in flat]
    some = [one for one in flat if one.get("type") != "null"]
    has_null = len(some) < len(flat)
    if not some:
        return dict(NULL) if has_null else {}
    if any(not (one.keys() - {"description"}) for one in some):
        return {}
    if len(some) == 1:
        return _with_null(some[0]) if has_null else dict(some[0])
    if (one_list := _one_list(some)) is not None:
        return _with_null(one_list) if has_null else one_list
    return {"anyOf": [*some, *([dict(NULL)] if has_null else [])]}


def _one_list(options: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Lists of allowed values of one type, as a single list."""
    kinds = {one.get("type") for one in options if isinstance(one.get("type"), str)}
    if len(kinds) != 1 or not all("enum" in one and isinstance(one.get("type"), str) for one in options):
        return None
    values = list(dict.fromkeys(value for one in options for value in one["enum"]))
    notes = [f"{one['enum'][0]}: {one['description']}" for one in options if one.get("description") and one["enum"]]
    made: dict[str, Any] = {"type": kinds.pop(), "enum": values}
    return made | ({"description": " ".join(notes)[:500]} if notes else {})


def _with_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(schema)
    if isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
        return made
    return {"anyOf": [*made.get("anyOf", [made]), dict(NULL)]}
