"""What comes out of OpenAPI 3 documents, JSON and YAML alike."""

from typing import Any

import orjson
import pytest

from glms.apis.reading import ImportedApi, Operation, UnreadableApi, read_api


def api(paths: dict[str, Any], **more: Any) -> ImportedApi:
    head = {"openapi": "3.0.3", "info": {"title": "Pets", "version": "1"}, "servers": [{"url": "https://a.example"}]}
    return read_api(orjson.dumps(head | {"paths": paths} | more))


def one(operation: dict[str, Any], path: str = "/pets", method: str = "post", **more: Any) -> Operation:
    found = api({path: {method: operation}}, **more).operations
    assert len(found) == 1
    return found[0]


def codes(read: ImportedApi, effect: str = "") -> list[str]:
    return [remark.code for remark in read.report if effect in ("", remark.effect)]


def json_body(schema: Any, **more: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"schema": schema}}} | more}


def test_a_document_says_who_it_is() -> None:
    read = api({"/pets": {"get": {}}}, info={"title": "Pets", "version": 2, "description": "All about pets."})

    assert (read.kind, read.title, read.version, read.description) == ("openapi3", "Pets", "2", "All about pets.")
    assert [server.url for server in read.servers] == ["https://a.example"]
    assert read.found == 1


def test_yaml_reads_as_json_does() -> None:
    text = """
openapi: 3.0.0
info: {title: Pets, version: 1.0}
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, enum: [no, on, 2020-01-01]}}
      responses: {200: {description: fine, content: {application/json: {}}}}
"""
    operation = read_api(text).operations[0]

    assert operation.name == "getPet"
    assert operation.schema["properties"]["id"] == {"type": "string", "enum": ["no", "on", "2020-01-01"]}
    assert operation.response_types == ("application/json",)


