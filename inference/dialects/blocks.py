"""The parser of ChatGLM3 and GLM-4: a reply is blocks set apart by `<|assistant|>`, each headed by a line of its own.

An empty first line begins text, the name of a tool a call. Text goes out as soon as its first line cannot be such a
name, so it streams while tools are on; the token that ended the reply decides what the words leave open.
"""

import re
from dataclasses import dataclass, field
from typing import Literal, Protocol

from inference.dialects.base import Ending, is_object
from inference.dialects.marks import Marks
from inference.dialects.names import Names
from inference.loop import Part, ReasoningPart, TextPart
from inference.messages import ToolCall

BLOCK, RESULT, THOUGHT = "<|assistant|>", "<|observation|>", "</think>"
ENDS = (RESULT, "<|user|>", "<|endoftext|>", "<|system|>")
IN_TEXT = Marks(BLOCK, *ENDS)
IN_THOUGHT = Marks(THOUGHT, BLOCK, *ENDS)
NAMELIKE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
Kind = Literal["native", "function", "unknown", "none"]


class Forms(Protocol):
    """How calls are written in a dialect of blocks.

    natives: heads of the forms that the model was trained on. openings: what a function's arguments begin with.
    indent: what stands between the head's newline and a text.
    """

    names: Names
    natives: frozenset[str]
    openings: tuple[str, ...]
    indent: str

    def function(self, head: str, body: str, ending: Ending) -> list[ToolCall]:
        """The call of a function, by its name on the wire, or several that no block sets apart."""
        ...

    def native(self, form: str, body: str, ending: Ending) -> list[ToolCall]:
        """The calls in one of the native forms."""
        ...


@dataclass(slots=True)
class Block:
    """One block. state: `open` until it is known what it is; then `text`, or `held` for its end to decide.

    loose: it follows a thought, and empty lines before it mean nothing. answers: its first line was empty.
    """

    forms: Forms
    loose: bool = False
    state: Literal["open", "text", "held"] = "open"
    answers: bool = False
    begun: str = ""
    held: list[str] = field(default_factory=list)

    def feed(self, text: str) -> str:
        """What is surely text."""
        if self.state == "text":
            return text
        if self.state == "held":
            self.held.append(text)
            return ""
        self.begun += text
        return self._decide()

    def end(self, ending: Ending) -> tuple[str, list[ToolCall]]:
        """What turned out to be text, and the calls."""
        if self.state == "text":
            return "", []
        whole = self.begun + "".join(self.held)
        line, newline, body = whole.partition("\n")
        head = line.strip()
        kind = self._kind(head)
        if not self._is_call(kind, body, ending, named=bool(newline)):
            return whole.removeprefix(self.forms.indent), []
        if kind == "native":
            return "", self.forms.native(head, body, ending)
        return "", self.forms.function(head, body, ending)

    def _decide(self) -> str:
        if self.loose:
            self.begun = self.begun.lstrip("\n")
        line, newline, body = self.begun.partition("\n")
        if newline and not line.strip() and not self.answers:
            self.answers, self.begun = True, body
            return self._decide() if body else ""
        if not newline:
            return "" if self._may_become_head(line.strip()) else self._release()
        kind = self._kind(line.strip())
        rest = body.lstrip()
        if kind in {"function", "unknown"} and any(opening.startswith(rest) for opening in self.forms.openings):
            return ""
        opens = rest.startswith(self.forms.openings)
        if kind == "native" or (kind != "none" and opens) or (kind == "function" and not self.answers):
            self.state = "held"
            return ""
        return self._release()

    def _release(self) -> str:
        text, self.begun, self.state = self.begun.removeprefix(self.forms.indent), "", "text"
        return text

    def _kind(self, head: str) -> Kind:
        if head in self.forms.natives and not self.answers:
            return "native"
        if self.forms.names.knows(head):
            return "function"
        return "unknown" if self._has_tools() and not self.answers and NAMELIKE.fullmatch(head) else "none"

    def _has_tools(self) -> bool:
        return bool(self.forms.natives or self.forms.names.from_wire)

    def _may_become_head(self, head: str) -> bool:
        names = self.forms.names
        heads = [*names.from_wire, *names.to_wire] + ([] if self.answers else [*self.forms.natives])
        return any(one.startswith(head) for one in heads) or not head or self._kind(head) == "unknown"

    def _is_call(self, kind: Kind, body: str, ending: Ending, *, named: bool) -> bool:
        """What the reply's last token says, or else its words."""
        if kind == "none" or (ending.cut and not named):
            return False
        if kind == "native":
            return named and ending.awaits is not False
        opens = body.lstrip().startswith(self.forms.openings)
        if ending.awaits or (kind == "function" and opens):
            return True
        if ending.awaits is False:
            return False
        return is_object(body) if kind == "unknown" else named and not self.answers and not body.strip()


class BlockParser:
    """Reads the blocks of one reply. thinking: it begins within a thought."""

    def __init__(self, forms: Forms, *, thinking: bool) -> None:
        self._forms = forms
        self._thinking = thinking
        self._block = Block(forms)
        self._waiting = ""
        self._over = False
        self._awaits: bool | None = None
        self._calls: list[ToolCall] = []

    def feed(self, text: str) -> list[Part]:
        if not self._waiting and "<" not in text and text and not self._over:  # as most pieces are
            if self._thinking:
                return [ReasoningPart(text)]
            if self._block.state == "text":
                return [TextPart(text)]
        self._waiting += text
        parts: list[Part] = []
        while not self._over:
            marks = IN_THOUGHT if self._thinking else IN_TEXT
            sure, mark, self._waiting = marks.split(self._waiting)
            self._take(sure, parts)
            if not mark:
                break
            self._turn(mark, parts)
        return parts

    def end(self, ending: Ending) -> tuple[list[Part], tuple[ToolCall, ...]]:
        parts: list[Part] = []
        if not self._over:
            self._take(self._waiting, parts)
            self._close(ending, parts)
        return parts, tuple(self._calls)

    def _take(self, text: str, parts: list[Part]) -> None:
        if self._thinking:
            if text:
                parts.append(ReasoningPart(text))
        elif sure := self._block.feed(text) if text else "":
            parts.append(TextPart(sure))

    def _turn(self, mark: str, parts: list[Part]) -> None:
        """Go on behind a tag."""
        if mark in ENDS:
            self._close(Ending(awaits=mark == RESULT), parts)
            self._over = True
            return
        if not self._thinking:
            self._close(Ending(), parts)
        self._thinking = False
        self._block = Block(self._forms, loose=mark == THOUGHT)

    def _close(self, ending: Ending, parts: list[Part]) -> None:
        text, calls = self._block.end(ending)
        if text:
            parts.append(TextPart(text))
        self._calls += calls
