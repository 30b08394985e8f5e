"""Postman collections (v2.0, v2.1): each saved request is an operation, its values examples, its secrets left out."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from glms.apis.reading.context import list_of, mapping_of
from glms.apis.reading.errors import UnreadableApi
from glms.apis.reading.limits import MAX_OPERATIONS, MAX_URL
from glms.apis.reading.sketch import Content, Entry, Request, Sketch

VARIABLE = re.compile(r"\{\{\s*([^{}]{1,100}?)\s*\}\}")
MAX_ROUNDS = 5
"""Of variables in variables."""
LANGUAGES = {"json": "application/json", "xml": "application/xml", "html": "text/html", "javascript": "text/javascript"}
GRANTS = {"client_credentials": "clientCredentials"}


def is_postman(document: Mapping[str, Any]) -> bool:
    """Whether it is a collection, or an answer of Postman's own API that holds one."""
    inner = mapping_of(document.get("collection")) or document
    return isinstance(inner.get("item"), list) and "info" in inner and "openapi" not in inner and "paths" not in inner


def read_postman(document: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """An OpenAPI document of the collection, and whether a credential was left out. Raises UnreadableApi."""
    collection = mapping_of(document.get("collection")) or document
    info = mapping_of(collection.get("info"))
    sketch = Sketch(title=_text(info.get("name")), description=_text(info.get("description")))
    values = _variables(collection)
    for raw, folders, auth in _requests(collection):
        sketch.add(_request(raw, folders, auth, values))
        sketch.has_secret = sketch.has_secret or bool(auth and auth.get("type") not in (None, "noauth"))
    if not sketch.paths:
        raise UnreadableApi("no_operations", "The collection has no request.")
    return sketch.document(), sketch.has_secret


def _requests(collection: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], tuple[str, ...], dict[str, Any]]]:
    """Each item that is a request, with the names of its folders and how it signs in."""
    top: tuple[str, ...] = ()
    open_ = [(one, top, mapping_of(collection.get("auth"))) for one in reversed(list_of(collection.get("item")))]
    count = 0
    while open_ and count <= 2 * MAX_OPERATIONS:
        raw, folders, inherited = open_.pop()
        item = mapping_of(raw)
        if isinstance(item.get("item"), list):
            inside = (*folders, _text(item.get("name")))
            auth = mapping_of(item.get("auth")) or inherited
            open_ += [(one, inside, auth) for one in reversed(item["item"])]
        elif "request" in item:
            count += 1
            told = item["request"]
            request: dict[str, Any] = {"url": told} if isinstance(told, str) else dict(mapping_of(told))
            request["name"] = item.get("name")
            yield request, folders, mapping_of(request.get("auth")) or inherited


def _request(raw: dict[str, Any], folders: tuple[str, ...], auth: dict[str, Any], values: Mapping[str, str]) -> Request:
    url, query, path = _url(raw.get("url"), values)
    headers = _entries(raw.get("header"), values)
    told = raw.get("method")
    return Request(
        method=told.upper()[:20] if isinstance(told, str) and told else "GET",
        url=url, query=query, path=path, headers=headers, tags=folders[:3],
        name=_text(raw.get("name")), description=_text(raw.get("description")),
        content=_content(mapping_of(raw.get("body")), headers, values), scheme=_scheme(auth, values),
    )  # fmt: skip


def _url(told: Any, values: Mapping[str, str]) -> tuple[str, list[Entry], list[Entry]]:
    """The address without its query, what the query has, and what its :name segments stand for."""
    parts = mapping_of(told)
    raw = told if isinstance(told, str) else parts.get("raw")
    text = _filled(raw if isinstance(raw, str) else _assembled(parts), values)[:MAX_URL]
    address, _, query = text.partition("#")[0].partition("?")
    entries = _entries(parts.get("query"), values) if "query" in parts else []
    if not entries and query:
        pairs = (pair.partition("=") for pair in query.split("&")[:200])
        entries = [Entry(name=name, value=value) for name, _, value in pairs if name]
    opened = VARIABLE.sub(r"{\1}", address)
    if opened.startswith("{"):
        opened = "/" + opened.partition("}")[2].lstrip("/")
    elif "://" not in opened and not opened.startswith("/"):
        opened = f"https://{opened}"
    opened = re.sub(r"/:([A-Za-z_][\w.-]*)", r"/{\1}", opened)
    return opened, entries, _entries(parts.get("variable"), values)


