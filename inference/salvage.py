"""Calls and thoughts that a failing server left in a reply's text: found while it streams, taken out of it.

The forms: `<tool_call>` with GLM's `<arg_key>` or with JSON, and a line with a tool's name followed by its JSON
arguments, to the end of the text. Everything else goes through at once; what turns out to be no call comes back.
"""

import re
from collections.abc import Sequence

from inference.dialects.lines import line_calls
from inference.dialects.marks import Body, Marks
from inference.dialects.names import Names
from inference.dialects.xml import ARGUMENT, CALL, CALLED, XmlForms
from inference.loop import Part, ReasoningPart, TextPart
from inference.messages import ToolCall
from inference.tools import Tool

TAG = Marks(CALL)
MAY_BE_CALL = re.compile(r"\s*[\w.-]*\s*(?P<arguments>[<{].*)?", re.DOTALL)
THINK, THOUGHT = "<think>", "</think>"


class Tags:
    """Calls between tags."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._forms = XmlForms(tools, between="\n")
        self._waiting = ""
        self._body: Body | None = None
        self._is_sure = False
        self.calls: list[ToolCall] = []
        self.taken = ""

    def feed(self, text: str) -> str:
        """What is surely text."""
        if self._body is None and not self._waiting and "<" not in text:  # as most pieces are
            return text
        self._waiting += text
        out: list[str] = []
        while self._step(out):
            pass
        return "".join(out)

    def end(self, *, is_cut: bool) -> str:
        """The rest that is text."""
        if self._body is None:
            rest, self._waiting = self._waiting, ""
            return rest
        body, self._body = self._body.text, None
        call = self._read(body, is_cut=is_cut)
        return CALL + body if call is None else self._take(call, CALL + body)

    def _step(self, out: list[str]) -> bool:
        if self._body is not None:
            return self._step_inside(self._body, out)
        sure, mark, self._waiting = TAG.split(self._waiting)
        out.append(sure)
        self._body, self._is_sure = (Body(CALLED) if mark else None), False
        return bool(mark)

    def _step_inside(self, body: Body, out: list[str]) -> bool:
        rest = body.feed(self._waiting)
        self._waiting = rest or ""
        if rest is not None:
            call, text = self._read(body.text, is_cut=False), CALL + body.text + CALLED
            out.append(text if call is None else self._take(call, text))
            self._body = None
            return True
        if not self._is_sure:
            found = MAY_BE_CALL.fullmatch(body.text)
            self._is_sure = bool(found and found["arguments"])
            if not found:
                out.append(CALL)
                self._waiting, self._body = body.text, None
                return True
        return False

    def _take(self, call: ToolCall, text: str) -> str:
        self.calls.append(call)
        self.taken += text
        return ""

    def _read(self, body: str, *, is_cut: bool) -> ToolCall | None:
        """The call of a tool, or of a name with arguments, so that the model learns that there is no such tool."""
        text = body.strip()
        if is_cut and not text.startswith("{"):
            call = self._forms.read(body, is_cut=True)
            return call if self._forms.names.knows(call.name) else None
        call = self._forms.read(body, is_cut=False)
        is_meant = self._forms.names.knows(call.name) or (call.name and (ARGUMENT.search(body) or text.startswith("{")))
        return call if is_meant else None


class Lines:
    """A line with a tool's name, then its arguments in JSON; several may follow each other up to the end."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._names = Names(tools)
        self._known = [*self._names.from_wire, *self._names.to_wire]
        self._held = ""
        self._call: list[str] = []
        self._at_start = True
        self.calls: list[ToolCall] = []
        self.taken = ""

    def feed(self, text: str) -> str:
        """What is surely text."""
        if self._call:
            self._call.append(text)
            return ""
        if not self._at_start and "\n" not in text:
            return text
        passed = ""
        if not self._at_start:
            line, newline, text = text.partition("\n")
            passed, self._at_start = line + newline, bool(newline)
        self._held += text
        while self._held and not self._may_be_call():
            line, newline, self._held = self._held.partition("\n")
            passed += line + newline
            self._at_start = bool(newline)
        return passed

    def end(self, *, is_cut: bool) -> str:
        """The rest that is text."""
        held, self._held, self._call = self._held + "".join(self._call), "", []
        calls = line_calls(held, self._names, is_cut=is_cut)
        if not calls:
            return held
        self.calls, self.taken = calls, held
        return ""

    def _may_be_call(self) -> bool:
        """Whether what is held, from a line's start on, is or may become a call."""
        head, newline, body = self._held.partition("\n")
        name, rest = head.strip(), body.lstrip()
        if not newline:
            return any(known.startswith(name) for known in self._known)
        is_known = name in self._known
        if is_known and rest.startswith("{"):
            self._held, self._call = "", [self._held]  # whatever follows belongs to it
        return is_known and (not rest or rest.startswith("{"))


class LeakedThought:
    """A thought that stands, tags and all, at the beginning of the text."""

    def __init__(self) -> None:
        self._state = "start"
        self._waiting = ""

    @property
    def is_over(self) -> bool:
        """Whether all that follows is text."""
        return self._state == "text"

    def feed(self, text: str) -> list[Part]:
        """What is surely text, or a thought."""
        if self._state == "text":
            return [TextPart(text)] if text else []
        self._waiting += text
        if self._state == "start":
            bare = self._waiting.lstrip()
            if THINK.startswith(bare) or THOUGHT.startswith(bare):
                if bare not in {THINK, THOUGHT}:
                    return []
            elif not bare.startswith((THINK, THOUGHT)):
                return self._as_text()
            closes = bare.startswith(THOUGHT)
            self._waiting = bare[len(THOUGHT if closes else THINK) :]
            self._state = "behind" if closes else "thought"
        return self._think()

    def end(self) -> list[Part]:
        rest, self._waiting = self._waiting, ""
        if not rest:
            return []
        return [ReasoningPart(rest)] if self._state == "thought" else [TextPart(rest)]

    def _think(self) -> list[Part]:
        parts: list[Part] = []
        if self._state == "thought":
            sure, closed, self._waiting = CLOSING.split(self._waiting)
            parts = [ReasoningPart(sure)] if sure else []
            if not closed:
                return parts
            self._state = "behind"
        self._waiting = self._waiting.lstrip("\n")
        return parts + (self._as_text() if self._waiting else [])

    def _as_text(self) -> list[Part]:
        text, self._waiting, self._state = self._waiting, "", "text"
        return [TextPart(text)] if text else []


CLOSING = Marks(THOUGHT)


class Salvage:
    """All forms, for one channel of a reply. Without tools nothing is looked for."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._tags = Tags(tools) if tools else None
        self._lines = Lines(tools) if tools else None

    def feed(self, text: str) -> str:
        """What is surely text."""
        if self._tags is None or self._lines is None:
            return text
        sure = self._tags.feed(text)
        return self._lines.feed(sure) if sure else ""

    def end(self, *, is_cut: bool) -> tuple[str, list[ToolCall]]:
        """The rest that is text, and the calls."""
        if self._tags is None or self._lines is None:
            return "", []
        rest = self._tags.end(is_cut=is_cut)
        text = (self._lines.feed(rest) if rest else "") + self._lines.end(is_cut=is_cut)
        return text, [*self._tags.calls, *self._lines.calls]

    def give_up(self) -> str:
        """All that was held back, as the text that it was."""
        if self._tags is None or self._lines is None:
            return ""
        text, _ = self.end(is_cut=False)
        taken = self._tags.taken + self._lines.taken
        self._tags.taken = self._lines.taken = ""
        self._tags.calls, self._lines.calls = [], []
        return text + taken
