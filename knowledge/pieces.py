"""How a document is to be cut, and what a passage is."""

from dataclasses import dataclass
from typing import Literal

from knowledge.documents import Box, Kind

Mode = Literal["structure", "parent_child", "qa", "separators"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunking:
    """How to cut. Sizes in tokens as `knowledge.tokens` estimates them.

    overlap: how much of a piece is told again at the beginning of the next. parent_size: of the larger pieces that
    `parent_child` answers with. separators: of mode `separators`, tried in their order.
    """

    mode: Mode = "structure"
    size: int = 512
    overlap: int = 64
    parent_size: int = 1600
    separators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A passage.

    start, end: its characters in the document; `text` is exactly these, but for a table's header that is repeated
    before its later rows. headings: above it, outermost first. boxes: page and place of what it covers. parent: the
    position of the larger piece in the same list; parents are not indexed. question: of a question-answer pair, whose
    answer `text` is.
    """

    text: str
    start: int
    end: int
    headings: tuple[str, ...] = ()
    page: int | None = None
    boxes: tuple[tuple[int, Box], ...] = ()
    kind: Kind = "paragraph"
    parent: int | None = None
    question: str = ""

    @property
    def embedded_text(self) -> str:
        """What is embedded and indexed by its words: the question, or the text below its headings."""
        if self.question:
            return self.question
        return "\n".join((" > ".join(self.headings), self.text)) if self.headings else self.text
