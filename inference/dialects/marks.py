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
