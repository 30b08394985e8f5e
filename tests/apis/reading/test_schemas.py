"""Schemas as models are told them: flat, typed, bounded."""

from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from glms.apis.reading import ImportedApi, read_api
from glms.apis.reading.limits import MAX_SCHEMA

NULL = {"type": "null"}


def read(schema: Any, **schemas: Any) -> ImportedApi:
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": {"x": schema}}}}}
    document = {
        "openapi": "3.0.3",
        "servers": [{"url": "https://a.example"}],
        "paths": {"/a": {"post": {"requestBody": body}}},
        "components": {"schemas": schemas},
    }
    return read_api(orjson.dumps(document))


def flat(schema: Any, **schemas: Any) -> Any:
    found = read(schema, **schemas).operations[0].schema
    Draft202012Validator.check_schema(found)
    return found["properties"]["x"]


def codes(schema: Any, **schemas: Any) -> set[str]:
    return {remark.code for remark in read(schema, **schemas).report}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": ["string", "null"]}, {"type": ["string", "null"]}),
        ({"type": ["string", "integer"]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["string", "null"]}),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        ({"oneOf": [{"type": "string"}]}, {"type": "string"}),
        ({"oneOf": [{"type": "string"}, {}]}, {}),
        (
            {"nullable": True, "oneOf": [{"type": "string"}, {"type": "integer"}]},
            {"anyOf": [{"type": "string"}, {"type": "integer"}, NULL]},
        ),
        ({"const": "a"}, {"type": "string", "enum": ["a"]}),
        ({"enum": ["a", None]}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"enum": [1, 2]}, {"type": "integer", "enum": [1, 2]}),
        ({"enum": [1, "b"]}, {"enum": [1, "b"]}),
        ({"type": "string", "enum": [1, True]}, {"type": "string", "enum": ["1", "true"]}),
        ({"type": "integer", "enum": ["1", "2"]}, {"type": "integer", "enum": [1, 2]}),
        ({"oneOf": [{"const": "a"}, {"const": "b"}]}, {"type": "string", "enum": ["a", "b"]}),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 0}),
        ({"type": "number", "exclusiveMaximum": 9}, {"type": "number", "exclusiveMaximum": 9}),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "date"}),
        ({"type": "string", "format": "uri"}, {"type": "string", "description": "Format: uri."}),
        ({"type": "integer", "format": "int64"}, {"type": "integer"}),
        ({"type": "string", "maxLength": 9000}, {"type": "string", "description": "At most 9,000 characters."}),
        ({"type": "string", "example": "b"}, {"type": "string", "description": 'Example: "b"'}),
        ({"type": "string", "default": "a"}, {"type": "string", "default": "a"}),
        ({"type": "string", "examples": ["b", "c"]}, {"type": "string", "description": 'Example: "b"'}),
        ({"type": "array", "maxItems": 3}, {"type": "array", "items": {}, "maxItems": 3}),
        ({"type": "null"}, {"type": "null"}),
        ({"type": "Float"}, {"type": "number"}),
        ({"minLength": 1}, {"type": "string", "minLength": 1}),
        ({}, {}),
        ({"title": "A name", "type": "string"}, {"type": "string", "description": "A name"}),
    ],
)  # fmt: skip
def test_single_values(given: Any, expected: Any) -> None:
    assert flat(given) == expected


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"type": "string", "maxLength": 10**12}, "limit_dropped"),
        ({"type": "string", "enum": [str(n) for n in range(10_000)]}, "enum_cut"),
        ({"type": "integer", "default": "seven"}, "bad_default"),
        ({"type": "wibble"}, "unknown_type"),
        ({"type": "object", "patternProperties": {"^a": {}}}, "constraint_dropped"),
        ({"type": "array", "uniqueItems": True, "items": {}}, "constraint_dropped"),
        ({"not": {"type": "string"}}, "constraint_dropped"),
        ({"oneOf": [{"type": "string", "pattern": f"^{n}"} for n in range(30)]}, "union_dropped"),
        (["string"], "bad_schema"),
        ("string", "bad_schema"),
        ({"$ref": "#/components/schemas/None"}, "missing_ref"),
        ({"$ref": 7}, "missing_ref"),
    ],
)
def test_what_is_left_out_is_told(given: Any, code: str) -> None:
    assert code in codes(given)


def test_an_object_says_which_fields_it_has() -> None:
    told = {
        "type": "object",
        "required": ["a", "zz", 7],
        "properties": {"a": {"type": "string"}, "b": {"type": "boolean"}},
    }

    assert flat(told) == {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "boolean"}},
        "required": ["a"],
        "additionalProperties": False,
    }
    assert flat(told | {"additionalProperties": True})["additionalProperties"] is True
    assert flat({"type": "object"})["additionalProperties"] is True
    assert flat({"additionalProperties": {"type": "integer"}})["additionalProperties"] == {"type": "integer"}


def test_all_of_is_one_object() -> None:
    base = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "description": "Which."}}}
    mine = {"properties": {"name": {"type": "string"}, "kind": {"enum": ["cat"]}}, "required": ["name"]}
    found = flat({"description": "A cat.", "allOf": [ref("Animal"), mine]}, Animal=base)

    assert found == {
        "type": "object",
        "description": "A cat.",
        "properties": {
            "kind": {"type": "string", "enum": ["cat"], "description": "Which."},
            "name": {"type": "string"},
        },
        "required": ["kind", "name"],
        "additionalProperties": False,
    }


