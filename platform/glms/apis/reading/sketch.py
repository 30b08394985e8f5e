"""Single requests, as curl lines and Postman have them, put together as an OpenAPI document and then read as one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from glms.apis.reading.parameters import FIXED_HEADERS, FIXED_PREFIXES, PLACEHOLDER, TOKEN

SECRET = re.compile(
    r"(?i)api[-_]?key|((^|access|auth|refresh|id|api|session|private|bearer|csrf|xsrf)[-_]?token$)|secret|passw|authorization"
    r"|signature|credential|(^|[-_])auth$|^key$"
)
"""Names whose values are credentials; a `page_token` is none."""
MAX_LEVELS = 20
SCALARS: tuple[tuple[type, str], ...] = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"))
"""In this order: a boolean is an int to Python."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A named value of a query, a form or the headers, as it was in the example."""

    name: str
    value: str = ""
    description: str = ""
    is_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A body. `value`: the JSON value of a `json` one; `entries`: the fields of a form."""

    kind: Literal["json", "form", "multipart", "text", "binary"]
    media_type: str
    value: Any = None
    entries: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. url: with {name} for what is open in its path, without its query.

    scheme: an OpenAPI security scheme, {} for none, None where nothing was said.
    """

    method: str
    url: str
    name: str = ""
    description: str = ""
    tags: Sequence[str] = ()
    query: Sequence[Entry] = ()
    path: Sequence[Entry] = ()
    headers: Sequence[Entry] = ()
    content: Content | None = None
    scheme: dict[str, Any] | None = None


@dataclass(slots=True)
class Sketch:
    """The document while it is put together. has_secret: a credential was met, which is not kept."""

    title: str
    description: str = ""
    paths: dict[str, dict[str, Any]] = field(default_factory=dict)
    schemes: dict[str, dict[str, Any]] = field(default_factory=dict)
    has_secret: bool = False

    def add(self, request: Request) -> None:
        origin, path = _split(request.url)
        operation: dict[str, Any] = {
            "operationId": request.name,
            "summary": request.name,
            "description": request.description,
            "tags": list(request.tags),
            "parameters": self._parameters(request),
        }
        if origin:
            operation["servers"] = [{"url": origin}]
        if request.content is not None:
            operation["requestBody"] = _body(request.content)
        requirement = self._security(request)
        if requirement is not None:
            operation["security"] = requirement
        self._place(path, request.method.lower(), operation)

    def document(self) -> dict[str, Any]:
        return {
            "openapi": "3.1.0",
            "info": {"title": self.title, "version": "", "description": self.description},
            "servers": self._servers(),
            "paths": self.paths,
            "components": {"securitySchemes": self.schemes},
        }

    def _servers(self) -> list[dict[str, Any]]:
        found = (operation.get("servers", []) for item in self.paths.values() for operation in item.values())
        urls = dict.fromkeys(server["url"] for servers in found for server in servers)
        return [{"url": url} for url in list(urls)[:1]]

    def _place(self, path: str, method: str, operation: dict[str, Any]) -> None:
        """Several requests of one method and path are told apart by what stands behind "#"."""
        number, key = 1, path
        while method in self.paths.get(key, {}):
            number += 1
            key = f"{path}#{number}"
        self.paths.setdefault(key, {})[method] = operation

    def _parameters(self, request: Request) -> list[dict[str, Any]]:
        plain = [one for one in request.headers if _is_settable(one.name)]
        named = {one.name: one for one in request.path}
        open_ = dict.fromkeys(PLACEHOLDER.findall(_split(request.url)[1]))
        made = [_parameter(named.get(name, Entry(name=name)), "path") for name in open_]
        made += [_parameter(one, "query") for one in request.query if not self._is_secret(one)]
        return made + [_parameter(one, "header") for one in plain if not self._is_secret(one)]

    def _is_secret(self, entry: Entry) -> bool:
        is_secret = SECRET.search(entry.name) is not None
        self.has_secret = self.has_secret or (is_secret and bool(entry.value))
        return is_secret

    def _security(self, request: Request) -> list[dict[str, Any]] | None:
        found = [] if not request.scheme else [request.scheme]
        found += [_scheme_of_header(one) for one in request.headers if one.name.lower() == "authorization"]
        found += [
            {"type": "apiKey", "in": place, "name": one.name}
            for place, entries in (("header", request.headers), ("query", request.query))
            for one in entries
            if SECRET.search(one.name) and one.name.lower() != "authorization"
        ]
        if any(one.value for one in request.headers if one.name.lower() in ("authorization", "cookie")):
            self.has_secret = True
        if not found:
            return None if request.scheme is None else []
        return [{self._id_of(one): [] for one in found}]

    def _id_of(self, scheme: dict[str, Any]) -> str:
        for known, told in self.schemes.items():
            if told == scheme:
                return known
        plain = str(scheme.get("name") or scheme.get("scheme") or scheme.get("type"))
        id_ = plain if plain not in self.schemes else f"{plain}_{len(self.schemes) + 1}"
        self.schemes[id_] = scheme
        return id_


