"""One operation of a document as a tool: what it is called with, what it needs, what it may change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from glms.apis.reading.arguments import Argument, schema_of
from glms.apis.reading.bodies import Sent, body_of
from glms.apis.reading.context import Context, first_of, list_of, pointer
from glms.apis.reading.limits import MAX_DESCRIPTION, MAX_RAW_PARAMETERS, MAX_SUMMARY, MAX_URL
from glms.apis.reading.names import argument_names
from glms.apis.reading.parameters import Described, parameters_of
from glms.apis.reading.security import requirements_of
from glms.apis.reading.servers import servers_of
from glms.apis.reading.shapes import Operation
from glms.apis.reading.values import shortened_to
from inference.text import clean

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CALLED = ("get", "put", "post", "delete", "options", "head", "patch")
NOT_CALLED = frozenset({"trace", "query", "connect"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An operation in its document. `raw` and `item` as OpenAPI 3 has them; `item` is what all of its path shares."""

    key: str
    method: str
    path: str
    raw: dict[str, Any]
    item: dict[str, Any]

    @property
    def place(self) -> str:
        return pointer("paths", self.path, self.method.lower())


def read_operation(context: Context, found: Found, name: str) -> Operation | None:
    """None, and a remark, where it cannot be called. Raises OutOfWork."""
    split = _path(found.path)
    if split is None:
        context.report.add("bad_path", "skipped", operation=found.key, place=found.place)
        return None
    path, fixed_query = split
    raw = found.raw
    told = raw.get("security")
    security = requirements_of(context, told, found.key) if isinstance(told, list) else context.security
    listed = [*list_of(found.item.get("parameters"))[:MAX_RAW_PARAMETERS], *list_of(raw.get("parameters"))]
    context.work.spend(min(len(listed), MAX_RAW_PARAMETERS))
    described = parameters_of(context, found.key, path, listed, security)
    sent = body_of(context, found.key, found.method, raw.get("requestBody"))
    names = _names(context, found.key, described, sent)
    schema = schema_of(context, found.key, _arguments(described, sent, names))
    if schema is None:
        context.report.add("too_large", "skipped", operation=found.key, place=found.place)
        return None
    kept = [argument if argument in schema["properties"] else "" for argument in names]
    told_consequential = raw.get("x-openai-isConsequential")
    return Operation(
        key=found.key, name=name, method=found.method, path=path, fixed_query=fixed_query, schema=schema,
        summary=shortened_to(raw.get("summary") or found.item.get("summary"), MAX_SUMMARY),
        description=shortened_to(raw.get("description") or found.item.get("description"), MAX_DESCRIPTION),
        tags=tuple(shortened_to(tag, 100) for tag in list_of(raw.get("tags"))[:20] if isinstance(tag, str)),
        parameters=tuple(one.under(argument) for one, argument in zip(described, kept, strict=False) if argument),
        body=_body(sent, kept[len(described) :]),
        response_types=_response_types(context, raw),
        security=security,
        servers=_servers(context, found),
        deprecated=raw.get("deprecated") is True,
        consequential=told_consequential if isinstance(told_consequential, bool) else found.method not in SAFE,
    )  # fmt: skip


def _path(path: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """The template and what the document wrote behind its "?"; what is behind "#" only tells operations apart."""
    if len(path) > MAX_URL:
        return None
    plain, _, query = path.partition("#")[0].partition("?")
    is_odd = any(ord(sign) <= 32 or ord(sign) == 127 or sign == "\\" for sign in clean(path))
    dots = {".", "..", "%2e", "%2e%2e", ".%2e", "%2e."}
    is_climbing = any(segment.lower() in dots for segment in plain.split("/"))
    if not plain.startswith("/") or plain.startswith("//") or is_odd or is_climbing:
        return None
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return None
    return clean(plain), tuple(pair for pair in pairs if "{" not in pair[1])


def _names(context: Context, key: str, described: Sequence[Described], sent: Sent | None) -> list[str]:
    """Of the parameters, then of the body's parts."""
    parts = sent.parts if sent else ()
    wanted: list[tuple[str, str]] = [(one.place, one.name) for one in described]
    wanted += [("body", part.field or ("file" if part.is_file else "body")) for part in parts]
    names = argument_names(wanted)
    for name, (_, on_the_wire) in zip(names, wanted, strict=True):
        if name != on_the_wire:
            context.report.add("argument_renamed", "noted", operation=key)
    return names


def _arguments(described: Sequence[Described], sent: Sent | None, names: Sequence[str]) -> list[Argument]:
    made = [
        Argument(name=name, schema=one.schema, required=one.required, is_query=not one.content)
        for one, name in zip(described, names, strict=False)
    ]
    parts = sent.parts if sent else ()
    return made + [
        Argument(name=name, schema=part.schema, required=part.required, path=part.path)
        for part, name in zip(parts, names[len(described) :], strict=True)
    ]


def _body(sent: Sent | None, names: Sequence[str]) -> Any:
    if sent is None:
        return None
    return sent.under({part.field: name for part, name in zip(sent.parts, names, strict=True) if name})


def _response_types(context: Context, raw: dict[str, Any]) -> tuple[str, ...]:
    """Of what comes back when all went well."""
    found: list[str] = []
    for status, told in first_of(raw.get("responses"), 100).items():
        if str(status).startswith("2") or status == "default":
            response = context.followed(told)
            found += [clean(one[:100]) for one in first_of((response or {}).get("content"), 20)]
    return tuple(dict.fromkeys(found))[:20]


def _servers(context: Context, found: Found) -> Any:
    for where, told in ((found.place, found.raw.get("servers")), (found.place, found.item.get("servers"))):
        if told and (own := servers_of(context, told, place=f"{where}/servers", operation=found.key)):
            return own
    return context.servers