def _assembled(parts: dict[str, Any]) -> str:
    host: Any = parts.get("host")
    path: Any = parts.get("path")
    name = ".".join(map(str, host)) if isinstance(host, list) else str(host or "")
    rest = "/".join(str(one) for one in path) if isinstance(path, list) else str(path or "")
    start = f"{parts['protocol']}://" if isinstance(parts.get("protocol"), str) else ""
    return f"{start}{name}/{rest.lstrip('/')}"


def _variables(collection: Mapping[str, Any]) -> dict[str, str]:
    return {one.name: one.value for one in _entries(collection.get("variable"), {}) if one.value}


def _filled(text: str, values: Mapping[str, str]) -> str:
    """With the collection's own variables; others stay open."""
    for _ in range(MAX_ROUNDS):
        made = VARIABLE.sub(lambda found: values.get(found[1], found[0])[:MAX_URL], text)
        if made == text or len(made) > 10 * MAX_URL:
            break
        text = made
    return text


def _entries(told: Any, values: Mapping[str, str]) -> list[Entry]:
    found = []
    for raw in list_of(told)[:1_000]:
        one = mapping_of(raw)
        name = one.get("key", one.get("id"))
        if isinstance(name, str) and name and one.get("disabled") is not True:
            value = one.get("value")
            text = _filled(value if isinstance(value, str) else "", values)
            is_open = VARIABLE.search(text) is not None
            found.append(Entry(
                name=name, value="" if is_open else text[:1_000], description=_text(one.get("description")),
                is_file=one.get("type") == "file",
            ))  # fmt: skip
    return found


def _text(told: Any) -> str:
    """A text, or the content of a description that is an object."""
    inner = told.get("content") if isinstance(told, dict) else told
    return inner if isinstance(inner, str) else ""


def _content(body: dict[str, Any], headers: list[Entry], values: Mapping[str, str]) -> Content | None:
    told = next((one.value for one in headers if one.name.lower() == "content-type"), "").partition(";")[0].strip()
    match body.get("mode"):
        case "raw" if isinstance(body.get("raw"), str) and body["raw"].strip():
            return _raw(body, told, values)
        case "urlencoded":
            entries = _entries(body.get("urlencoded"), values)
            return Content(kind="form", media_type="application/x-www-form-urlencoded", entries=entries)
        case "formdata":
            entries = _entries(body.get("formdata"), values)
            return Content(kind="multipart", media_type="multipart/form-data", entries=entries)
        case "file":
            return Content(kind="binary", media_type=told or "application/octet-stream")
        case "graphql":
            return Content(kind="json", media_type="application/json", value={"query": "", "variables": {}})
    return None


def _raw(body: dict[str, Any], told: str, values: Mapping[str, str]) -> Content:
    raw = mapping_of(mapping_of(body.get("options")).get("raw"))
    media_type = told or LANGUAGES.get(str(raw.get("language")), "")
    text = _filled(body["raw"], values)
    if media_type in ("", "application/json") or media_type.endswith("+json"):
        for candidate in (text, VARIABLE.sub("0", text)):
            try:
                value = orjson.loads(candidate)
            except orjson.JSONDecodeError:
                continue
            return Content(kind="json", media_type=media_type or "application/json", value=value)
    return Content(kind="text", media_type=media_type or "text/plain")


def _scheme(auth: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any] | None:
    """As OpenAPI describes it, without its values."""
    kind = auth.get("type")
    if not isinstance(kind, str):
        return None
    inner = auth.get(kind)
    told = inner if isinstance(inner, dict) else {one.name: one.value for one in _entries(inner, values)}
    match kind:
        case "noauth":
            return {}
        case "bearer" | "basic":
            return {"type": "http", "scheme": kind}
        case "apikey":
            place = "query" if told.get("in") == "query" else "header"
            return {"type": "apiKey", "in": place, "name": str(told.get("key") or "X-Api-Key")}
        case "oauth2":
            flow = GRANTS.get(str(told.get("grant_type")), "authorizationCode")
            urls = {"tokenUrl": told.get("accessTokenUrl"), "authorizationUrl": told.get("authUrl")}
            return {"type": "oauth2", "flows": {flow: {**urls, "scopes": {}}}}
    return {"type": kind[:40]}
