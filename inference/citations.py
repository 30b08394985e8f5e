"""Citations in an answer, `【7†source】`, checked against what was read."""

from dataclasses import dataclass
from typing import Literal

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
