"""curl lines and Postman collections: each request an operation, no credential kept."""

from typing import Any

import orjson
import pytest

from glms.apis.reading import ImportedApi, UnreadableApi, read_api


def codes(read: ImportedApi) -> list[str]:
    return [remark.code for remark in read.report]


def whole(read: ImportedApi) -> str:
    return repr(read)


def test_a_curl_line_is_an_operation() -> None:
    read = read_api(
        """
        $ curl -sSL -X POST 'https://api.example.com/v1/pets?dry_run=true' \\
            -H 'Content-Type: application/json' -H "X-Team: cats" \\
            --data-raw '{"name": "Mia", "age": 3, "tags": ["a"], "owner": {"id": 1.5}}' | jq .
        """
    )

    operation = read.operations[0]
    assert (read.kind, operation.key, read.servers[0].url) == ("curl", "POST /v1/pets", "https://api.example.com")
    assert {(one.argument, one.place) for one in operation.parameters} == {("dry_run", "query"), ("X_Team", "header")}
    assert operation.schema["properties"]["dry_run"]["default"] == "true"
    assert operation.schema["properties"]["age"] == {"type": "integer", "description": "Example: 3"}
    assert operation.schema["properties"]["owner"]["properties"]["id"]["type"] == "number"
    assert operation.body is not None
    assert operation.body.kind == "json"
    assert operation.consequential


@pytest.mark.parametrize(
    ("line", "kind", "name", "place"),
    [
        ("-H 'Authorization: Bearer s3cr3t'", "bearer", "", None),
        ("--oauth2-bearer s3cr3t", "bearer", "", None),
        ("-u me:s3cr3t", "basic", "", None),
        ("-H 'Authorization: Basic s3cr3t'", "basic", "", None),
        ("-H 'Authorization: s3cr3t'", "api_key", "Authorization", "header"),
        ("-H 'X-Api-Key: s3cr3t'", "api_key", "X-Api-Key", "header"),
        ("'https://b.example/?api_key=s3cr3t'", "api_key", "api_key", "query"),
        ("https://me:s3cr3t@b.example/", "basic", "", None),
    ],
)
def test_credentials_become_a_way_of_signing_in_and_are_not_kept(line: str, kind: str, name: str, place: Any) -> None:
    read = read_api(f"curl https://a.example/x {line}")

    assert [(one.kind, one.name, one.place) for one in read.schemes] == [(kind, name, place)]
    assert [list(one.security[0]) for one in read.operations if one.security] == [[read.schemes[0].id]]
    assert "s3cr3t" not in whole(read)
    assert "credential_left_out" in codes(read) or "@" in line


@pytest.mark.parametrize(
    ("line", "method", "kind", "fields"),
    [
        ("-d a=1 -d b=2", "POST", "form", {"a", "b"}),
        ("--data-urlencode 'q=x y'", "POST", "form", {"q"}),
        ("-F file=@cat.png -F note=hello", "POST", "multipart", {"file", "note"}),
        ("--json '{\"a\": 1}'", "POST", "json", {"a"}),
        ("-XPUT -d '{\"a\": 1}'", "PUT", "json", {"a"}),
        ("-T report.pdf", "PUT", "binary", set()),
        ("-H 'Content-Type: application/xml' -d '<a/>'", "POST", "text", set()),
        ("--data-binary @big.bin", "POST", "binary", set()),
        ('-d $\'{"a": "it\\\'s\\u0041"}\'', "POST", "json", {"a"}),
    ],
)
def test_bodies_of_curl_lines(line: str, method: str, kind: str, fields: set[str]) -> None:
    operation = read_api(f"curl https://a.example/x {line}").operations[0]

    assert operation.method == method
    assert operation.body is not None
    assert operation.body.kind == kind
    assert {field.name for field in operation.body.fields} == fields


def test_get_puts_the_data_into_the_query() -> None:
    operation = read_api("curl -G https://a.example/x -d q=1 --data-urlencode 'r=2 3'").operations[0]

    assert operation.method == "GET"
    assert operation.body is None
    assert {one.name for one in operation.parameters} == {"q", "r"}


def test_several_lines_are_several_operations() -> None:
    read = read_api("curl https://a.example/x\ncurl https://b.example/y -d 1; curl https://a.example/x?z=1")

    assert [one.key for one in read.operations] == ["GET /x", "POST /y", "GET /x#2"]
    assert [one.servers[0].url for one in read.operations] == [
        "https://a.example",
        "https://b.example",
        "https://a.example",
    ]
    assert [one.path for one in read.operations] == ["/x", "/y", "/x"]
    assert len({one.name for one in read.operations}) == 3


