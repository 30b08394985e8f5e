"""Builds the request of one call."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from glms.apis.calling.bodies import File, Payload, payload
from glms.apis.calling.errors import BadArguments
from glms.apis.calling.styles import as_json, encoded, in_header, in_path, in_query
from glms.apis.reading.parameters import is_ours
from glms.apis.reading.shapes import Operation, Parameter

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
MAX_URL = 16_000
"""Characters."""
RAW_IN_COOKIES = "!#$%&'()*+-./:<=>?@[]^_`{|}~"
"""RFC 6265, without comma, semicolon, quotation mark and backslash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is sent. url: absolute, with its query. headers: without those of the body and of who calls."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    payload: Payload | None = None


def build(operation: Operation, arguments: Mapping[str, Any], *, server: str, files: Callable[[str], File]) -> Request:
    """The request of a call at `server`, an absolute URL. files: opens the file that an argument names.

    Raises BadArguments; what `files` raises.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    _check(operation, given)
    path, query = operation.path, [f"{encoded(name)}={encoded(value)}" for name, value in operation.fixed_query]
    headers: dict[str, str] = {"Accept": _accepted(operation)}
    cookies: dict[str, str] = {}
    places: dict[str, str] = {}
    for one in operation.parameters:
        if one.argument not in given:
            continue
        value = _written(one, given[one.argument])
        match one.place:
            case "path":
                places[one.name] = in_path(one.name, value, style=one.style, explode=one.explode)
            case "query":
                query.append(_in_query(one, value))
            case "header" if not is_ours(one.name):  # stored operations are older than the reader's list
                headers[one.name] = in_header(one.name, value, explode=one.explode)
            case "cookie":
                cookies[one.name] = encoded(in_header(one.name, value, explode=False), safe=RAW_IN_COOKIES)
    url = _joined(server, PLACEHOLDER.sub(lambda found: _placed(found[1], places), path), [one for one in query if one])
    body = payload(operation.body, given, files=files) if operation.body else None
    return Request(method=operation.method.upper(), url=url, headers=headers, cookies=cookies, payload=body)


def _check(operation: Operation, given: Mapping[str, Any]) -> None:
    properties = operation.schema.get("properties", {})
    unknown = [name for name in given if name not in properties]
    if unknown:
        known = ", ".join(list(properties)[:20]) or "none at all"
        raise BadArguments(f"{operation.name} has no argument {unknown[0]!r}. It takes: {known}.")
    missing = [name for name in operation.schema.get("required", ()) if name not in given]
    if missing:
        raise BadArguments(f"{operation.name} needs {', '.join(missing[:10])}.")


def _accepted(operation: Operation) -> str:
    """JSON first, as it is what a model reads best."""
    kinds = sorted(operation.response_types, key=lambda kind: "json" not in kind)[:5]
    return ", ".join([*kinds, "*/*;q=0.5"]) if kinds else "application/json, */*;q=0.5"


def _written(one: Parameter, value: Any) -> Any:
    """A parameter with a media type is written in it; of these we know JSON."""
    return as_json(value) if one.content else value


def _in_query(one: Parameter, value: Any) -> str:
    return in_query(one.name, value, style=one.style, explode=one.explode, allow_reserved=one.allow_reserved)


def _placed(name: str, places: Mapping[str, str]) -> str:
    if name not in places:
        raise BadArguments(f"{name} is a part of the address and has to be given.")
    return places[name]


def _joined(server: str, path: str, query: list[str]) -> str:
    """Raises BadArguments where the address leaves the server, or is too long."""
    base = server.split("#", 1)[0]
    base, _, fixed = base.partition("?")
    url = base.rstrip("/") + (path if path.startswith("/") else f"/{path}")
    parts = [part for part in (fixed, *query) if part]
    whole = f"{url}?{'&'.join(parts)}" if parts else url
    if len(whole) > MAX_URL:
        raise BadArguments("The arguments make an address that is too long; send less at once.")
    if urlsplit(whole)[:2] != urlsplit(server)[:2] or "/../" in f"{urlsplit(whole).path}/":
        raise BadArguments("The arguments lead to another address than the operation's.")
    return whole
