"""One flat object of all arguments, as deep as a model can be told: deep first, then shallower, then fewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from glms.apis.reading.context import Context
from glms.apis.reading.gathering import Attempt, Path, TooBig
from glms.apis.reading.limits import DEPTHS, MAX_SCHEMA, SHORT_NOTE, SHORTEST_NOTE
from glms.apis.reading.schemas import Spot, flat
from glms.apis.reading.values import json_of
from inference.text import storable

SPOTS = (
    *(Spot(depth=depth) for depth in DEPTHS if depth >= 3),
    *(Spot(depth=depth, note=SHORT_NOTE) for depth in DEPTHS if depth <= 3),
    *(Spot(depth=depth, note=SHORTEST_NOTE) for depth in DEPTHS if depth <= 2),
)
ROOM = 200
"""Characters for what stands around the properties."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument before its schema is flat. path: the references passed on the way to it."""

    name: str
    schema: Any
    required: bool
    is_query: bool = False
    path: Path = ()


def schema_of(context: Context, operation: str, arguments: Sequence[Argument]) -> dict[str, Any] | None:
    """A JSON Schema of an object of at most MAX_SCHEMA characters, None where even the needed arguments are longer.

    Raises OutOfWork.
    """
    for spot in SPOTS:
        attempt = Attempt(context.references, context.work)
        try:
            properties = {one.name: _flat(attempt, one, spot) for one in arguments}
        except TooBig:
            continue
        made = _object(properties, arguments)
        if len(json_of(made) or "") <= MAX_SCHEMA:
            return _told(context, operation, attempt, made)
    return _fewer(context, operation, arguments)


def _fewer(context: Context, operation: str, arguments: Sequence[Argument]) -> dict[str, Any] | None:
    """The needed arguments, and of the others those for which there is room."""
    attempt = Attempt(context.references, context.work)
    attempt.note("arguments_left_out")
    properties: dict[str, Any] = {}
    room = MAX_SCHEMA - ROOM
    for one in sorted(arguments, key=lambda one: not one.required):
        made = _single(context, attempt, one)
        size = len(json_of(made) or "") + 2 * len(one.name) + 10
        if size <= room:
            properties[one.name] = made
            room -= size
        elif one.required:
            return None
    kept = [one for one in arguments if one.name in properties]
    return _told(context, operation, attempt, _object({one.name: properties[one.name] for one in kept}, kept))


def _single(context: Context, notes: Attempt, one: Argument) -> dict[str, Any]:
    attempt = Attempt(context.references, context.work, notes=notes.notes)
    try:
        return _flat(attempt, one, Spot(depth=0, note=SHORT_NOTE))
    except TooBig:
        notes.note("schema_cut")
        return {}


def _flat(attempt: Attempt, one: Argument, spot: Spot) -> dict[str, Any]:
    made = flat(attempt, one.schema, spot.inside(one.path))
    return _without_null(made) if one.is_query else made


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Outside of bodies nothing stands for null: an argument is left out instead."""
    kind = schema.get("type")
    if isinstance(kind, list):
        schema["type"] = next((one for one in kind if one != "null"), "string")
        if "enum" in schema:
            schema["enum"] = [value for value in schema["enum"] if value is not None]
    return schema


def _object(properties: dict[str, Any], arguments: Sequence[Argument]) -> dict[str, Any]:
    needed = [one.name for one in arguments if one.required]
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def _told(context: Context, operation: str, attempt: Attempt, made: dict[str, Any]) -> dict[str, Any]:
    for code, times in attempt.notes.items():
        for _ in range(min(times, 50)):
            context.report.add(code, "altered", operation=operation)
    stored: dict[str, Any] = storable(made)
    return stored