def test_arguments_of_every_place_stand_side_by_side() -> None:
    operation = one(
        {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
                {"name": "id", "in": "query", "schema": {"type": "string"}},
                {"name": "filter[name]", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
                {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
                {"name": "lang", "in": "cookie", "schema": {"type": "string"}},
            ],
            **json_body({"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}),
        },
        path="/pets/{id}",
    )

    places = {parameter.argument: (parameter.place, parameter.name) for parameter in operation.parameters}
    assert places == {
        "id": ("path", "id"),
        "query_id": ("query", "id"),
        "filter_name": ("query", "filter[name]"),
        "X_Trace": ("header", "X-Trace"),
        "lang": ("cookie", "lang"),
    }
    assert operation.body is not None
    assert [(field.argument, field.name) for field in operation.body.fields] == [("body_id", "id")]
    assert operation.schema["required"] == ["id", "body_id"]
    assert set(operation.schema["properties"]) == {*places, "body_id"}
    assert operation.schema["additionalProperties"] is False


def test_styles_have_their_defaults() -> None:
    operation = one(
        {
            "parameters": [
                {"name": "a", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                {"name": "b", "in": "query", "style": "pipeDelimited", "schema": {"type": "array"}},
                {"name": "c", "in": "query", "allowReserved": True, "explode": False, "schema": {"type": "string"}},
                {"name": "d", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
                {"name": "e", "in": "header", "schema": {"type": "array"}},
                {"name": "f", "in": "query", "style": "matrix", "schema": {"type": "string"}},
            ]
        },
        method="get",
    )

    told = {one.name: (one.style, one.explode, one.allow_reserved, one.content) for one in operation.parameters}
    assert told == {
        "a": ("form", True, False, ""),
        "b": ("pipeDelimited", False, False, ""),
        "c": ("form", False, True, ""),
        "d": ("form", True, False, "application/json"),
        "e": ("simple", False, False, ""),
        "f": ("form", True, False, ""),
    }


def test_a_path_shares_its_parameters_and_the_operation_replaces_them() -> None:
    shared = [{"name": "limit", "in": "query", "schema": {"type": "string"}}, {"$ref": "#/components/parameters/Page"}]
    own = [{"name": "limit", "in": "query", "schema": {"type": "integer"}}]
    page = {"name": "page", "in": "query", "description": "Which page.", "schema": {"type": "integer", "default": 1}}
    read = api({"/pets": {"parameters": shared, "get": {"parameters": own}}}, components={"parameters": {"Page": page}})

    assert read.operations[0].schema["properties"] == {
        "limit": {"type": "integer"},
        "page": {"type": "integer", "description": "Which page.", "default": 1},
    }


def test_a_placeholder_that_nobody_describes_is_taken_as_text() -> None:
    read = api({"/pets/{id}": {"get": {}}})

    assert read.operations[0].schema["properties"] == {"id": {"type": "string"}}
    assert codes(read, "altered") == ["missing_parameter"]


@pytest.mark.parametrize(
    ("method", "told", "expected"),
    [
        ("get", None, False),
        ("head", None, False),
        ("post", None, True),
        ("delete", None, True),
        ("post", False, False),
        ("get", True, True),
        ("post", "no", True),
    ],
)
def test_what_changes_something_is_consequential(method: str, told: Any, expected: bool) -> None:
    operation = one({} if told is None else {"x-openai-isConsequential": told}, method=method)

    assert operation.consequential is expected


def test_deprecated_operations_say_so() -> None:
    assert one({"deprecated": True}).deprecated
    assert not one({}).deprecated


def test_long_descriptions_are_cut_with_a_mark() -> None:
    operation = one({"summary": "s" * 5_000, "description": "d" * 1_000_000})

    assert len(operation.summary) == 300
    assert len(operation.description) == 1_000
    assert operation.description.endswith(" …")


@pytest.mark.parametrize(
    ("content", "kind", "media_type"),
    [
        (["application/json", "application/xml"], "json", "application/json"),
        (["application/xml", "application/vnd.api+json"], "json", "application/vnd.api+json"),
        (["multipart/form-data", "application/x-www-form-urlencoded"], "form", "application/x-www-form-urlencoded"),
        (["*/*"], "json", "application/json"),
        (["text/plain"], "text", "text/plain"),
        (["application/xml"], "text", "application/xml"),
        (["image/png"], "binary", "image/png"),
        (["image/*"], "binary", "application/octet-stream"),
    ],
)
def test_the_body_that_models_write_best_is_chosen(content: list[str], kind: str, media_type: str) -> None:
    body = one({"requestBody": {"content": {name: {"schema": {"type": "string"}} for name in content}}}).body

    assert body is not None
    assert (body.kind, body.media_type, list(body.offered)) == (kind, media_type, content)


def test_files_of_a_form_are_named_not_written() -> None:
    schema = {
        "type": "object",
        "required": ["photo"],
        "properties": {
            "photo": {"type": "string", "format": "binary", "description": "A picture."},
            "others": {"type": "array", "items": {"type": "string", "format": "binary"}},
            "meta": {"type": "object", "properties": {"name": {"type": "string"}}},
        },
    }
    encoding = {"meta": {"contentType": "application/vnd.x+json"}}
    operation = one({"requestBody": {"content": {"multipart/form-data": {"schema": schema, "encoding": encoding}}}})

    assert operation.body is not None
    assert {field.name: (field.is_file, field.media_type) for field in operation.body.fields} == {
        "photo": (True, ""),
        "others": (True, ""),
        "meta": (False, "application/vnd.x+json"),
    }
    assert operation.schema["properties"]["photo"] == {
        "type": "string",
        "description": "A file: its name in this conversation. A picture.",
    }
    assert operation.schema["required"] == ["photo"]


def test_a_binary_body_is_one_file() -> None:
    operation = one({"requestBody": {"required": True, "content": {"application/octet-stream": {}}}})

    assert operation.body is not None
    assert (operation.body.kind, operation.body.argument, operation.body.is_file) == ("binary", "file", True)
    assert operation.schema["required"] == ["file"]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "string"}},
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"oneOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"type": "string"}]},
    ],
)
def test_what_is_no_plain_object_is_one_argument(schema: dict[str, Any]) -> None:
    operation = one(json_body(schema, required=True))

    assert operation.body is not None
    assert operation.body.argument == "body"
    assert operation.body.fields == ()
    assert operation.schema["required"] == ["body"]


def test_an_optional_body_needs_none_of_its_fields() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}

    assert one(json_body(schema, required=False)).schema["required"] == []
    assert one(json_body(schema)).schema["required"] == ["a"]


