"""Where a document does not keep to the standard: told, never a reason to refuse. Real documents are sloppy.

The standard's own JSON Schemas, as openapi-spec-validator ships them, are held against each part for itself, until a
budget is used up. Its own validator is not used: it follows references to other documents.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft4Validator, Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from openapi_spec_validator.schemas import schema_v2, schema_v30, schema_v31, schema_v32

from glms.apis.reading.context import Context, mapping_of, pointer

MAX_VALUES = 30_000
"""Values of a document that are looked at."""
MAX_OF_PART = 10_000
MAX_TOLD = 50
DRAFT_4 = (
    "definitions",
    {"info": "Info", "servers": "Server", "paths": "PathItem", "securitySchemes": "SecurityScheme"},
)
DRAFT_2020 = (
    "$defs",
    {"info": "info", "servers": "server", "paths": "path-item", "securitySchemes": "security-scheme"},
)
SWAGGER = ("definitions", {"info": "info", "paths": "pathItem"})


def check_conformity(context: Context) -> None:
    """Adds remarks to the report."""
    version = "2" if context.is_swagger else str(context.document.get("openapi", ""))[:3]
    left = MAX_VALUES
    told = 0
    for kind, place, value in _parts(context.document):
        validator = _validator(version, kind)
        if validator is None:
            continue
        size = _size(value, MAX_OF_PART)
        if size > min(left, MAX_OF_PART) or told >= MAX_TOLD:
            context.report.add("validation_unfinished", "noted", place=place)
            if told >= MAX_TOLD or left < MAX_VALUES // 100:
                return
            continue
        left -= size
        if (error := _error(validator, value)) is not None:
            where = place + pointer(*error.absolute_path)
            told += 1
            context.report.add("not_valid", "noted", place=where, detail=f"{where[-80:]}: {error.message[:100]}")


def _parts(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    yield "info", "/info", document.get("info")
    servers = document.get("servers")
    for number, server in enumerate(servers if isinstance(servers, list) else ()):
        yield "servers", pointer("servers", number), server
    components = mapping_of(document.get("components"))
    for kind, inner in (("securitySchemes", components), ("paths", document)):
        above = ("components",) if inner is components else ()
        for name, value in mapping_of(inner.get(kind)).items():
            if not str(name).startswith("x-"):
                yield kind, pointer(*above, kind, name), value


def _error(validator: Any, value: Any) -> ValidationError | None:
    """The one that says most, or None."""
    try:
        found = best_match(validator.iter_errors(value))
    except RecursionError:
        return ValidationError("it is nested too deep to be compared")
    return found if isinstance(found, ValidationError) else None


def _size(value: Any, most: int) -> int:
    """How many values there are in it; counted no further than a little beyond `most`."""
    open_ = [value]
    seen = 0
    while open_ and seen <= most:
        one = open_.pop()
        seen += 1
        if isinstance(one, dict):
            open_ += one.values()
        elif isinstance(one, list):
            open_ += one
    return seen


@cache
def _validator(version: str, kind: str) -> Any:
    """Of one kind of part; None where the version's schema does not have it."""
    schema, (key, names) = _standard(version)
    if kind not in names:
        return None
    told = {"$ref": f"#/{key}/{names[kind]}", key: schema[key]}
    return Draft202012Validator(told) if key == "$defs" else Draft4Validator(told)


def _standard(version: str) -> tuple[Mapping[str, Any], tuple[str, dict[str, str]]]:
    if version == "2":
        return schema_v2, SWAGGER
    if version == "3.1":
        return schema_v31, DRAFT_2020
    return (schema_v32, DRAFT_2020) if version == "3.2" else (schema_v30, DRAFT_4)