@pytest.mark.parametrize(("line", "code"), [("curl -s", "no_operations"), ("curl 'https://a", "bad_syntax")])
def test_lines_that_say_nothing(line: str, code: str) -> None:
    with pytest.raises(UnreadableApi) as caught:
        read_api(line)

    assert caught.value.code == code


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "file:///etc/passwd", "http://127.0.0.1:8000/x"])
def test_addresses_within_the_network_are_told_of_or_left_out(url: str) -> None:
    read = read_api(f"curl {url}")

    assert {"inside_address", "bad_server", "no_server"} & set(codes(read))
    assert not any(server.url.startswith("file") for one in read.operations for server in one.servers)


def collection(*items: Any, **more: Any) -> bytes:
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    return orjson.dumps({"info": {"name": "Pets", "schema": schema}, "item": list(items)} | more)


def test_a_collection_is_read_folder_by_folder() -> None:
    get = {
        "name": "Get a pet",
        "request": {
            "method": "GET",
            "url": {
                "raw": "{{base}}/pets/:id?full={{full}}&lang=en",
                "query": [
                    {"key": "full", "value": "{{full}}"},
                    {"key": "lang", "value": "en"},
                    {"key": "x", "disabled": True},
                ],
                "variable": [{"key": "id", "value": "7", "description": "Which pet."}],
            },
        },
    }
    add = {
        "name": "Add",
        "request": {
            "method": "POST",
            "url": "{{base}}/pets",
            "body": {"mode": "raw", "raw": '{"name": "Mia", "age": {{age}}}', "options": {"raw": {"language": "json"}}},
        },
    }
    read = read_api(
        collection({"name": "Pets", "item": [get]}, add, variable=[{"key": "base", "value": "https://a.example/v1"}])
    )

    first, second = read.operations
    assert (read.kind, read.title, first.name, first.tags) == ("postman", "Pets", "Get_a_pet", ("Pets",))
    assert (first.path, first.servers[0].url) == ("/v1/pets/{id}", "https://a.example")
    assert first.schema["properties"] == {
        "id": {"type": "string", "description": "Which pet.", "default": "7"},
        "full": {"type": "string"},
        "lang": {"type": "string", "default": "en"},
    }
    assert set(second.schema["properties"]) == {"name", "age"}


def test_a_collection_whose_address_is_open_asks_for_it() -> None:
    read = read_api(collection({"name": "a", "request": {"method": "GET", "url": "{{base}}/pets/{{id}}"}}))

    assert read.operations[0].path == "/pets/{id}"
    assert read.operations[0].servers == ()
    assert "no_server" in codes(read)


@pytest.mark.parametrize(
    ("auth", "kinds"),
    [
        ({"type": "bearer", "bearer": [{"key": "token", "value": "s3cr3t"}]}, ["bearer"]),
        ({"type": "basic", "basic": [{"key": "password", "value": "s3cr3t"}]}, ["basic"]),
        (
            {"type": "apikey", "apikey": [{"key": "key", "value": "X-Key"}, {"key": "value", "value": "s3cr3t"}]},
            ["api_key"],
        ),
        ({"type": "noauth"}, []),
        ({"type": "hawk", "hawk": [{"key": "authKey", "value": "s3cr3t"}]}, []),
        (
            {
                "type": "oauth2",
                "oauth2": [
                    {"key": "accessTokenUrl", "value": "https://a.example/token"},
                    {"key": "grant_type", "value": "client_credentials"},
                    {"key": "clientSecret", "value": "s3cr3t"},
                ],
            },
            ["oauth2"],
        ),
    ],
)
def test_collections_say_how_to_sign_in(auth: dict[str, Any], kinds: list[str]) -> None:
    read = read_api(collection({"name": "a", "request": {"method": "GET", "url": "https://a.example/x"}}, auth=auth))

    assert [one.kind for one in read.schemes] == kinds
    assert "s3cr3t" not in whole(read)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "1"}]}, "form"),
        ({"mode": "formdata", "formdata": [{"key": "f", "type": "file"}]}, "multipart"),
        ({"mode": "file"}, "binary"),
        ({"mode": "graphql", "graphql": {"query": "{a}"}}, "json"),
        ({"mode": "raw", "raw": "plain words"}, "text"),
    ],
)
def test_bodies_of_collections(body: dict[str, Any], kind: str) -> None:
    read = read_api(
        collection({"name": "a", "request": {"method": "POST", "url": "https://a.example/x", "body": body}})
    )

    assert read.operations[0].body is not None
    assert read.operations[0].body.kind == kind