def schema_of_example(value: Any, level: int = 0) -> dict[str, Any]:
    """A schema that such a value has; scalars are told as its examples."""
    if isinstance(value, dict) and level < MAX_LEVELS:
        inner = {str(name): _named_example(str(name), one, level + 1) for name, one in value.items()}
        return {"type": "object", "properties": inner} if inner else {"type": "object"}
    if isinstance(value, list) and level < MAX_LEVELS:
        return {"type": "array", "items": schema_of_example(value[0], level + 1) if value else {}}
    kind = next((kind for type_, kind in SCALARS if isinstance(value, type_)), "")
    return {"type": kind, "example": value} if kind else {}


def _named_example(name: str, value: Any, level: int) -> dict[str, Any]:
    if isinstance(value, str) and SECRET.search(name):
        return {"type": "string"}
    return schema_of_example(value, level)


def _split(url: str) -> tuple[str, str]:
    """The origin, "" where it is open, and the path as it stands. Braces and odd signs are left for later checks."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", "/"
    path = parts.path or "/"
    if not parts.scheme or not parts.netloc:
        return "", path if path.startswith("/") else f"/{path}"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", path


def _is_settable(name: str) -> bool:
    lowered = name.lower()
    return bool(TOKEN.fullmatch(name)) and lowered not in FIXED_HEADERS and not lowered.startswith(FIXED_PREFIXES)


def _parameter(entry: Entry, place: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if entry.value:
        schema["default"] = entry.value
    made = {"name": entry.name, "in": place, "required": place == "path", "schema": schema}
    return made | ({"description": entry.description} if entry.description else {})


def _scheme_of_header(entry: Entry) -> dict[str, Any]:
    way = entry.value.partition(" ")[0].lower()
    if way in ("bearer", "basic"):
        return {"type": "http", "scheme": way}
    return {"type": "apiKey", "in": "header", "name": "Authorization"}


def _body(content: Content) -> dict[str, Any]:
    if content.kind == "json":
        schema = schema_of_example(content.value)
    elif content.kind in ("form", "multipart"):
        schema = {"type": "object", "properties": dict(_fields(content.entries))}
    elif content.kind == "binary":
        schema = {"type": "string", "format": "binary"}
    else:
        schema = {"type": "string"}
    return {"content": {content.media_type: {"schema": schema}}, "required": content.kind in ("text", "binary")}


def _fields(entries: Iterable[Entry]) -> Iterable[tuple[str, dict[str, Any]]]:
    for one in entries:
        made: dict[str, Any] = {"type": "string", "format": "binary"} if one.is_file else {"type": "string"}
        if one.value and not one.is_file and not SECRET.search(one.name):
            made["default"] = one.value
        yield one.name, made | ({"description": one.description} if one.description else {})
