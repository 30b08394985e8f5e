"""What an operation sends along: which of the offered formats, and which of its fields become arguments."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glms.apis.reading.context import Context, first_of, list_of, mapping_of, names_of, text_of
from glms.apis.reading.gathering import Attempt, Gathered, TooBig, gather
from glms.apis.reading.shapes import Body, BodyKind, Field
from glms.apis.reading.unions import constraint_only

NO_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
ORDER: tuple[BodyKind, ...] = ("json", "form", "multipart", "text", "binary")
"""What models write best comes first."""
TEXTS = ("xml", "yaml", "graphql", "ndjson", "json-seq", "csv", "javascript", "sparql")
FILE_NOTE = "A file: its name in this conversation."
MAX_FIELDS = 1_000
MAX_MEDIA_TYPES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One argument of the body before it has a name. field: on the wire, or "" where it is the whole body."""

    field: str
    schema: Any
    required: bool
    is_file: bool = False
    media_type: str = ""
    style: str = ""
    explode: bool = True
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A body before its arguments have names."""

    media_type: str
    kind: BodyKind
    required: bool
    parts: tuple[Part, ...]
    offered: tuple[str, ...]

    def under(self, names: Mapping[str, str]) -> Body:
        """names: arguments by field, those that were left out not among them."""
        whole = next((one for one in self.parts if not one.field), None)
        fields = [
            Field(
                argument=names[one.field], name=one.field, is_file=one.is_file, media_type=one.media_type,
                style=one.style, explode=one.explode,
            )
            for one in self.parts
            if one.field and one.field in names
        ]  # fmt: skip
        return Body(
            media_type=self.media_type, kind=self.kind, required=self.required, offered=self.offered,
            argument=names.get("", "") if whole else "", is_file=bool(whole and whole.is_file), fields=tuple(fields),
        )  # fmt: skip


def body_of(context: Context, operation: str, method: str, raw: Any) -> Sent | None:
    """None where there is none. Raises OutOfWork."""
    told = None if raw is None else context.followed(raw, operation=operation)
    if told is None and isinstance(raw, dict) and "$ref" in raw:
        told = {"content": {"application/json": {}}}  # it is somewhere else: any JSON
    content = first_of(told.get("content"), MAX_MEDIA_TYPES) if told else {}
    if told is None or not content:
        return None
    if method in NO_BODY:
        context.report.add("body_not_sent", "altered", operation=operation)
        return None
    offered = tuple(str(one)[:100] for one in content)
    media_type = min(content, key=lambda one: ORDER.index(kind_of(str(one))))
    media = mapping_of(content[media_type])
    kind = kind_of(str(media_type))
    schema = media.get("schema", {})
    attempt = Attempt(context.references, context.work)
    try:
        root = gather(attempt, schema, ())
    except TooBig:
        root = Gathered({}, ())
    if kind == "json" and "*" in str(media_type) and _is_file(root.schema):
        kind = "binary"
    required = told.get("required") is True or (
        told.get("required") is None and bool(list_of(root.schema.get("required")))
    )
    if kind == "text" and not str(media_type).startswith("text/"):
        context.report.add("body_as_text", "altered", operation=operation, detail=str(media_type))
    if kind in ("text", "binary"):
        parts: tuple[Part, ...] = (_whole(kind, str(media_type), root, required=required),)
    else:
        parts = _parts(context, root, schema, mapping_of(media.get("encoding")), required=required)
    return Sent(media_type=_concrete(str(media_type), kind), kind=kind, required=required, parts=parts, offered=offered)


def kind_of(media_type: str) -> BodyKind:
    essence = media_type.partition(";")[0].strip().lower()
    if essence == "application/x-www-form-urlencoded":
        return "form"
    if essence.startswith("multipart/"):
        return "multipart"
    if any(word in essence for word in TEXTS) or essence.startswith("text/"):
        return "text"
    is_json = essence.endswith(("/json", "+json", "json")) or essence in ("*/*", "application/*", "")
    return "json" if is_json else "binary"


def _concrete(media_type: str, kind: BodyKind) -> str:
    """A media type that can be sent."""
    if "*" not in media_type and "/" in media_type and media_type.isprintable() and len(media_type) <= 100:
        return media_type
    return {"json": "application/json", "text": "text/plain", "multipart": "multipart/form-data"}.get(
        kind, "application/octet-stream" if kind == "binary" else "application/x-www-form-urlencoded"
    )


def _whole(kind: BodyKind, media_type: str, root: Gathered, *, required: bool) -> Part:
    told = root.schema.get("description")
    words = FILE_NOTE if kind == "binary" else f"Text, written as {media_type}."
    described = f"{words} {told}" if isinstance(told, str) else words
    return Part(
        field="", schema={"type": "string", "description": described}, required=required, is_file=kind == "binary"
    )


def _parts(
    context: Context, root: Gathered, schema: Any, encoding: dict[str, Any], *, required: bool
) -> tuple[Part, ...]:
    properties = mapping_of(root.schema.get("properties"))
    if not _can_spread(root.schema) or len(properties) > MAX_FIELDS:
        return (Part(field="", schema=schema, required=required),)
    needed = names_of(root.schema.get("required")) if required else frozenset()
    found = []
    for name, inner in properties.items():
        peeked = _peeked(context, inner, root)
        if peeked.get("readOnly") is True:
            continue
        told = mapping_of(encoding.get(name))
        content_type = text_of(told.get("contentType"), 200).partition(",")[0].strip()
        is_file = _is_file(peeked) or (_is_binary_type(content_type) and peeked.get("type") in (None, "string"))
        is_needed = name in needed
        found.append(Part(
            field=str(name), schema=_file_schema(peeked) if is_file else inner, required=is_needed, is_file=is_file,
            media_type=content_type if content_type.isprintable() and "*" not in content_type else "",
            style=text_of(told.get("style"), 20), explode=told.get("explode") is not False,
            path=root.path,
        ))  # fmt: skip
    return tuple(found)


def _peeked(context: Context, schema: Any, root: Gathered) -> dict[str, Any]:
    try:
        return gather(Attempt(context.references, context.work), schema, root.path).schema
    except TooBig:
        return {}


def _can_spread(schema: dict[str, Any]) -> bool:
    """Whether the fields of this object can be arguments by themselves."""
    unions = [schema[key] for key in ("anyOf", "oneOf") if isinstance(schema.get(key), list) and schema[key]]
    return (
        bool(mapping_of(schema.get("properties")))
        and schema.get("type", "object") in ("object", ["object"])
        and not schema.get("additionalProperties")
        and not any(_is_union(one) for one in unions)
    )


def _is_union(options: list[Any]) -> bool:
    return len(options) > MAX_FIELDS or not constraint_only(options)


def _is_file(schema: dict[str, Any]) -> bool:
    """Whether bytes are meant; also of a list of files."""
    items = schema.get("items")
    if schema.get("type") == "array" and isinstance(items, dict) and "$ref" not in items:
        return _is_file(items)
    is_plain = schema.get("type") in ("string", "file", None)
    is_encoded = bool(schema.get("contentEncoding"))
    told = _is_binary_type(text_of(schema.get("contentMediaType"), 200)) and not is_encoded
    return is_plain and (schema.get("format") == "binary" or schema.get("type") == "file" or told)


def _is_binary_type(media_type: str) -> bool:
    return bool(media_type) and "/" in media_type and kind_of(media_type) == "binary"


def _file_schema(schema: dict[str, Any]) -> dict[str, Any]:
    told = schema.get("description")
    note = f"{FILE_NOTE} {told}" if isinstance(told, str) else FILE_NOTE
    if schema.get("type") == "array":
        return {"type": "array", "items": {"type": "string"}, "description": note}
    return {"type": "string", "description": note}
