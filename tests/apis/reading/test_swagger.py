"""Swagger 2, read as OpenAPI 3."""

from typing import Any

import orjson
import pytest

from glms.apis.reading import ImportedApi, read_api


def api(operation: dict[str, Any], **more: Any) -> ImportedApi:
    head = {
        "swagger": "2.0",
        "info": {"title": "Pets"},
        "host": "a.example",
        "basePath": "/v1",
        "schemes": ["http", "https"],
    }
    return read_api(orjson.dumps(head | {"paths": {"/pets/{id}": {"post": operation}}} | more))


ID = {"name": "id", "in": "path", "type": "string", "required": True}


def test_the_address_is_put_together_https_first() -> None:
    assert [server.url for server in api({}).servers] == ["https://a.example/v1", "http://a.example/v1"]


def test_a_document_without_a_host_is_at_the_place_it_came_from() -> None:
    text = orjson.dumps({"swagger": "2.0", "basePath": "/v1", "paths": {"/a": {"get": {}}}})

    assert [one.url for one in read_api(text, source_url="https://b.example/docs/swagger.json").servers] == [
        "https://b.example/v1"
    ]
    assert read_api(text).servers == ()


def test_the_body_and_parameters_stand_side_by_side() -> None:
    body = {"name": "pet", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Pet"}}
    read = api(
        {"parameters": [ID, body], "produces": ["application/json"], "responses": {"200": {"description": "."}}},
        definitions={"Pet": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}},
    )

    operation = read.operations[0]
    assert read.kind == "swagger2"
    assert operation.schema["properties"] == {"id": {"type": "string"}, "name": {"type": "string"}}
    assert operation.schema["required"] == ["id", "name"]
    assert operation.response_types == ("application/json",)


@pytest.mark.parametrize(
    ("consumes", "field", "kind"),
    [
        (["application/x-www-form-urlencoded"], {"type": "string"}, "form"),
        (["multipart/form-data"], {"type": "string"}, "multipart"),
        ([], {"type": "file"}, "multipart"),
        ([], {"type": "integer"}, "form"),
    ],
)
def test_form_data(consumes: list[str], field: dict[str, Any], kind: str) -> None:
    told = {"name": "f", "in": "formData", "description": "A field.", "required": True} | field
    operation = api({"consumes": consumes, "parameters": [ID, told]}).operations[0]

    assert operation.body is not None
    assert operation.body.kind == kind
    assert operation.body.fields[0].is_file is (field["type"] == "file")
    assert "A field." in operation.schema["properties"]["f"]["description"]
    assert operation.schema["required"] == ["id", "f"]


@pytest.mark.parametrize(
    ("told", "style", "explode"),
    [
        ("csv", "form", False),
        ("multi", "form", True),
        ("ssv", "spaceDelimited", False),
        ("pipes", "pipeDelimited", False),
    ],
)
def test_lists_are_written_as_their_format_says(told: str, style: str, explode: bool) -> None:
    tags = {"name": "tags", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": told}
    operation = api({"parameters": [ID, tags]}).operations[0]

    assert [(one.style, one.explode) for one in operation.parameters if one.name == "tags"] == [(style, explode)]


def test_shared_parameters_are_followed() -> None:
    read = api(
        {"parameters": [ID, {"$ref": "#/parameters/Page"}]},
        parameters={"Page": {"name": "page", "in": "query", "type": "integer"}},
    )

    assert read.operations[0].schema["properties"]["page"] == {"type": "integer"}


def test_ways_of_signing_in() -> None:
    told = {
        "basic": {"type": "basic"},
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "app": {"type": "oauth2", "flow": "application", "tokenUrl": "/token", "scopes": {"read": "Reads."}},
        "code": {
            "type": "oauth2",
            "flow": "accessCode",
            "tokenUrl": "https://b.example/t",
            "authorizationUrl": "https://b.example/a",
        },
        "implicit": {"type": "oauth2", "flow": "implicit", "authorizationUrl": "https://b.example/a"},
    }
    read = api({"parameters": [ID], "security": [{"app": ["read"]}]}, securityDefinitions=told)

    schemes = {one.id: one for one in read.schemes}
    assert {id_: one.kind for id_, one in schemes.items()} == {
        "basic": "basic",
        "key": "api_key",
        "app": "oauth2",
        "code": "oauth2",
    }
    assert schemes["app"].flows[0].token_url == "https://a.example/token"
    assert schemes["app"].flows[0].scopes == {"read": "Reads."}
    assert schemes["code"].flows[0].kind == "authorization_code"
    assert read.operations[0].security == ({"app": ("read",)},)
    assert "scheme_not_supported" in [one.code for one in read.report]
