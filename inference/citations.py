"""Citations in an answer, `【7†source】`, checked against what was read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from inference.observations import Source

InvalidBecause = Literal["unknown_source", "not_in_source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One mark in a text, at characters `start` to `end`; `evidence` is the passage it rests on.

    Its shape follows the records of GLM-4's demo (`tether_og`): invalid ones are kept, with the reason.
    """

    start: int
    end: int
    number: int
    title: str
    url: str
    evidence: str
    valid: bool
    invalid_reason: InvalidBecause | None


MARK = re.compile(r"【(\d{1,6})†([^【】\n]{0,200})】")
PASSAGE_END = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])\s*|\n+")
NAMELESS = {"", "source", "来源", "引用"}
EVIDENCE = 300
"""Characters."""


def cite(text: str, sources: Sequence[Source]) -> tuple[Citation, ...]:
    """Every mark in `text`, in order, checked against `sources`; offsets count code points."""
    known = {source.number: source for source in sources}
    said_from, found = 0, []
    for mark in MARK.finditer(text):
        claim = text[said_from : mark.start()]
        found.append(_citation(mark, claim, known.get(int(mark[1]))))
        said_from = mark.end()
    return tuple(found)


def _citation(mark: re.Match[str], claim: str, source: Source | None) -> Citation:
    reason: InvalidBecause | None = None
    if source is None:
        reason = "unknown_source"
    elif not _says(source, mark[2].strip()):
        reason = "not_in_source"
    return Citation(
        start=mark.start(),
        end=mark.end(),
        number=int(mark[1]),
        title=source.title if source else "",
        url=source.url if source else "",
        evidence=_evidence(source.text, claim) if source and reason is None else "",
        valid=reason is None,
        invalid_reason=reason,
    )


def _says(source: Source, label: str) -> bool:
    """Whether the words behind the dagger are the source's own: its name, or a quote from it."""
    quoted = " ".join(label.split()).lower()
    where = " ".join(f"{source.title} {source.url} {source.text}".split()).lower()
    return quoted in NAMELESS or quoted in where


def _evidence(text: str, claim: str) -> str:
    """The passage of `text` that shares most character pairs with the claim's last sentence."""
    sentences = [part for part in PASSAGE_END.split(claim) if part and part.strip()]
    wanted = _pairs(sentences[-1]) if sentences else set()
    passages = [part.strip() for part in PASSAGE_END.split(text) if part and part.strip()]
    best = max(passages, key=lambda passage: len(wanted & _pairs(passage)) / (len(passage) ** 0.5), default="")
    return best[:EVIDENCE]


def _pairs(text: str) -> set[str]:
    letters = "".join(text.lower().split())
    return {letters[at : at + 2] for at in range(len(letters) - 1)}
