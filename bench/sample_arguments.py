"""Arguments that a schema allows, such as a model might write: to see that each operation makes a request."""

from collections.abc import Mapping
from typing import Any

TEXTS = {
    "date": "2024-01-31",
    "date-time": "2024-01-31T12:00:00Z",
    "email": "ann@example.org",
    "uuid": "0190d0a6-7c2e-7c3a-9d7c-000000000000",
    "uri": "https://example.org/a?b=c",
}
TEXT = "a b/c?d&e=f#g+h%2Fi;j,k"
DEEPEST = 8


def sample(schema: Any, depth: int = 0) -> Any:
    """A value of a schema as `glms.apis.reading` writes them; deep down the simplest."""
    if not isinstance(schema, Mapping) or depth > DEEPEST:
        return TEXT
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], depth + 1)
    kind = schema.get("type", "string")
    return _of_kind(kind[0] if isinstance(kind, list) else kind, schema, depth + 1)


def _of_kind(kind: str, schema: Mapping[str, Any], depth: int) -> Any:
    if kind == "object":
        members = schema.get("properties", {}).items()
        return {name: sample(one, depth) for name, one in members} or {"any": "thing"}
    if kind == "array":
        return [sample(schema.get("items"), depth)] * max(1, int(schema.get("minItems", 1)))
    plain = {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1.5), "boolean": True, "null": None}
    return plain.get(kind, TEXTS.get(schema.get("format", ""), TEXT))
