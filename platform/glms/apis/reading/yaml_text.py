"""YAML as JSON values: read from libyaml's events, so that depth, aliases and merges are counted as they come.

Scalars are those of YAML 1.2's core schema, which OpenAPI asks for: `no` and `2020-01-01` are texts.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from glms.apis.reading.errors import UnreadableApi
from glms.apis.reading.limits import MAX_NESTING, MAX_NODES

INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
HEX = re.compile(r"0x[0-9a-fA-F]{1,15}")
OCTAL = re.compile(r"0o[0-7]{1,20}")
FLOAT = re.compile(r"[-+]?(\.[0-9]{1,400}|[0-9]{1,400}(\.[0-9]{0,400})?)([eE][-+]?[0-9]{1,5})?")
WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: value for value in (True, False) for word in (str(value), str(value).lower(), str(value).upper())
}
CORE = "tag:yaml.org,2002:"
KNOWN_TAGS = frozenset(CORE + name for name in ("str", "int", "float", "bool", "null", "seq", "map", "timestamp"))


@dataclass(slots=True)
class _Frame:
    """A list or an object that is not at its end. `size` counts what it holds, aliases written out."""

    value: Any
    anchor: str | None
    size: int = 1
    key: str | None = None
    merged: list[Any] = field(default_factory=list)

    def put(self, value: Any, size: int, key_text: str | None) -> None:
        self.size += size
        if self.size > MAX_NODES:
            raise UnreadableApi("too_large", f"The document has more than {MAX_NODES:,} values, aliases written out.")
        if isinstance(self.value, list):
            self.value.append(value)
        elif self.key is None:
            if key_text is None:
                raise UnreadableApi("bad_yaml", "The YAML has a list or an object as a key; write a text there.")
            self.key = key_text
        else:
            if self.key == "<<":
                self.merged += value if isinstance(value, list) else [value]
            else:
                self.value[self.key] = value
            self.key = None

    def end(self) -> Any:
        """The finished value. Merge keys fill in what the object does not say itself, the first of them first."""
        for one in self.merged:
            if not isinstance(one, dict):
                raise UnreadableApi("bad_yaml", "The YAML merges (<<) something that is no object.")
            for key, value in one.items():
                self.value.setdefault(key, value)
        return self.value


class _Builder:
    """Makes the value of one document."""

    def __init__(self) -> None:
        self.open: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.root: Any = None

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent():
                value = _scalar(event)
                self._keep(event.anchor, value, 1)
                self._put(value, 1, event.value)
            case yaml.AliasEvent():
                value, size = self._aliased(str(event.anchor))
                self._put(value, size, str(value) if isinstance(value, str) else None)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._begin(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                frame = self.open.pop()
                value = frame.end()
                self._keep(frame.anchor, value, frame.size)
                self._put(value, frame.size, None)

    def _begin(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent) -> None:
        _check_tag(event.tag)
        if len(self.open) >= MAX_NESTING:
            raise UnreadableApi("too_deep", f"The document is nested deeper than {MAX_NESTING} levels.")
        value: Any = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        self.open.append(_Frame(value, event.anchor))

    def _keep(self, anchor: str | None, value: Any, size: int) -> None:
        if anchor:
            self.anchors[anchor] = value, size

    def _aliased(self, anchor: str) -> tuple[Any, int]:
        if any(frame.anchor == anchor for frame in self.open) or anchor not in self.anchors:
            raise UnreadableApi("bad_yaml", f"The YAML's alias *{anchor[:60]} stands within itself or for nothing.")
        return self.anchors[anchor]

    def _put(self, value: Any, size: int, key_text: str | None) -> None:
        if self.open:
            self.open[-1].put(value, size, key_text)
        else:
            self.root = value


def read_yaml(text: str) -> Any:
    """The first document of `text`. Raises UnreadableApi."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.DocumentEndEvent):
                return builder.root
            builder.take(event)
    except yaml.YAMLError as error:
        raise UnreadableApi("bad_syntax", f"This is neither JSON nor YAML: {_told(error)}.") from error
    return builder.root


def _told(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read")[:200]
    return f"{problem} in line {mark.line + 1}" if mark is not None else problem


def _check_tag(tag: str | None) -> None:
    if tag and tag.startswith(CORE) and tag not in KNOWN_TAGS:
        raise UnreadableApi("yaml_tag", f"The YAML asks for {tag[:80]}; write plain values only.")


def _scalar(event: yaml.ScalarEvent) -> Any:
    """Custom tags (!Ref) say nothing about the value and are passed over."""
    _check_tag(event.tag)
    if event.tag == f"{CORE}str" or not (event.implicit[0] or event.tag):
        return event.value
    return _plain(str(event.value))


def _plain(text: str) -> Any:
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if HEX.fullmatch(text) or OCTAL.fullmatch(text):
        return int(text, 0)
    if FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text
