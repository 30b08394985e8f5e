"""What a request carries: JSON, a form, a form with files, a file by itself, text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from glms.apis.calling.errors import BadArguments
from glms.apis.calling.styles import as_json, in_bytes, in_query, plain
from glms.apis.reading.shapes import Body, Field


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that is sent along. name: without folders."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a form with files; a file has a `filename`."""

    name: str
    data: bytes
    media_type: str = ""
    filename: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Bytes of a media type, or the parts of a multipart form, which whoever sends it puts together."""

    media_type: str
    data: bytes = b""
    parts: tuple[Part, ...] = ()


def payload(body: Body, given: Mapping[str, Any], *, files: Callable[[str], File]) -> Payload | None:
    """None where the body may be left out and was. Raises BadArguments; what `files` raises."""
    fields = {one.name: (one, given[one.argument]) for one in body.fields if one.argument in given}
    whole = given.get(body.argument) if body.argument else None
    if whole is None and not fields:
        return Payload(media_type=body.media_type, data=_empty(body)) if body.required else None
    match body.kind:
        case "json":
            value = {name: value for name, (_, value) in fields.items()} if not body.argument else whole
            return Payload(media_type=body.media_type, data=as_json(value).encode())
        case "form":
            return Payload(media_type=body.media_type, data=_form(body, fields, whole).encode())
        case "multipart":
            return Payload(media_type=body.media_type, parts=tuple(_parts(fields, whole, files=files)))
        case "binary":
            file = files(_one_name(body.argument, whole))
            return Payload(media_type=_definite(body.media_type) or file.media_type, data=file.data)
        case "text":
            return Payload(media_type=body.media_type, data=in_bytes(plain(whole)))
        case _:
            assert_never(body.kind)


def _empty(body: Body) -> bytes:
    return b"{}" if body.kind == "json" and not body.argument else b""


def _form(body: Body, fields: Mapping[str, tuple[Field, Any]], whole: Any) -> str:
    if body.argument:
        if not isinstance(whole, Mapping):
            raise BadArguments(f"{body.argument} has to be an object: its members are the fields of a form.")
        pairs = [in_query(name, value, style="form", explode=True) for name, value in whole.items()]
    else:
        pairs = [
            in_query(name, value, style=one.style or "form", explode=one.explode)
            for name, (one, value) in fields.items()
        ]
    return "&".join(pair for pair in pairs if pair).replace("%20", "+")


def _parts(fields: Mapping[str, tuple[Field, Any]], whole: Any, *, files: Callable[[str], File]) -> list[Part]:
    if whole is not None:
        if not isinstance(whole, Mapping):
            raise BadArguments("The body has to be an object: its members are the parts of a form.")
        return [_value(name, one, "") for name, one in whole.items()]
    made: list[Part] = []
    for name, (one, value) in fields.items():
        items = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        if one.is_file:
            made += [_file(one, files(_one_name(name, item))) for item in items]
        else:
            made += [_value(name, item, one.media_type) for item in items]
    return made


def _file(one: Field, file: File) -> Part:
    return Part(
        name=one.name, data=file.data, media_type=_definite(one.media_type) or file.media_type, filename=file.name
    )


def _value(name: str, value: Any, media_type: str) -> Part:
    """Objects as JSON, as the specification says; the rest as text."""
    if isinstance(value, Mapping) or "json" in media_type:
        return Part(name=name, data=as_json(value).encode(), media_type=media_type or "application/json")
    return Part(name=name, data=in_bytes(plain(value)), media_type=media_type)


def _definite(media_type: str) -> str:
    """Nothing for a range of media types, such as `image/*` or several."""
    vague = "*" in media_type or "," in media_type or media_type == "application/octet-stream"
    return "" if vague else media_type


def _one_name(argument: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise BadArguments(f"{argument} has to be the name of one file.")
    return value
