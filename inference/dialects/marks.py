"""Finds tags in a text that comes in pieces cut anywhere."""

import re


class Marks:
    """Some tags, each with `<` at its beginning and nowhere else."""

    def __init__(self, *marks: str) -> None:
        self._pattern = re.compile("|".join(map(re.escape, marks)))
        self._beginnings = frozenset(mark[:size] for mark in marks for size in range(1, len(mark)))

    def split(self, text: str) -> tuple[str, str, str]:
        """What surely stands before the first tag, the tag, and what follows.

        Without a tag ("") the rest may be the beginning of one.
        """
        at = text.rfind("<")
        if at < 0:
            return text, "", ""
        if found := self._pattern.search(text):
            return text[: found.start()], found[0], text[found.end() :]
        return (text[:at], "", text[at:]) if text[at:] in self._beginnings else (text, "", "")


class Body:
    """What stands before a closing tag; each piece is looked at once, however long the whole becomes."""

    def __init__(self, closing: str) -> None:
        self._closing = closing
        self._pieces: list[str] = []
        self._end = ""

    def feed(self, text: str) -> str | None:
        """What follows the tag, once it has come; then `text` is what stood before it."""
        window = self._end + text
        at = window.find(self._closing)
        self._pieces.append(text)
        if at < 0:
            self._end = window[-(len(self._closing) - 1) :]
            return None
        rest = window[at + len(self._closing) :]
        self._pieces = ["".join(self._pieces)[: at - len(window)]]
        return rest

    @property
    def text(self) -> str:
        """All that has come."""
        self._pieces = ["".join(self._pieces)]
        return self._pieces[0]
