"""How values become text: the styles of OpenAPI 3.0 and 3.1 (the table "Style Examples" of the specification)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from glms.apis.calling.errors import BadArguments

RESERVED = ":/?#[]@!$&'()*+,;="
"""What `allowReserved` leaves as it is in a query, besides the characters that are never encoded."""
QUERY_ENDS = "&#+"
"""Reserved ones that would end the value, or mean something else within it."""
DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "|"}
"""Of lists that are one value; else a comma."""


def plain(value: Any) -> str:
    """Text as it is, nothing for null, all else as JSON. Raises BadArguments."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return as_json(int(value) if isinstance(value, float) and value.is_integer() else value)


def as_json(value: Any) -> str:
    """Raises BadArguments."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        raise BadArguments("The arguments hold a number that JSON cannot carry.") from None
    in_bytes(text)
    return text


def in_bytes(text: str) -> bytes:
    """UTF-8. Raises BadArguments."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise BadArguments("A text has half of a surrogate pair: it cannot be sent.") from None


def encoded(text: str, *, safe: str = "") -> str:
    """Percent-encoded UTF-8. Raises BadArguments."""
    return quote(in_bytes(text), safe=safe)


def in_path(name: str, value: Any, *, style: str, explode: bool) -> str:
    """What stands in the place of `{name}`. Raises BadArguments."""
    if style == "label":
        text = "." + ("." if explode else ",").join(_items(value, explode=explode))
    elif style == "matrix":
        text = _matrix(encoded(name), value, explode=explode)
    else:
        text = ",".join(_items(value, explode=explode))
    if text in {"", ".", ".."}:
        raise BadArguments(f"{name} must not be empty and not be dots only: it is a part of the address.")
    return text


def _matrix(name: str, value: Any, *, explode: bool) -> str:
    if not explode or not isinstance(value, Sequence | Mapping) or isinstance(value, str):
        joined = ",".join(_items(value, explode=False))
        return f";{name}={joined}" if joined else f";{name}"
    if isinstance(value, Mapping):
        return "".join(f";{encoded(key)}={encoded(plain(one))}" for key, one in value.items())
    return "".join(f";{name}={encoded(plain(one))}" for one in value)


def _items(value: Any, *, explode: bool) -> Iterable[str]:
    """The parts of a value, encoded: of an object `key,value` or, exploded, `key=value`."""
    if isinstance(value, Mapping):
        if explode:
            return [f"{encoded(key)}={encoded(plain(one))}" for key, one in value.items()]
        return [encoded(part) for key, one in value.items() for part in (key, plain(one))]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [encoded(plain(one)) for one in value]
    return [encoded(plain(value))]


def in_query(name: str, value: Any, *, style: str, explode: bool, allow_reserved: bool = False) -> str:
    """`name=value`, or several of them joined by &; "" where nothing is to be sent. Raises BadArguments."""
    safe = "".join(char for char in RESERVED if char not in QUERY_ENDS) if allow_reserved else ""

    def code(text: str) -> str:
        return encoded(text, safe=safe)

    key = encoded(name, safe="[]")
    if style == "deepObject" and isinstance(value, Mapping):
        return "&".join(f"{key}[{path}]={code(one)}" for path, one in _deep(value))
    if isinstance(value, Mapping):
        if explode:
            return "&".join(f"{encoded(one)}={code(plain(part))}" for one, part in value.items())
        parts = [code(part) for one, inner in value.items() for part in (one, plain(inner))]
        return f"{key}={DELIMITERS.get(style, ',').join(parts)}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        texts = [code(plain(one)) for one in value]
        if explode:
            return "&".join(f"{key}={one}" for one in texts)
        return f"{key}={DELIMITERS.get(style, ',').join(texts)}" if texts else ""
    return f"{key}={code(plain(value))}"


def _deep(value: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Paths, encoded. The specification knows one level; deeper ones and lists go as most servers read them."""
    for key, one in value.items():
        if isinstance(one, Mapping):
            for path, inner in _deep(one):
                yield f"{encoded(key)}][{path}", inner
        elif isinstance(one, Sequence) and not isinstance(one, str):
            yield from ((encoded(key), plain(item)) for item in one)
        else:
            yield encoded(key), plain(one)


def in_header(name: str, value: Any, *, explode: bool) -> str:
    """The value of a header, not encoded. Raises BadArguments."""
    if isinstance(value, Mapping):
        joined = (f"{key}={plain(one)}" if explode else f"{key},{plain(one)}" for key, one in value.items())
        text = ",".join(joined)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        text = ",".join(plain(one) for one in value)
    else:
        text = plain(value)
    if not text.isprintable() or not text.isascii():
        raise BadArguments(f"{name} goes into a header, which takes printable ASCII characters only.")
    return text.strip()
