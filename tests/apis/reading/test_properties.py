"""Whatever is given: UnreadableApi or an ImportedApi within its bounds, and nothing else."""

import json
import re
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from glms.apis.reading import ImportedApi, UnreadableApi, read_api
from glms.apis.reading.limits import MAX_DESCRIPTION, MAX_SCHEMA, MAX_SUMMARY

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
WORDS = st.sampled_from([
    "openapi", "swagger", "paths", "/a", "/a/{id}", "get", "post", "parameters", "requestBody", "content",
    "schema", "application/json", "multipart/form-data", "properties", "type", "object", "array", "string",
    "items", "allOf", "anyOf", "oneOf", "$ref", "#/components/schemas/A", "#/paths", "#", "enum", "required",
    "name", "in", "query", "path", "header", "id", "components", "schemas", "A", "securitySchemes",
    "security", "servers", "url", "https://a.example", "3.1.0", "2.0", "definitions", "body", "formData",
    "nullable", "default", "discriminator", "mapping", "info", "item", "request", "method", "raw", "mode",
    "additionalProperties", "description", "null", "readOnly", "examples", "const",
])  # fmt: skip
TEXT = WORDS | st.text(max_size=8)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=5), max_leaves=30
)
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(text: str | bytes) -> ImportedApi | None:
    try:
        found = read_api(text)
    except UnreadableApi:
        return None
    check(found)
    return found


def check(found: ImportedApi) -> None:
    assert len(found.title) <= MAX_SUMMARY
    assert len({one.name for one in found.operations}) == len(found.operations)
    assert len(found.operations) <= found.found
    for one in found.operations:
        assert NAME.fullmatch(one.name)
        assert one.path.startswith("/")
        assert len(one.description) <= MAX_DESCRIPTION
        assert len(orjson.dumps(one.schema)) <= MAX_SCHEMA * 4
        Draft202012Validator.check_schema(one.schema)
        arguments = {parameter.argument for parameter in one.parameters}
        if one.body is not None:
            arguments |= {field.argument for field in one.body.fields} | {one.body.argument} - {""}
        assert arguments == set(one.schema["properties"])
        assert all(re.fullmatch(r"[A-Za-z_0-9]{1,64}", argument) for argument in arguments)


def dumped(value: Any) -> str:

    return json.dumps(value)


@MANY
@given(VALUES)
def test_any_json(value: Any) -> None:
    read(dumped(value))


@MANY
@given(VALUES, VALUES, VALUES)
def test_any_operation(operation: Any, schema: Any, parameter: Any) -> None:
    body = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
    paths = {
        "/a": {"get": operation, "post": body},
        "/b/{id}": {"get": {"parameters": [parameter, {"schema": schema}]}},
    }
    found = read(dumped({"openapi": "3.1.0", "paths": paths, "components": {"schemas": {"A": schema}}}))

    assert found is not None
    assert {"POST /a", "GET /b/{id}"} <= {one.key for one in found.operations}


@MANY
@given(VALUES, VALUES)
def test_any_swagger(parameter: Any, schema: Any) -> None:
    told = [parameter, {"in": "body", "schema": schema}, {"in": "formData", "name": "f", "type": schema}]
    found = read(
        dumped({"swagger": "2.0", "paths": {"/a": {"post": {"parameters": told}}}, "definitions": {"A": schema}})
    )

    assert found is not None
    assert found.found == 1


@MANY
@given(VALUES, VALUES)
def test_any_collection(item: Any, request: Any) -> None:
    read(
        dumped({"info": {}, "item": [item, {"request": request}, {"item": [{"request": {"url": "x", "body": item}}]}]})
    )


@MANY
@given(st.lists(st.sampled_from(["-H", "-d", "-F", "-X", "--json", "-u", "https://a.example/{b}?c", "'"]) | TEXT))
def test_any_curl_line(words: list[str]) -> None:
    read("curl https://a.example/x " + " ".join(words))


@MANY
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text(text: str | bytes) -> None:
    read(text)
