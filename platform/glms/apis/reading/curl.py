"""curl lines, as browsers and manuals give them: each is a request. Nothing is run; files are only named."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from glms.apis.reading.errors import UnreadableApi
from glms.apis.reading.sketch import Content, Entry, Request, Sketch
from glms.apis.reading.text import check_size

MAX_LINE = 2**20
MAX_COMMANDS = 200
ANSI_QUOTED = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|(.))", re.DOTALL)
SIGNS = {"n": "\n", "t": "\t", "r": "\r", "0": "", "a": "", "b": "", "f": "", "v": ""}
CONTINUED = re.compile(r"[\\^`]\r?\n")
ENDS = frozenset({"|", "||", ";", "&&", "&", ">", ">>", "<", "2>", "2>&1"})
PROGRAMS = frozenset({"curl", "curl.exe"})
SHORT = {
    "X": "request", "H": "header", "d": "data", "F": "form", "u": "user", "b": "cookie", "T": "upload-file",
    "A": "user-agent", "e": "referer", "o": "", "m": "", "x": "", "r": "", "c": "", "K": "", "w": "", "E": "", "Y": "",
    "y": "", "z": "", "C": "", "D": "", "t": "", "Q": "", "U": "", "P": "",
}  # fmt: skip
"""Short options with a value; "" for one that says nothing about the request."""
FLAGS = {"G": "get", "I": "head"}
LONG = frozenset({
    "request", "header", "data", "data-raw", "data-binary", "data-ascii", "data-urlencode", "json", "form",
    "form-string", "user", "cookie", "upload-file", "url", "user-agent", "referer", "url-query", "oauth2-bearer",
})  # fmt: skip
IGNORED = frozenset({
    "output", "max-time", "connect-timeout", "proxy", "proxy-user", "range", "cookie-jar", "config",
    "write-out", "cert", "key", "cacert", "retry", "retry-delay", "retry-max-time", "resolve", "interface",
    "limit-rate", "max-redirs", "dump-header", "time-cond", "ciphers", "pass", "noproxy", "output-dir",
    "unix-socket", "tls-max", "aws-sigv4",
})  # fmt: skip
"""Long options whose value says nothing about the request."""
DATA = ("data", "data-raw", "data-binary", "data-ascii", "data-urlencode", "json")


@dataclass(slots=True)
class _Line:
    """One command's options in their order."""

    told: list[tuple[str, str]] = field(default_factory=list)

    def values(self, *names: str) -> list[str]:
        return [value for name, value in self.told if name in names]

    def last(self, name: str) -> str | None:
        return next((value for known, value in reversed(self.told) if known == name), None)


def read_curl(text: str) -> tuple[dict[str, Any], bool]:
    """An OpenAPI document of the lines, and whether a credential was left out. Raises UnreadableApi."""
    if len(text) > MAX_LINE:
        raise UnreadableApi("too_large", f"curl lines may have {MAX_LINE // 2**10} KiB at most.")
    try:
        words = shlex.split(ANSI_QUOTED.sub(_unquoted, CONTINUED.sub(" ", text)), comments=False)
    except ValueError as error:
        raise UnreadableApi("bad_syntax", "The curl line is cut off: a quote is not closed.") from error
    sketch = Sketch(title="")
    for command in list(_commands(words))[:MAX_COMMANDS]:
        line = _Line(list(_options(command)))
        for url in line.values("url"):
            request = _request(line, url)
            sketch.title = sketch.title or urlsplit(request.url).netloc
            sketch.add(request)
            sketch.has_secret = sketch.has_secret or bool(line.values("user", "cookie", "oauth2-bearer"))
    if not sketch.paths:
        raise UnreadableApi("no_operations", "The curl line has no address. Write: curl https://service/path")
    return sketch.document(), sketch.has_secret


def _unquoted(found: re.Match[str]) -> str:
    def sign(one: re.Match[str]) -> str:
        code = one[1] or one[2]
        return chr(int(code, 16)) if code else SIGNS.get(one[3], one[3])

    return shlex.quote(ESCAPE.sub(sign, found[1]))


