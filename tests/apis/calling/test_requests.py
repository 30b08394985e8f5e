"""Requests as OpenAPI's table of styles has them, and arguments that must not become one."""

import json
from typing import Any

import pytest

from glms.apis.calling.bodies import File
from glms.apis.calling.errors import BadArguments
from glms.apis.calling.request import Request, build
from glms.apis.reading.shapes import Body, Field, Operation, Parameter

SERVER = "https://api.example.org/v1"
EMPTY: Any = ""
ONE: Any = "blue"
MANY: Any = ["blue", "black", "brown"]
OBJECT: Any = {"R": 100, "G": 200, "B": 150}
STYLES = [
    ("path", "matrix", False, EMPTY, ";color"), ("path", "matrix", False, ONE, ";color=blue"),
    ("path", "matrix", False, MANY, ";color=blue,black,brown"), ("path", "matrix", True, ONE, ";color=blue"),
    ("path", "matrix", False, OBJECT, ";color=R,100,G,200,B,150"),
    ("path", "matrix", True, MANY, ";color=blue;color=black;color=brown"),
    ("path", "matrix", True, OBJECT, ";R=100;G=200;B=150"),
    ("path", "label", False, ONE, ".blue"), ("path", "label", False, MANY, ".blue,black,brown"),
    ("path", "label", False, OBJECT, ".R,100,G,200,B,150"), ("path", "label", True, MANY, ".blue.black.brown"),
    ("path", "label", True, OBJECT, ".R=100.G=200.B=150"),
    ("path", "simple", False, ONE, "blue"), ("path", "simple", False, MANY, "blue,black,brown"),
    ("path", "simple", False, OBJECT, "R,100,G,200,B,150"), ("path", "simple", True, OBJECT, "R=100,G=200,B=150"),
    ("query", "form", False, EMPTY, "color="), ("query", "form", False, ONE, "color=blue"),
    ("query", "form", False, MANY, "color=blue,black,brown"),
    ("query", "form", False, OBJECT, "color=R,100,G,200,B,150"),
    ("query", "form", True, MANY, "color=blue&color=black&color=brown"),
    ("query", "form", True, OBJECT, "R=100&G=200&B=150"),
    ("query", "spaceDelimited", False, MANY, "color=blue%20black%20brown"),
    ("query", "spaceDelimited", False, OBJECT, "color=R%20100%20G%20200%20B%20150"),
    ("query", "pipeDelimited", False, MANY, "color=blue|black|brown"),
    ("query", "pipeDelimited", False, OBJECT, "color=R|100|G|200|B|150"),
    ("query", "deepObject", True, OBJECT, "color[R]=100&color[G]=200&color[B]=150"),
]  # fmt: skip


def operation(*parameters: Parameter, body: Body | None = None, path: str = "/things", **more: Any) -> Operation:
    names = [one.argument for one in parameters]
    if body:
        names += [body.argument] if body.argument else [one.argument for one in body.fields]
    return Operation(
        key=f"POST {path}", name="things", method="post", path=path,
        schema={"type": "object", "properties": {name: {} for name in names}, "required": more.pop("required", [])},
        parameters=parameters, body=body, **more,
    )  # fmt: skip


def parameter(
    place: Any = "query", style: str = "form", *, explode: bool = False, name: str = "color", **more: Any
) -> Parameter:
    return Parameter(argument=name, name=name, place=place, required=False, style=style, explode=explode, **more)


def files(name: str) -> File:
    if name != "cat.png":
        raise BadArguments(f"There is no file {name}.")
    return File(name="cat.png", media_type="image/png", data=b"\x89PNG")


def built(one: Operation, arguments: dict[str, Any], server: str = SERVER) -> Request:
    return build(one, arguments, server=server, files=files)


@pytest.mark.parametrize(("place", "style", "explode", "value", "text"), STYLES)
def test_values_are_written_as_the_specification_shows(
    place: str, style: str, explode: bool, value: Any, text: str
) -> None:
    one = parameter(place, style, explode=explode)
    if place == "path":
        assert built(operation(one, path="/a/{color}/b"), {"color": value}).url == f"{SERVER}/a/{text}/b"
    else:
        assert built(operation(one), {"color": value}).url == f"{SERVER}/things?{text}"


def test_headers_and_cookies() -> None:
    one, cookie = parameter("header", "simple", name="X-Color", explode=True), parameter("cookie", name="shade")
    request = built(operation(one, cookie), {"X-Color": OBJECT, "shade": "dark; blue"})
    assert request.headers["X-Color"] == "R=100,G=200,B=150"
    assert request.cookies == {"shade": "dark%3B%20blue"}
    assert request.method == "POST"


@pytest.mark.parametrize("name", ["Host", "Authorization", "content-length", "Cookie", "TE", "X-Forwarded-For"])
def test_no_argument_sets_how_and_in_whose_name_it_is_sent(name: str) -> None:
    assert set(built(operation(parameter("header", "simple", name=name)), {name: "evil"}).headers) == {"Accept"}


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "\x00", "名字", "a\x7f"])
def test_a_header_takes_no_other_lines(value: str) -> None:
    with pytest.raises(BadArguments, match="header"):
        built(operation(parameter("header", "simple", name="X-A")), {"X-A": value})


@pytest.mark.parametrize(
    ("value", "text"),
    [("../../admin", "..%2F..%2Fadmin"), ("a/b?c#d", "a%2Fb%3Fc%23d"), ("a@evil.test:1", "a%40evil.test%3A1"),
     ("名", "%E5%90%8D"), ("%2e%2e", "%252e%252e"), ("a\r\nb", "a%0D%0Ab"), (True, "true"), (7.0, "7"), (0, "0")],
)  # fmt: skip
def test_a_part_of_the_address_stays_one_part(value: Any, text: str) -> None:
    request = built(operation(parameter("path", "simple"), path="/a/{color}"), {"color": value})
    assert request.url == f"{SERVER}/a/{text}"


