"""The API's operations, read from its description, and how to call one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from glms.config.api import api

SCHEMA: dict[str, Any] = api.get_openapi_schema()


@dataclass(frozen=True)
class Operation:
    """`path` with `{name}` parameters; `fields` are the dotted names of a JSON body's fields with their schemas."""

    name: str
    method: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    takes_body: bool = False
    takes_form: bool = False
    may_be_null: bool = False

    @property
    def parameters(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    def call(self, client: Client, ids: dict[str, Any], body: Any = None, query: str = "") -> Any:
        path = self.path.format(**ids) + (f"?{query}" if query else "")
        if not self.takes_body and body is None:
            return client.generic(self.method.upper(), path)
        if self.takes_form:
            return client.post(path, {"file": SimpleUploadedFile("a.txt", b"hello")})
        return getattr(client, self.method)(path, body or {}, content_type="application/json")


def _operations() -> Iterator[Operation]:
    for path, methods in SCHEMA["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
            yield Operation(
                name=told["operationId"],
                method=method,
                path=path,
                query={p["name"]: p["schema"] for p in told.get("parameters", []) if p["in"] == "query"},
                fields=dict(_fields(content.get("schema", {}), "")),
                takes_body=bool(content) or _takes_form(told),
                takes_form=_takes_form(told),
                may_be_null={"type": "null"} in content.get("schema", {}).get("anyOf", []),
            )


def _takes_form(told: dict[str, Any]) -> bool:
    return "multipart/form-data" in told.get("requestBody", {}).get("content", {})


def _fields(schema: dict[str, Any], prefix: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every field below an object's schema, through references, choices and lists."""
    if "$ref" in schema:
        schema = SCHEMA["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if depth > 6:
        return
    for choice in [*schema.get("anyOf", []), *schema.get("oneOf", []), *schema.get("allOf", [])]:
        yield from _fields(choice, prefix, depth + 1)
    if "items" in schema:
        yield from _fields(schema["items"], f"{prefix}[]", depth + 1)
    for name, inner in schema.get("properties", {}).items():
        dotted = f"{prefix}.{name}".lstrip(".")
        yield dotted, inner
        yield from _fields(inner, dotted, depth + 1)


def is_id(schema: dict[str, Any]) -> bool:
    """Whether a field or parameter holds the id of something."""
    choices = [schema, *schema.get("anyOf", []), schema.get("items", {})]
    return any(choice.get("format") == "uuid" for choice in choices)


STREAMS = {"run_events"}
"""Read by connections of their own, which see only what is committed."""


def of_operations(names: Iterable[str]) -> pytest.MarkDecorator:
    """Runs a test for each operation, inside a transaction wherever the operation can be asked there."""
    cases = [pytest.param(name, marks=pytest.mark.django_db(transaction=name in STREAMS)) for name in sorted(names)]
    return pytest.mark.parametrize("name", cases)


OPERATIONS = {operation.name: operation for operation in _operations()}
