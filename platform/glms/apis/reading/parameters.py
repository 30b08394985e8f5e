"""What goes into the path, the query, headers and cookies: which of it a model may set, and how it is written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from glms.apis.reading.context import Context, first_of, mapping_of, text_of
from glms.apis.reading.limits import MAX_RAW_PARAMETERS
from glms.apis.reading.shapes import Parameter, ParameterPlace, Requirement

TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}")
"""A name of a header or a cookie (RFC 9110)."""
PLACES = ("path", "query", "header", "cookie")
STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
"""Of each place, the usual one first."""
FIXED_HEADERS = frozenset({
    "accept", "accept-encoding", "authorization", "connection", "content-encoding", "content-length", "content-type",
    "cookie", "cookie2", "date", "expect", "forwarded", "host", "http2-settings", "keep-alive", "origin",
    "proxy-authenticate", "proxy-authorization", "proxy-connection", "referer", "set-cookie", "te", "trailer",
    "transfer-encoding", "upgrade", "user-agent", "via", "x-real-ip", "x-original-url", "x-rewrite-url",
    "x-http-method", "x-http-method-override", "x-method-override",
})  # fmt: skip
"""Headers that steer the connection, or say who asks: they are ours."""
CREDENTIALS = frozenset({"token", "access_token", "auth_token", "api_key", "apikey", "api-key", "x-api-key"})
"""What carries the credential where an operation asks for one, also where its document says it twice."""
FIXED_PREFIXES = ("x-forwarded-", "proxy-", "sec-")
PLACEHOLDER = re.compile(r"\{([^{}/]{1,200})\}")
KEPT = ("description", "example", "deprecated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A parameter before its argument has a name. `schema`: raw, as the document has it."""

    name: str
    place: ParameterPlace
    required: bool
    schema: Any
    style: str
    explode: bool
    allow_reserved: bool
    content: str

    def under(self, argument: str) -> Parameter:
        return Parameter(
            argument=argument, name=self.name, place=self.place, required=self.required, style=self.style,
            explode=self.explode, allow_reserved=self.allow_reserved, content=self.content,
        )  # fmt: skip


def is_ours(header: str) -> bool:
    """Whether a header steers the connection or says who asks, so that no argument may set it."""
    lowered = header.lower()
    return lowered in FIXED_HEADERS or lowered.startswith(FIXED_PREFIXES)


def parameters_of(
    context: Context, operation: str, path: str, raw: Sequence[Any], security: Sequence[Requirement]
) -> list[Described]:
    """Those that a model may set, path first; each placeholder of the path has one."""
    if len(raw) > MAX_RAW_PARAMETERS:
        context.report.add("parameter_limit", "altered", operation=operation)
    secrets = _secrets(context, security)
    found: dict[tuple[str, str], Described] = {}
    for entry in raw[:MAX_RAW_PARAMETERS]:
        one = _parameter(context, operation, entry)
        if one is not None and _may_be_set(context, operation, one, secrets):
            found[one.place, one.name] = one
    placeholders = list(dict.fromkeys(PLACEHOLDER.findall(path)))
    for name in placeholders:
        if ("path", name) not in found:
            context.report.add("missing_parameter", "altered", operation=operation, detail=name)
            found["path", name] = _plain(name)
    used = [one for one in found.values() if one.place != "path" or one.name in placeholders]
    return sorted(used, key=lambda one: PLACES.index(one.place))


def _parameter(context: Context, operation: str, entry: Any) -> Described | None:
    raw = context.followed(entry, operation=operation)
    name, place = (raw.get("name"), raw.get("in")) if raw else (None, None)
    if raw is None or not isinstance(name, str) or not 0 < len(name) <= 500 or place not in PLACES:
        context.report.add("bad_parameter", "altered", operation=operation, detail=text_of(name, 60))
        return None
    schema, content = _schema(raw)
    told = raw.get("style")
    style = told if told in STYLES[place] else STYLES[place][0]
    explode = raw.get("explode")
    notes = {key: raw[key] for key in KEPT if raw.get(key) is not None}
    for example in first_of(raw.get("examples"), 1).values():
        notes.setdefault("example", mapping_of(example).get("value"))
    return Described(
        name=name,
        place=cast("ParameterPlace", place),
        required=place == "path" or raw.get("required") is True,
        schema={"allOf": [notes, schema]} if notes else schema,
        style=style,
        explode=explode if isinstance(explode, bool) else style == "form",
        allow_reserved=raw.get("allowReserved") is True,
        content=content,
    )


def _schema(raw: dict[str, Any]) -> tuple[Any, str]:
    """The raw schema, and the media type where the value is written in one."""
    for media_type, media in first_of(raw.get("content"), 1).items():
        return mapping_of(media).get("schema", {}), media_type[:100]
    return raw.get("schema", {}), ""


def _may_be_set(context: Context, operation: str, one: Described, secrets: frozenset[tuple[str, str]] | None) -> bool:
    """secrets: where the credential goes; None where the operation asks for none."""
    lowered = one.name.lower()
    if one.place in ("header", "cookie") and not TOKEN.fullmatch(one.name):
        context.report.add("bad_parameter", "altered", operation=operation, detail=one.name[:60])
        return False
    place_and_name = (one.place, lowered if one.place == "header" else one.name)
    is_usual = one.place != "path" and lowered in CREDENTIALS
    if secrets is not None and (is_usual or place_and_name in secrets):
        context.report.add("credential_not_settable", "noted", operation=operation, detail=one.name)
        return False
    if one.place == "header" and is_ours(one.name):
        context.report.add("header_not_settable", "altered", operation=operation, detail=one.name)
        return False
    return True


def _secrets(context: Context, security: Sequence[Requirement]) -> frozenset[tuple[str, str]] | None:
    """Where the credentials of an operation go; None where it asks for none."""
    if not any(security):
        return None
    used = {id_ for requirement in security for id_ in requirement}
    schemes = [context.schemes[id_] for id_ in used if id_ in context.schemes]
    return frozenset(
        (str(one.place), one.name.lower() if one.place == "header" else one.name) for one in schemes if one.place
    )


def _plain(name: str) -> Described:
    return Described(
        name=name, place="path", required=True, schema={"type": "string"}, style="simple", explode=False,
        allow_reserved=False, content="",
    )  # fmt: skip
