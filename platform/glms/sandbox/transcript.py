"""What one call shows, in its order: text from one pipe, pictures and values from another, joined at the marks."""

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from glms.sandbox.limits import Limits

KEPT_TAIL = 16 * 1024
MOST_SHOWN = 100
MOST_MARKS = 10_000
LONGEST_MARK = 48
MOST_PICTURE_CHARACTERS = 32 << 20
MOST_VALUE = 64 << 10
"""Characters of one value, of an error's part, and of a table as text."""
MOST_ROWS, MOST_COLUMNS = 50, 25
LEFT_OUT = "[a picture was left out: too many, or too large]\n"
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text without what commands a terminal or turns its direction; overwritten progress lines are dropped.

    In time proportional to its length, whatever it is: it is foreign, and sandboxd does nothing else meanwhile.
    """
    text = ESCAPES.sub("", text).replace("\r\n", "\n")
    if "\r" in text:
        text = "\n".join(_last_written(line) for line in text.split("\n")).replace("\r", "\n")
    return CONTROLS.sub("", text)


def _last_written(line: str) -> str:
    """What a terminal would show of a line whose beginning was returned to and written over."""
    words = line.rstrip("\r")
    return words.rpartition("\r")[2] + line[len(words) :]


@dataclass(kw_only=True)
class Clipped:
    """Text with marks in it, of which the beginning and the end are kept."""

    head: int
    tail: int
    items: list[bytes | int] = field(default_factory=list)
    _rest: deque[bytes | int] = field(default_factory=deque)
    _rest_size: int = 0
    dropped: int = 0

    def text(self, data: bytes) -> None:
        room = self.head
        if room and not self._rest:
            self.items.append(data[:room])
            self.head -= min(room, len(data))
            data = data[room:]
        if data:
            self._rest.append(data)
            self._rest_size += len(data)
            self._shorten()

    def mark(self, number: int) -> None:
        (self._rest if self._rest else self.items).append(number)

    def _shorten(self) -> None:
        while self._rest_size > self.tail:
            excess = self._rest_size - self.tail
            first = self._rest.popleft()
            if isinstance(first, int):
                self.items.append(first)
                continue
            cut = min(excess, len(first))
            self._rest_size -= cut
            self.dropped += cut
            if cut < len(first):
                self._rest.appendleft(first[cut:])

    def whole(self) -> list[bytes | int]:
        notice = [f"\n[... {self.dropped} bytes cut ...]\n".encode()] if self.dropped else []
        return [*self.items, *notice, *self._rest]


class Transcript:
    """Collects one call's output."""

    def __init__(self, *, nonce: str, limits: Limits) -> None:
        self._mark = re.compile(rb"\x00" + nonce.encode() + rb":(\d{1,9})\x00")
        self._limits = limits
        self._clipped = Clipped(head=limits.text - KEPT_TAIL, tail=KEPT_TAIL)
        self._pending = b""
        self._shown: dict[int, list[dict[str, Any]]] = {}
        self._pictures = 0
        self._picture_characters = 0
        self._fed = 0
        self._placed: set[int] = set()
        self.highest_mark = 0

    @property
    def is_too_long(self) -> bool:
        """Code can forge marks: they count like text."""
        return self._fed > self._limits.text_read or len(self._placed) >= MOST_MARKS

    def feed(self, data: bytes) -> None:
        """Bytes of the text pipe, in pieces of any size."""
        self._fed += len(data)
        data = self._pending + data
        last = data.rfind(b"\0", -LONGEST_MARK)
        ends = (mark.end() for mark in self._mark.finditer(data, max(0, last - LONGEST_MARK)))
        is_begun = last >= 0 and last + 1 not in ends  # perhaps a mark that is still to come in full
        cut = last if is_begun else len(data)
        self._pending = data[cut:]
        for position, part in enumerate(self._mark.split(data[:cut])):
            if position % 2:
                self._marked(int(part))
            elif part:
                self._clipped.text(part)

    def _marked(self, number: int) -> None:
        self.highest_mark = max(self.highest_mark, number)
        if number not in self._placed and len(self._placed) < MOST_MARKS:
            self._clipped.mark(number)
            self._placed.add(number)

    def show(self, reply: dict[str, Any]) -> None:
        """A reply that belongs at a mark; beyond the most that is shown they are dropped."""
        place = reply.get("at")
        if isinstance(place, int) and place not in self._shown and len(self._shown) < MOST_SHOWN:
            self._shown[place] = self._outputs_of(reply)

    def outputs(self) -> list[dict[str, Any]]:
        """`{"type": "text"|"value"|"error"|"table"|"image", ...}` in the order in which they were shown."""
        if self._pending:
            self._clipped.text(self._pending)
            self._pending = b""
        shown: list[dict[str, Any]] = []
        text = b""
        for item in [*self._clipped.whole(), *sorted(set(self._shown) - self._placed)]:
            if isinstance(item, bytes):
                text += item
                continue
            outputs = self._shown.get(item)
            if outputs is None:
                continue
            shown += _text(text)
            text = b""
            shown += outputs
        return [*shown, *_text(text)]

    def _outputs_of(self, reply: dict[str, Any]) -> list[dict[str, Any]]:
        if isinstance(error := reply.get("error"), dict):
            fields = {name: _value(error.get(name, "")) for name in ("name", "message", "traceback")}
            return [{"type": "error", **fields}]
        data = reply.get("display") or reply.get("value")
        if not isinstance(data, dict):
            return []
        text = _value(data.get("text/plain", ""))
        for media_type in ("image/png", "image/jpeg"):
            if isinstance(encoded := data.get(media_type), str):
                return [self._picture(media_type, encoded, text)]
        table = data.get("application/x-glms-table")
        if isinstance(table, dict):
            return [{"type": "table", **_checked_table(table), "text": text}]
        return [{"type": "value" if "value" in reply else "text", "text": text}]

    def _picture(self, media_type: str, encoded: str, text: str) -> dict[str, Any]:
        self._pictures += 1
        self._picture_characters += len(encoded)
        too_large = len(encoded) * 3 // 4 > self._limits.picture or self._picture_characters > MOST_PICTURE_CHARACTERS
        if too_large or self._pictures > self._limits.pictures:
            return {"type": "text", "text": LEFT_OUT}
        return {"type": "image", "media_type": media_type, "data": encoded, "text": text}


def _text(data: bytes) -> list[dict[str, Any]]:
    text = plain(data.decode("utf-8", "replace"))
    return [{"type": "text", "text": text}] if text else []


def _value(told: Any) -> str:
    return plain(told[:MOST_VALUE]) if isinstance(told, str) else ""


def _checked_table(table: dict[str, Any]) -> dict[str, Any]:
    """Only cells leave: text, numbers, true, false and nothing."""
    columns, rows, shape = table.get("columns"), table.get("rows"), table.get("shape")
    rows = rows if isinstance(rows, list) else []
    return {
        "columns": _cells(columns),
        "rows": [_cells(row) for row in rows[:MOST_ROWS]],
        "truncated": bool(table.get("truncated")),
        "shape": [value for value in shape if isinstance(value, int)][:2] if isinstance(shape, list) else [],
    }


def _cells(values: Any) -> list[Any]:
    return [_cell(value) for value in values[:MOST_COLUMNS]] if isinstance(values, list) else []


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return plain(value[:200]) if isinstance(value, str) else ""
