"""What one call shows, in its order: text from one pipe, pictures and values from another, joined at the marks."""

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from glms.sandbox.limits import Limits

KEPT_TAIL = 16 * 1024
MOST_SHOWN = 100
LONGEST_MARK = 48
MOST_PICTURE_CHARACTERS = 32 << 20
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)(?=[^\n])")


def plain(text: str) -> str:
    """The text without what commands a terminal or turns its direction; overwritten progress lines are dropped."""
    text = ESCAPES.sub("", text).replace("\r\n", "\n")
    return CONTROLS.sub("", OVERWRITTEN.sub("", text).replace("\r", "\n"))


@dataclass(kw_only=True)
class Clipped:
    """Text with marks in it, of which the beginning and the end are kept."""

    head: int
    tail: int
    items: list[bytes | int] = field(default_factory=list)
    _rest: deque[bytes | int] = field(default_factory=deque)
    _rest_size: int = 0
    seen: int = 0
    dropped: int = 0

    def text(self, data: bytes) -> None:
        self.seen += len(data)
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
        self._shown: dict[int, dict[str, Any]] = {}
        self._pictures = 0
        self._picture_characters = 0
        self.marks_seen: set[int] = set()

    @property
    def is_too_long(self) -> bool:
        return self._clipped.seen > self._limits.text_read

    def feed(self, data: bytes) -> None:
        """Bytes of the text pipe, in pieces of any size."""
        data = self._pending + data
        last = data.rfind(b"\0", -LONGEST_MARK)
        ends = (mark.end() for mark in self._mark.finditer(data, max(0, last - LONGEST_MARK)))
        is_begun = last >= 0 and last + 1 not in ends  # perhaps a mark that is still to come in full
        cut = last if is_begun else len(data)
        self._pending = data[cut:]
        for position, part in enumerate(self._mark.split(data[:cut])):
            if position % 2:
                self._clipped.mark(int(part))
                self.marks_seen.add(int(part))
            elif part:
                self._clipped.text(part)

    def show(self, reply: dict[str, Any]) -> None:
        """A reply that belongs at a mark; beyond the most that is shown they are dropped."""
        if isinstance(reply.get("at"), int) and len(self._shown) < MOST_SHOWN:
            self._shown[reply["at"]] = reply

    def outputs(self) -> list[dict[str, Any]]:
        """`{"type": "text"|"value"|"error"|"table"|"image", ...}` in the order in which they were shown."""
        if self._pending:
            self._clipped.text(self._pending)
            self._pending = b""
        shown: list[dict[str, Any]] = []
        text = b""
        for item in [*self._clipped.whole(), *sorted(set(self._shown) - self.marks_seen)]:
            if isinstance(item, bytes):
                text += item
                continue
            reply = self._shown.get(item)
            if reply is None:
                continue
            shown += _text(text)
            text = b""
            shown += self._outputs_of(reply)
        return [*shown, *_text(text)]

    def _outputs_of(self, reply: dict[str, Any]) -> list[dict[str, Any]]:
        if isinstance(error := reply.get("error"), dict):
            fields = {name: plain(str(error.get(name, ""))) for name in ("name", "message", "traceback")}
            return [{"type": "error", **fields}]
        data = reply.get("display") or reply.get("value")
        if not isinstance(data, dict):
            return []
        text = plain(str(data.get("text/plain", "")))
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
            return {"type": "text", "text": "[a picture was left out: too many, or too large]\n"}
        return {"type": "image", "media_type": media_type, "data": encoded, "text": text}


def _text(data: bytes) -> list[dict[str, Any]]:
    text = plain(data.decode("utf-8", "replace"))
    return [{"type": "text", "text": text}] if text else []


def _checked_table(table: dict[str, Any]) -> dict[str, Any]:
    """Only cells leave: text, numbers, true, false and nothing."""
    columns, rows = table.get("columns"), table.get("rows")
    rows = rows if isinstance(rows, list) else []
    return {
        "columns": [_cell(name) for name in columns] if isinstance(columns, list) else [],
        "rows": [[_cell(value) for value in row] for row in rows if isinstance(row, list)],
        "truncated": bool(table.get("truncated")),
        "shape": [value for value in table.get("shape", []) if isinstance(value, int)][:2],
    }


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return plain(str(value))[:200]