@pytest.mark.parametrize("value", ["", ".", "..", [], {}])
def test_a_part_of_the_address_is_not_nothing(value: Any) -> None:
    with pytest.raises(BadArguments, match="color"):
        built(operation(parameter("path", "simple"), path="/a/{color}"), {"color": value})


@pytest.mark.parametrize(
    ("arguments", "told"),
    [({"color": "x", "other": 1}, "no argument 'other'"), ({}, "needs color"), ({"color": None}, "needs color"),
     ({"color": "x" * 20_000}, "too long"), ({"color": "\ud800"}, "surrogate")],
)  # fmt: skip
def test_what_makes_no_request_is_told(arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(BadArguments, match=told):
        built(operation(parameter(), required=["color"]), arguments)


def test_what_the_address_has_already_stays() -> None:
    one = operation(parameter(), fixed_query=(("v", "2 b"),))
    assert (
        built(one, {"color": "blue"}, "https://x.test/?key=1#part").url
        == "https://x.test/things?key=1&v=2%20b&color=blue"
    )


def test_reserved_characters_are_sent_where_allowed_but_end_nothing() -> None:
    one = operation(parameter(allow_reserved=True))
    assert built(one, {"color": "a/b:c&d#e+f"}).url.endswith("?color=a/b:c%26d%23e%2Bf")


def test_a_parameter_with_a_media_type_is_json() -> None:
    assert built(operation(parameter(content="application/json")), {"color": {"a": [1]}}).url.endswith(
        "color=%7B%22a%22%3A%5B1%5D%7D"
    )


def body(kind: Any, media_type: str, *fields: Field, argument: str = "", **more: Any) -> Body:
    return Body(
        media_type=media_type, kind=kind, required=more.pop("required", True), fields=fields, argument=argument, **more
    )


def test_json_is_put_together_of_its_fields() -> None:
    one = body("json", "application/json", Field(argument="body_name", name="name"), Field(argument="age", name="age"))
    sent = built(operation(body=one), {"body_name": "Ann 名", "age": 3}).payload
    assert sent is not None
    assert json.loads(sent.data) == {"name": "Ann 名", "age": 3}
    whole = built(operation(body=body("json", "application/json", argument="items")), {"items": [1, None]}).payload
    assert whole is not None
    assert whole.data == b"[1,null]"
    with pytest.raises(BadArguments):
        built(operation(body=one), {"age": float("nan")})


def test_a_body_that_is_left_out() -> None:
    field = Field(argument="a", name="a")
    assert built(operation(body=body("json", "application/json", field, required=False)), {}).payload is None
    needed = built(operation(body=body("json", "application/json", field)), {}).payload
    assert needed is not None
    assert needed.data == b"{}"


def test_a_form_is_encoded() -> None:
    fields = (
        Field(argument="a", name="a b"),
        Field(argument="many", name="many"),
        Field(argument="deep", name="deep", style="deepObject"),
    )
    sent = built(
        operation(body=body("form", "application/x-www-form-urlencoded", *fields)),
        {"a": "x y&z", "many": [1, 2], "deep": {"k": {"l": "m"}, "list": [1, 2]}},
    ).payload
    assert sent is not None
    assert sent.data == b"a+b=x+y%26z&many=1&many=2&deep[k][l]=m&deep[list]=1&deep[list]=2"


@pytest.mark.parametrize("value", ["\ud800", ["\ud800"], {"a": "\ud800"}, float("nan"), {"a": float("inf")}])
@pytest.mark.parametrize("kind", ["json", "form", "multipart", "text"])
def test_what_no_body_can_carry_is_told(kind: str, value: Any) -> None:
    whole = body(kind, "x/y", argument="body")
    fields = body(kind, "x/y", Field(argument="body", name="body"))
    for one in (whole,) if kind == "text" else (whole, fields):
        with pytest.raises(BadArguments):
            built(operation(body=one), {"body": value})


def test_a_form_with_files_has_parts() -> None:
    fields = (
        Field(argument="pictures", name="pictures", is_file=True, media_type="image/*"),
        Field(argument="about", name="about"),
        Field(argument="count", name="count"),
    )
    sent = built(
        operation(body=body("multipart", "multipart/form-data", *fields)),
        {"pictures": ["cat.png", "cat.png"], "about": {"a": 1}, "count": 2},
    ).payload
    assert sent is not None
    told = [(part.name, part.filename, part.media_type, part.data) for part in sent.parts]
    picture = ("pictures", "cat.png", "image/png", b"\x89PNG")
    assert told == [picture, picture, ("about", "", "application/json", b'{"a":1}'), ("count", "", "", b"2")]


def test_a_file_by_itself_and_text() -> None:
    raw = built(
        operation(body=body("binary", "application/octet-stream", argument="file", is_file=True)), {"file": "cat.png"}
    )
    assert raw.payload is not None
    assert (raw.payload.media_type, raw.payload.data) == ("image/png", b"\x89PNG")
    text = built(operation(body=body("text", "text/plain", argument="body")), {"body": "名"})
    assert text.payload is not None
    assert text.payload.data == "名".encode()
    with pytest.raises(BadArguments, match="no file"):
        built(operation(body=body("binary", "image/png", argument="file", is_file=True)), {"file": "../etc/passwd"})