def test_what_the_service_fills_in_is_not_asked_for() -> None:
    schema = {"properties": {"id": {"type": "string", "readOnly": True}, "name": {"type": "string"}}}

    assert list(one(json_body(schema)).schema["properties"]) == ["name"]


def test_an_operation_has_its_own_servers() -> None:
    read = api({"/a": {"get": {"servers": [{"url": "https://b.example/v2/"}]}}, "/b": {"get": {}}})

    assert [[server.url for server in one.servers] for one in read.operations] == [
        ["https://b.example/v2"],
        ["https://a.example"],
    ]


def test_what_the_path_says_behind_its_question_mark_is_kept() -> None:
    operation = one({}, path="/do?action=list&name={name}#ListThings")

    assert operation.path == "/do"
    assert operation.fixed_query == (("action", "list"),)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("<!doctype html><html></html>", "web_page"),
        ("[]", "not_openapi"),
        ("hello", "not_openapi"),
        ("{}", "not_openapi"),
        ('{"openapi": ', "bad_syntax"),
        ('{"swaggerVersion": "1.2", "apis": []}', "old_version"),
        ('{"asyncapi": "2.0.0"}', "not_openapi"),
        ('{"openapi": "3.0.0", "paths": {}}', "no_operations"),
        (b"\xff\xfe\x00\x01\x02", "not_text"),
        (b"PK\x03\x04zip", "not_text"),
        ("\x00\x01", "not_text"),
    ],
)
def test_what_is_no_document_says_what_to_do(given: str | bytes, code: str) -> None:
    with pytest.raises(UnreadableApi) as caught:
        read_api(given)

    assert caught.value.code == code
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_documents_may_begin_with_a_mark(encoding: str) -> None:
    text = '{"openapi": "3.0.0", "info": {"title": "宠物"}, "paths": {"/a": {"get": {}}}}'

    assert read_api(text.encode(encoding)).title == "宠物"


GOOD = {"responses": {"200": {"description": "Fine."}}}


def test_a_document_that_keeps_to_the_standard_has_no_remark() -> None:
    assert api({"/a": {"get": GOOD}}).report == ()


@pytest.mark.parametrize(
    ("version", "item", "place"),
    [
        ("3.0.3", {"get": {}}, "/paths/~1a/get"),
        ("3.1.0", {"get": GOOD | {"deprecated": "no"}}, "/paths/~1a/get/deprecated"),
        ("3.2.0", {"get": GOOD | {"tags": "cats"}}, "/paths/~1a/get/tags"),
        ("3.0", {"get": GOOD | {"parameters": [{"name": "q"}]}}, "/paths/~1a/get/parameters/0"),
    ],
)
def test_what_does_not_keep_to_the_standard_is_read_and_told_of(version: str, item: Any, place: str) -> None:
    read = api({"/a": item, "/b": {"get": GOOD}}, openapi=version)

    assert len(read.operations) == 2
    assert [one.place for one in read.report if one.code == "not_valid"] == [place]


def test_only_so_much_is_compared_with_the_standard() -> None:
    large = {"get": GOOD | {"x-large": [[]] * 20_000, "deprecated": "no"}}
    read = api({"/a": large, "/b": {"get": {}}})

    assert codes(read, "noted") == ["validation_unfinished", "not_valid"]