def test_alternatives_hold_what_stands_beside_them() -> None:
    told = {
        "type": "object",
        "properties": {"id": {"type": "string"}},
        "oneOf": [
            {"properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"properties": {"b": {"type": "string"}}},
        ],
    }

    assert [sorted(one["properties"]) for one in flat(told)["anyOf"]] == [["a", "id"], ["b", "id"]]


def test_alternatives_that_only_ask_for_fields_are_none() -> None:
    told = {"type": "object", "properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}

    assert "anyOf" not in flat(told)
    assert "constraint_dropped" in codes(told)


def test_a_discriminator_tells_the_alternatives_apart() -> None:
    cat = {"type": "object", "properties": {"kind": {"type": "string"}}, "required": ["kind"]}
    told = {
        "oneOf": [ref("Cat"), ref("Dog")],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"},
        },
    }
    found = flat(told, Cat=cat, Dog=cat)

    assert [one["properties"]["kind"]["enum"] for one in found["anyOf"]] == [["cat"], ["dog"]]


def test_a_schema_that_contains_itself_is_cut_at_its_second_turn() -> None:
    node = {"type": "object", "properties": {"name": {"type": "string"}, "child": ref("Node")}}
    found = flat(ref("Node"), Node=node)

    inner = found["properties"]["child"]["properties"]["child"]
    assert found["properties"]["child"]["properties"]["name"] == {"type": "string"}
    assert "not told" in inner["description"]
    assert {"recursive_schema", "schema_cut"} <= codes(ref("Node"), Node=node)


def test_a_base_that_is_also_a_field_is_not_taken_for_a_ring() -> None:
    animal = {"type": "object", "properties": {"name": {"type": "string"}}}
    dog = {"allOf": [ref("Animal"), {"properties": {"friend": ref("Animal")}}]}

    assert flat(ref("Dog"), Animal=animal, Dog=dog)["properties"]["friend"]["properties"] == {
        "name": {"type": "string"}
    }


def test_deep_schemas_are_open_from_some_level_on() -> None:
    deep: dict[str, Any] = {"type": "object", "properties": {"end": {"type": "string"}}}
    for _ in range(30):
        deep = {"type": "object", "properties": {"in": deep}}

    found = flat(deep)
    levels = 0
    while "in" in found["properties"]:
        found, levels = found["properties"]["in"], levels + 1
    assert levels == 7
    assert found["additionalProperties"] is True


def test_wide_schemas_are_told_in_fewer_words() -> None:
    wide = {"type": "object", "properties": {f"f{n}": {"type": "string", "description": "d" * 400} for n in range(100)}}
    found = read(wide).operations[0].schema

    assert len(orjson.dumps(found)) <= MAX_SCHEMA
    assert len(found["properties"]["x"]["properties"]) == 100


def test_notes_are_shorter_the_deeper_they_stand() -> None:
    inner = {
        "type": "object",
        "properties": {"y": {"type": "string", "description": "d" * 900}},
        "description": "d" * 900,
    }
    found = flat(inner)

    assert len(found["description"]) == 500
    assert len(found["properties"]["y"]["description"]) == 250


def test_arguments_for_which_there_is_no_room_are_left_out_needed_ones_last() -> None:
    many = {f"f{n}": {"type": "string", "description": "d" * 400} for n in range(3_000)}
    body = {"type": "object", "properties": many, "required": ["f2999"]}
    document = {
        "openapi": "3.0.0",
        "paths": {"/a": {"post": {"requestBody": {"content": {"application/json": {"schema": body}}}}}},
    }
    document["paths"]["/a"]["post"]["requestBody"]["content"]["application/json"]["schema"] = {
        "type": "object", "required": ["f2999"], "properties": dict(list(many.items())[-900:])
    }  # fmt: skip
    found = read_api(orjson.dumps(document))

    operation = found.operations[0]
    assert operation.schema["required"] == ["f2999"]
    assert 50 < len(operation.schema["properties"]) < 900
    assert operation.body is not None
    assert {field.argument for field in operation.body.fields} == set(operation.schema["properties"])
    assert "arguments_left_out" in {remark.code for remark in found.report}


def test_an_operation_that_needs_more_than_fits_is_skipped() -> None:
    parameters = [
        {"name": f"p{n}" + "x" * 50, "in": "query", "required": True, "schema": {"type": "string"}} for n in range(400)
    ]
    found = read_api(
        orjson.dumps({"openapi": "3.0.0", "paths": {"/a": {"get": {"parameters": parameters}, "post": {}}}})
    )

    assert [one.key for one in found.operations] == ["POST /a"]
    assert ("too_large", "skipped", "GET /a") in {(one.code, one.effect, one.operation) for one in found.report}


def test_nothing_stands_for_null_outside_of_the_body() -> None:
    parameter = {"name": "a", "in": "query", "schema": {"type": "string", "nullable": True, "enum": ["x", None]}}
    found = read_api(orjson.dumps({"openapi": "3.0.0", "paths": {"/a": {"get": {"parameters": [parameter]}}}}))

    assert found.operations[0].schema["properties"]["a"] == {"type": "string", "enum": ["x"]}
