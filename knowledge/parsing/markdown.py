"""Markdown: its blocks by markdown-it, their text as it is written."""

import re
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.documents import Parsed
from knowledge.parsing import plain, source
from knowledge.parsing.building import Building
from knowledge.parsing.limits import Limits

MEDIA_TYPE = "text/markdown"
FRONT = re.compile(r"\A---[^\S\n]*\n(.*?)\n---[^\S\n]*(?:\n|\Z)", re.DOTALL)
TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
EMBEDDED = re.compile(r"data:[a-z/+.-]{1,60};base64,[A-Za-z0-9+/=]{20,}")
EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")
LONGEST_LINE = 200_000
"""Longer ones are no prose: the parser's rules would look at them again and again."""


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    decoded = plain.text_of(path, limits)
    building = plain.begin(decoded, media_type=MEDIA_TYPE, limits=limits)
    text = plain.lines_of(decoded.text).replace("\0", "")
    if front := FRONT.match(text):
        title = TITLE.search(front.group(1))
        building.title = title.group(1) if title else ""
        building.add("code", front.group(1), is_tidy=True)
        text = text[front.end() :]
    add_markdown(building, text)
    return building.done()


def add_markdown(building: Building, text: str) -> None:
    shown = _without_comments(text)
    if len(shown) < len(text):
        building.warn("Comments, which readers do not see, were left out.")
    if any(len(line) > LONGEST_LINE for line in shown.split("\n")):
        plain.add_text(building, shown)
        return
    reader = MarkdownIt("commonmark", {"maxNesting": 20}).enable("table")
    reader.core.ruler.enableOnly(["normalize", "block"])  # marks within a line are left as written
    _Walk(building).over(reader.parse(EMBEDDED.sub("", shown)))


def _without_comments(text: str) -> str:
    parts = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts.append(text[at:start])
        at = end + 3
    return "".join((*parts, text[at:]))


class _Walk:
    """Tokens in their order; what a text stands in decides what it is."""

    def __init__(self, building: Building) -> None:
        self._building = building
        self._rows: list[list[str]] = []
        self._items: list[str] = []
        """Markers of the list items around, the innermost last; empty once it is written."""
        self._level = 0

    def over(self, tokens: list[Token]) -> None:
        for token in tokens:
            match token.type:
                case "heading_open":
                    self._level = int(token.tag[1:])
                case "heading_close":
                    self._level = 0
                case "list_item_open":
                    self._items.append(f"{token.info}{token.markup} " if token.info else "- ")
                case "list_item_close":
                    self._items.pop()
                case "fence" | "code_block":
                    source.add_code(self._building, token.content)
                case "html_block":
                    self._html(token.content)
                case _:
                    self._table_or_text(token)

    def _table_or_text(self, token: Token) -> None:
        match token.type:
            case "table_open":
                self._rows = []
            case "tr_open":
                self._rows.append([])
            case "table_close":
                self._building.table(self._rows)
                self._rows = []
            case "inline":
                self._text(token.content)

    def _text(self, text: str) -> None:
        if self._rows:
            self._rows[-1].append(text)
        elif self._level:
            self._building.heading(EMPHASIS.sub(r"\2", text) if len(text) < 500 else text, level=self._level)
        elif self._items:
            marker, self._items[-1] = self._items[-1], ""
            self._building.add("list", marker + text)
        else:
            self._building.add("paragraph", text)

    def _html(self, text: str) -> None:
        from knowledge.parsing import web  # noqa: PLC0415  only where there is any

        web.add_html(self._building, text)