def _commands(words: Sequence[str]) -> Iterator[list[str]]:
    """The words of each curl, from its name to what ends it."""
    current: list[str] | None = None
    for word in words:
        if word in PROGRAMS:
            if current is not None:
                yield current
            current = []
        elif word in ENDS:
            if current is not None:
                yield current
            current = None
        elif current is not None:
            current.append(word)
    if current is not None:
        yield current


def _options(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each option with its value; words without one are addresses."""
    rest = iter(words)
    for word in rest:
        if word.startswith("--"):
            name, is_joined, value = word[2:].partition("=")
            if name in LONG or name in IGNORED:
                yield (name, value if is_joined else next(rest, ""))
            else:
                yield name, ""
        elif word.startswith("-") and len(word) > 1:
            yield from _short(word[1:], rest)
        else:
            yield "url", word


def _short(letters: str, rest: Iterator[str]) -> Iterator[tuple[str, str]]:
    for at, letter in enumerate(letters):
        if letter in SHORT:
            yield SHORT[letter], letters[at + 1 :] or next(rest, "")
            return
        yield FLAGS.get(letter, ""), ""


def _request(line: _Line, url: str) -> Request:
    plain = url if "://" in url else f"https://{url}"
    address, _, query = plain.partition("#")[0].partition("?")
    headers = [_header(told) for told in line.values("header")]
    content = _content(line, headers)
    is_get = line.last("get") is not None
    entries = [*_pairs(query), *(pair for told in line.values("url-query") for pair in _pairs(told))]
    if is_get and content is not None:
        entries += content.entries
    implied = "HEAD" if line.last("head") is not None else "GET" if is_get or content is None else "POST"
    has_user = line.last("user") is not None or "@" in urlsplit(address.replace("[", "").replace("]", "")).netloc
    token = line.last("oauth2-bearer") is not None
    way = "basic" if has_user else "bearer" if token else ""
    return Request(
        method=(line.last("request") or ("PUT" if line.values("upload-file") else implied)).upper()[:20],
        url=address.replace("{", "%7B").replace("}", "%7D"), query=entries, headers=headers,
        scheme={"type": "http", "scheme": way} if way else None,
        content=None if is_get else content,
    )  # fmt: skip


def _header(told: str) -> Entry:
    name, _, value = told.partition(":")
    return Entry(name=name.strip().rstrip(";"), value=value.strip())


def _pairs(text: str) -> list[Entry]:
    return [Entry(name=name, value=value) for name, value in parse_qsl(text, keep_blank_values=True) if name]


def _content(line: _Line, headers: Sequence[Entry]) -> Content | None:
    told = next((one.value for one in headers if one.name.lower() == "content-type"), "")
    media_type = told.partition(";")[0].strip().lower()
    if forms := line.values("form", "form-string"):
        return Content(kind="multipart", media_type="multipart/form-data", entries=[_form(one) for one in forms])
    if line.values("upload-file"):
        return Content(kind="binary", media_type=media_type or "application/octet-stream")
    parts = line.values(*DATA)
    if not parts:
        return None
    return _data(parts, media_type or ("application/json" if line.values("json") else ""))


def _form(told: str) -> Entry:
    name, _, value = told.partition("=")
    return Entry(name=name, value=value.partition(";")[0], is_file=value.startswith(("@", "<")))


def _data(parts: Sequence[str], media_type: str) -> Content:
    if parts[0].startswith("@") and len(parts) == 1:
        return Content(kind="binary", media_type=media_type or "application/octet-stream")
    text = "&".join(parts) if len(parts) > 1 and media_type != "application/json" else "".join(parts)
    if media_type in ("", "application/json") or media_type.endswith("+json"):
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            value = None
        if isinstance(value, dict | list):
            check_size(value)
            return Content(kind="json", media_type=media_type or "application/json", value=value)
    if media_type in ("", "application/x-www-form-urlencoded") and "=" in text.partition("&")[0]:
        return Content(kind="form", media_type="application/x-www-form-urlencoded", entries=_pairs(text))
    return Content(kind="text", media_type=media_type or "text/plain")
