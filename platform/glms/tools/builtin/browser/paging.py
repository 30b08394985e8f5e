"""A long text in windows, told as `Visible: 0% - 37%`."""

from dataclasses import dataclass

WINDOW = 6000
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Characters `start` to `end` of a text."""

    text: str
    start: int
    end: int
    total: int

    @property
    def visible(self) -> tuple[int, int]:
        """Percent."""
        total = max(1, self.total)
        return self.start * 100 // total, 100 if self.end >= self.total else self.end * 100 // total

    @property
    def is_last(self) -> bool:
        return self.end >= self.total


def window(text: str, start: int, *, size: int = WINDOW) -> Window:
    """The window that begins at `start`, ended at a line's end where there is one in its last half."""
    start = max(0, min(start, max(0, len(text) - 1)))
    end = min(len(text), start + size)
    if end < len(text):
        line = text.rfind("\n", start + size // 2, end)
        end = line + 1 if line > 0 else end
    return Window(text=text[start:end].strip("\n"), start=start, end=end, total=len(text))


def before(text: str, start: int, *, size: int = WINDOW) -> int:
    """Where the window begins that ends at `start`."""
    begin = max(0, start - size)
    line = text.find("\n", begin, begin + size // 2)
    return 0 if begin == 0 else (line + 1 if line > 0 else begin)


def passages(text: str, wanted: str, *, most: int = 10, around: int = 200) -> list[tuple[int, str]]:
    """Where `wanted` stands, letter case aside: its place and the words around it."""
    low, needle, at = text.lower(), wanted.lower(), 0
    found: list[tuple[int, str]] = []
    while needle and len(found) < most and (at := low.find(needle, at)) >= 0:
        begin, end = max(0, at - around), min(len(text), at + len(needle) + around)
        found.append((at, " ".join(text[begin:end].split())))
        at = end
    return found
