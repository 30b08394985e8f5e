"""Collects what a parser finds, part by part, into a `Parsed` with exact spans."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.documents import MOST_WARNINGS, Block, Box, Kind, Page, Parsed, clean
from knowledge.errors import ParseError
from knowledge.parsing.limits import Limits

SPACES = re.compile(r"[^\S\n]+")
EMPTY_LINES = re.compile(r"\n{3,}")
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\x01-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
QUESTIONS = frozenset("question questions q prompt 问题 問題 问 問 提问 标准问 标准问题".split())  # noqa: SIM905
ANSWERS = frozenset("answer answers a response reply 答案 回答 答 答复 回复 标准答案".split())  # noqa: SIM905


def tidy(text: str) -> str:
    """Text as it reads: no invisible characters, single spaces, lines without ends of white space."""
    if text.isprintable() and "  " not in text:  # what is invisible is not printable
        return text.strip()
    text = INVISIBLE.sub("", clean(text).replace("\r\n", "\n").replace("\r", "\n"))
    lines = (SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    return " ".join(tidy(text).split())


class Building:
    """The text so far. Raises ParseError `too_much_text` when it grows beyond the limit."""

    def __init__(self, *, media_type: str, limits: Limits) -> None:
        self.media_type = media_type
        self.title = ""
        self.encoding = ""
        self._limits = limits
        self._parts: list[str] = []
        self._size = 0
        self._blocks: list[Block] = []
        self._pages: list[Page] = []
        self._page: Page | None = None
        self._warnings: list[str] = []

    @property
    def is_empty(self) -> bool:
        return not self._blocks

    def warn(self, words: str) -> None:
        if words not in self._warnings and len(self._warnings) < MOST_WARNINGS:
            self._warnings.append(words)

    def page(self, number: int, *, width: float = 0.0, height: float = 0.0) -> None:
        """What is added from here on stands on this page."""
        self._end_page()
        self._page = Page(number=number, start=-1, end=-1, width=width, height=height)

    def _end_page(self) -> None:
        if (page := self._page) is not None:
            start = self._size if page.start < 0 else page.start
            self._pages.append(replace(page, start=start, end=self._size))
            self._page = None

    def add(self, kind: Kind, text: str, *, level: int = 0, box: Box | None = None, is_tidy: bool = False) -> None:
        """A block; nothing when there is no text in it."""
        text = text if is_tidy else tidy(text)
        if not text or text.isspace():
            return
        if self._blocks:
            self._append("\n" if kind == "list" == self._blocks[-1].kind else "\n\n")
        start = self._size
        self._append(text)
        if self._page is not None and self._page.start < 0:
            self._page = replace(self._page, start=start)
        page = self._page.number if self._page else None
        self._blocks.append(Block(kind=kind, start=start, end=self._size, level=level, page=page, box=box))

    def _append(self, text: str) -> None:
        self._size += len(text)
        if self._size > self._limits.characters:
            raise too_much_text(self._limits)
        self._parts.append(text)

    def heading(self, text: str, *, level: int, box: Box | None = None) -> None:
        self.add("heading", one_line(text), level=max(1, level), box=box, is_tidy=True)

    def table(self, rows: Iterable[Sequence[str]], *, box: Box | None = None) -> None:
        """Rows as lines of cells between bars, the header first; pairs of questions and answers as such."""
        rows = [[tidy(cell) for cell in row] for row in rows]
        rows = [row for row in rows if any(row)]
        if not rows:
            return
        if (pair := question_columns(rows[0])) and len(rows) > 1:
            for row in rows[1:]:
                self._pair(rows[0], row, pair)
            return
        self.add("table", "\n".join(table_line(row) for row in rows), box=box, is_tidy=True)

    def _pair(self, names: Sequence[str], row: Sequence[str], pair: tuple[int, int]) -> None:
        question, answer = (row[column] if column < len(row) else "" for column in pair)
        others = (
            f"{names[number] if number < len(names) else number + 1}: {cell}"
            for number, cell in enumerate(row)
            if number not in pair and cell
        )
        if question and answer:
            self.add("qa", "\n".join((" ".join(question.split()), answer, *others)), is_tidy=True)
        else:
            self.add("paragraph", "\n".join(part for part in (question, answer, *others) if part), is_tidy=True)

    def done(self) -> Parsed:
        """Raises ParseError `no_text` when nothing was found."""
        self._end_page()
        if self.is_empty:
            raise ParseError("no_text", "There is no text in this file.")
        return Parsed(
            text="".join(self._parts), blocks=tuple(self._blocks), pages=tuple(self._pages), title=one_line(self.title),
            media_type=self.media_type, encoding=self.encoding, warnings=tuple(self._warnings),
        )  # fmt: skip


def too_much_text(limits: Limits) -> ParseError:
    return ParseError("too_much_text", f"The file has more than {limits.characters:,} characters of text. Split it up.")


def table_line(row: Sequence[str]) -> str:
    """Cells in one line, such that they can be told apart again."""
    return " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row).rstrip(" |") or "|"


def question_columns(header: Sequence[str]) -> tuple[int, int] | None:
    """Where a table's questions and answers stand, when its header says so."""
    names = [cell.strip().strip("*:：").lower() for cell in header]
    question = next((number for number, name in enumerate(names) if name in QUESTIONS), None)
    answer = next((number for number, name in enumerate(names) if name in ANSWERS), None)
    return (question, answer) if question is not None and answer is not None else None
