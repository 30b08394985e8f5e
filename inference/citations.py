"""Citations in an answer, `【7†source】`, checked against what was read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from inference.observations import Source
from inference.support import support

InvalidBecause = Literal["unknown_source", "not_in_source", "not_supported"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One mark in a text, at characters `start` to `end`; `evidence` is the passage it rests on.

    Its shape follows the records of GLM-4's demo (`tether_og`): invalid ones are kept, with the reason. Of passages of
    documents it is looked whether they bear the sentence out (`inference.support`): `not_supported` is a doubt.
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
DOCUMENTS = "/knowledge/documents/"
"""Where the sources lie that are passages of documents."""
EVIDENCE = 300
"""Characters."""


def cite(text: str, sources: Sequence[Source]) -> tuple[Citation, ...]:
    """Every mark in `text`, in order, checked against `sources`; offsets count code points."""
    known = {source.number: source for source in sources}
    return tuple(
        _citation(mark, claim, known.get(int(mark[1])), [known.get(int(one[1])) for one in group])
        for claim, group in claims(text)
        for mark in group
    )


def claims(text: str) -> Iterator[tuple[str, list[re.Match[str]]]]:
    """The last sentence before each group of marks that follow each other, and these marks."""
    said_from, group = 0, list[re.Match[str]]()
    for mark in MARK.finditer(text):
        if group and text[group[-1].end() : mark.start()].strip():
            yield _last_sentence(text[said_from : group[0].start()]), group
            said_from, group = group[-1].end(), []
        group.append(mark)
    if group:
        yield _last_sentence(text[said_from : group[0].start()]), group


def is_document(source: Source) -> bool:
    """Whether it is a passage of a document, which is shown whole."""
    return source.url.startswith(DOCUMENTS)


def _citation(
    mark: re.Match[str], claim: str, source: Source | None, group: Sequence[Source | None]
) -> Citation:
    reason: InvalidBecause | None = None
    if source is None:
        reason = "unknown_source"
    elif not _says(source, mark[2].strip()):
        reason = "not_in_source"
    elif is_document(source) and not _bears_out(claim, source, group):
        reason = "not_supported"
    return Citation(
        start=mark.start(),
        end=mark.end(),
        number=int(mark[1]),
        title=source.title if source else "",
        url=source.url if source else "",
        evidence=_evidence(source.text, claim) if source and reason in {None, "not_supported"} else "",
        valid=reason is None,
        invalid_reason=reason,
    )


def _bears_out(claim: str, source: Source, group: Sequence[Source | None]) -> bool:
    """By itself, or together with the others that are cited for the same sentence."""
    if support(claim, source.text).holds():
        return True
    together = "\n".join(one.text for one in group if one is not None and is_document(one))
    return len(group) > 1 and support(claim, together).holds()


def _says(source: Source, label: str) -> bool:
    """Whether the words behind the dagger are the source's own: its name, or a quote from it."""
    quoted = " ".join(label.split()).lower()
    where = " ".join(f"{source.title} {source.url} {source.text}".split()).lower()
    return quoted in NAMELESS or quoted in where


def _evidence(text: str, claim: str) -> str:
    """The passage of `text` that shares most character pairs with the claim."""
    wanted = _pairs(claim)
    passages = [part.strip() for part in PASSAGE_END.split(text) if part and part.strip()]
    best = max(passages, key=lambda passage: len(wanted & _pairs(passage)) / (len(passage) ** 0.5), default="")
    return best[:EVIDENCE]


def _last_sentence(text: str) -> str:
    sentences = [part.strip() for part in PASSAGE_END.split(text) if part and part.strip()]
    return sentences[-1] if sentences else ""


def _pairs(text: str) -> set[str]:
    letters = "".join(text.lower().split())
    return {letters[at : at + 2] for at in range(len(letters) - 1)}
