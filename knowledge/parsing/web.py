"""HTML: what a reader sees of it. Hidden text is left out and told of."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from knowledge.documents import Parsed
from knowledge.parsing import plain
from knowledge.parsing.building import Building, tidy
from knowledge.parsing.encodings import Decoded
from knowledge.parsing.hiding import Hiding
from knowledge.parsing.limits import Limits

MEDIA_TYPE = "text/html"
DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{3,20})|<\?xml[^>]{0,100}encoding=[\"']([\w-]{3,20})", re.IGNORECASE
)
SKIPPED = frozenset({
    "script", "style", "noscript", "template", "iframe", "frame", "object", "embed", "applet", "svg", "math",
    "canvas", "audio", "video", "map", "head", "link", "meta", "button", "select", "input", "textarea", "datalist",
    "dialog",
})  # fmt: skip
AROUND = frozenset({"nav", "aside", "footer", "header"})
"""Left out where the page's main part is not marked."""
AROUND_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar"})
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "li", "main", "nav", "ol", "p",
    "section", "summary", "ul", "caption", "legend", "tr", "td", "th", "tbody", "thead",
})  # fmt: skip
LEAST_MAIN = 200
"""Characters that a part marked as main must have to be believed."""
Element = Any


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    decoded = _declared(path.read_bytes(), limits) or plain.text_of(path, limits)
    building = plain.begin(decoded, media_type=MEDIA_TYPE, limits=limits)
    add_html(building, decoded.text)
    return building.done()


def _declared(data: bytes, limits: Limits) -> Decoded | None:
    """As the page says of itself, when that is true."""
    match = DECLARED.search(data[:2048])
    if match is None or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    encoding = (match.group(1) or match.group(2)).decode().lower()
    encoding = "gb18030" if encoding in {"gb2312", "gbk"} else encoding
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    if len(text) > limits.characters:
        return None
    return Decoded(text=text, encoding=encoding)


def add_html(building: Building, text: str) -> None:
    """Add what a page or a piece of one shows."""
    root = _parsed(text)
    if root is None:
        return
    hiding = Hiding.of(root)
    if not building.title and (title := root.find(".//head/title")) is not None:
        building.title = tidy("".join(title.itertext()))
    main = _main(root, hiding)
    _Walk(building, hiding, is_main=main is not root).over(main)
    if hiding.characters:
        building.warn(f"{hiding.characters} characters that readers cannot see were left out.")


def _parsed(text: str) -> Element:
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        return etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


def _main(root: Element, hiding: Hiding) -> Element:
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = root.findall(path)
        if len(found) == 1 and not hiding.hides(found[0]) and _shown_length(found[0]) >= LEAST_MAIN:
            return found[0]
    return root


def _shown_length(element: Element) -> int:
    return len("".join(element.xpath("string()").split()))


class _Walk:
    """One pass over the tree without recursion: pages nest as deep as they like."""

    def __init__(self, building: Building, hiding: Hiding, *, is_main: bool) -> None:
        self._building = building
        self._hiding = hiding
        self._is_main = is_main
        self._buffer: list[str] = []
        self._marker = ""
        self._heading = 0
        self._numbers: dict[Element, int] = {}

    def over(self, root: Element) -> None:
        stack: list[tuple[Element, bool]] = [(root, False)]
        while stack:
            element, is_done = stack.pop()
            if is_done:
                self._leave(element)
                if element is not root:
                    self._buffer.append(element.tail or "")
                continue
            if not isinstance(element.tag, str) or self._is_left_out(element):
                self._buffer.append((element.tail or "") if element is not root else "")
                continue
            stack.append((element, True))
            if self._enter(element):
                self._buffer.append(element.text or "")
                stack.extend((child, False) for child in reversed(element))
        self._flush()

    def _is_left_out(self, element: Element) -> bool:
        if element.tag in SKIPPED:
            return True
        if not self._is_main and (element.tag in AROUND or element.get("role") in AROUND_ROLES):
            return element.tag != "header" or element.find(".//h1") is None
        return self._hiding.leaves_out(element)

    def _enter(self, element: Element) -> bool:
        """Begin an element; whether to go into it."""
        tag = element.tag
        if tag == "br":
            self._buffer.append("\n")
        elif tag == "pre":
            self._flush()
            self._building.add("code", code_of(element), is_tidy=True)
            return False
        elif tag == "table" and (rows := self._rows(element)):
            self._flush()
            self._building.table(rows)
            return False
        elif tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self._flush()
            self._heading = int(tag[1])
        elif tag in BLOCKS:
            self._flush()
            if tag == "li":
                self._marker = self._next_marker(element.getparent())
        return True

    def _next_marker(self, around: Element) -> str:
        if around is None or around.tag != "ol":
            return "- "
        self._numbers[around] = self._numbers.get(around, 0) + 1
        return f"{self._numbers[around]}. "

    def _leave(self, element: Element) -> None:
        tag = element.tag
        if tag in BLOCKS or tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self._flush()
            self._heading = 0
        if tag == "li":
            self._marker = ""

    def _flush(self) -> None:
        text = _joined(self._buffer)
        self._buffer = []
        if not text:
            return
        if self._heading:
            self._building.heading(text, level=self._heading)
        elif self._marker:
            self._building.add("list", self._marker + text)
            self._marker = ""
        else:
            self._building.add("paragraph", text)

    def _rows(self, table: Element) -> list[list[str]] | None:
        """A table's cells; None when it only lays out the page."""
        if table.find(".//table") is not None or table.find(".//h1") is not None:
            return None
        rows = [
            [cell for cell in row if cell.tag in {"td", "th"}]
            for row in table.iter("tr")
            if not self._hiding.leaves_out(row)
        ]
        if max((len(row) for row in rows), default=0) < 2:
            return None
        return [list(self._cells(row)) for row in rows]

    def _cells(self, row: list[Element]) -> Iterator[str]:
        for cell in row:
            shown = [] if self._hiding.leaves_out(cell) else self._inline(cell)
            yield _joined(shown)
            yield from [""] * (min(_span(cell), 50) - 1)

    def _inline(self, cell: Element) -> list[str]:
        parts = [cell.text or ""]
        for inner in cell.iterdescendants():
            if isinstance(inner.tag, str) and not _is_within(inner, cell, self._hiding):
                parts.append("\n" if inner.tag in BLOCKS or inner.tag == "br" else "")
                parts.append(inner.text or "")
            if inner.getparent() is cell or not _is_within(inner.getparent(), cell, self._hiding):
                parts.append(inner.tail or "")
        return parts


def _is_within(element: Element, top: Element, hiding: Hiding) -> bool:
    """Whether it lies in something that is not shown."""
    while element is not top:
        if element.tag in SKIPPED or hiding.hides(element):
            return True
        element = element.getparent()
    return False


def _span(cell: Element) -> int:
    told = cell.get("colspan", "1")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 5 else 1


def _joined(parts: list[str]) -> str:
    """Text as a browser flows it: `\\n` only where a break was."""
    lines: list[str] = []
    for part in parts:
        if part == "\n":
            lines.append("\n")
        else:
            lines.append(" ".join(part.split("\n")) if "\n" in part else part)
    return tidy("".join(lines))


def code_of(element: Element) -> str:
    lines = "".join(element.itertext()).replace("\r\n", "\n").expandtabs(4).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")
