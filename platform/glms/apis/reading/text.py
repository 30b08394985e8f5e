"""From what somebody pasted or uploaded to JSON values: the encoding, JSON or YAML, and how much is too much."""

import codecs
import re
from typing import Any

import orjson

from glms.apis.reading.errors import UnreadableApi
from glms.apis.reading.limits import MAX_BYTES, MAX_NESTING, MAX_NODES
from glms.apis.reading.yaml_text import read_yaml

CURL = re.compile(r"\s*(?:[$#>%]\s+)?curl(?:\.exe)?\s")
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"%PDF", b"BZh", b"\xfd7zXZ")


def read_text(given: str | bytes) -> str:
    """Raises UnreadableApi where it is too long or no text."""
    if len(given) > MAX_BYTES:
        raise UnreadableApi("too_large", f"A document may have {MAX_BYTES // 2**20} MiB at most.")
    if isinstance(given, bytes):
        given = _decoded(given)
    text = given.removeprefix("\ufeff")
    if not text.strip():
        raise UnreadableApi("empty", "There is nothing in it. Paste an OpenAPI document, a curl line or a collection.")
    if "\x00" in text:
        raise UnreadableApi("not_text", "This is no text. Give an OpenAPI document as JSON or YAML.")
    return text


def is_curl(text: str) -> bool:
    return CURL.match(text) is not None


def read_values(text: str) -> Any:
    """JSON, or else YAML. Raises UnreadableApi: also for web pages, which people give instead of the document."""
    start = text.lstrip()[:1]
    if start == "<":
        raise UnreadableApi("web_page", "This is a web page or XML. Give the JSON or YAML document that it shows.")
    if start not in {"{", "["}:
        return read_yaml(text)
    try:
        value = orjson.loads(_bounded(text))
    except orjson.JSONDecodeError as error:
        try:
            return read_yaml(text)
        except UnreadableApi as other:
            if other.code != "bad_syntax":
                raise
            raise UnreadableApi("bad_syntax", f"This is not valid JSON: {error}.") from error
    check_size(value)
    return value


def check_size(value: Any) -> None:
    """Raises UnreadableApi where there are too many values or they are too deep."""
    open_ = [(value, 0)]
    seen = 1
    while open_:
        one, depth = open_.pop()
        if isinstance(one, dict | list):
            if depth >= MAX_NESTING:
                raise UnreadableApi("too_deep", f"The document is nested deeper than {MAX_NESTING} levels.")
            seen += len(one)
            inner = one.values() if isinstance(one, dict) else one
            open_ += [(each, depth + 1) for each in inner if isinstance(each, dict | list)]
        if seen > MAX_NODES:
            raise UnreadableApi("too_large", f"The document has more than {MAX_NODES:,} values.")


def _bounded(text: str) -> str:
    """`text`, which makes at most some times MAX_NODES values: each has a comma or a bracket before it."""
    if text.count(",") + text.count("[") + text.count("{") > 3 * MAX_NODES:
        raise UnreadableApi("too_large", f"The document has more than {MAX_NODES:,} values.")
    return text


def _decoded(given: bytes) -> str:
    if given.startswith(PACKED):
        raise UnreadableApi("not_text", "This is a packed file. Unpack it and give the JSON or YAML within.")
    mark, encoding = next((one for one in MARKS if given.startswith(one[0])), (b"", "utf-8"))
    try:
        return given[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableApi("not_text", "The text's encoding is not UTF-8. Save it as UTF-8 and try again.") from error
