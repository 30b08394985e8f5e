"""Words in pictures, by Tesseract where it is installed: a program of the system, run inside the same sandbox."""

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from knowledge.documents import Box
from knowledge.errors import ParseError
from knowledge.parsing.limits import Limits
from knowledge.parsing.scripts import flowed

LEAST_CONFIDENCE = 30.0
"""Of 100; below it are specks and lines."""
LARGEST = 4000
"""Pixels of the longer side; more makes it slower and no better."""
WORD = "5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A paragraph. `size`: the height of its lines as a share of the page's."""

    text: str
    box: Box
    size: float


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The installed program. `languages`: as Tesseract names them, joined by `+`."""

    program: str
    languages: str
    seconds: float

    def read(self, picture: Any) -> list[Found]:
        """The paragraphs of a Pillow image in reading order. Raises ParseError when it takes too long."""
        if max(picture.size) > LARGEST:
            picture.thumbnail((LARGEST, LARGEST))
        data = io.BytesIO()
        picture.save(data, "PNG", compress_level=1)
        command = (self.program, "stdin", "stdout", "-l", self.languages, "--dpi", "200", "tsv")
        try:
            done = subprocess.run(  # noqa: S603
                command, input=data.getvalue(), capture_output=True, check=False, timeout=self.seconds
            )
        except subprocess.TimeoutExpired as error:
            raise ParseError("took_too_long", "Reading a picture (OCR) took too long.") from error
        except OSError:
            return []
        return list(_paragraphs(done.stdout.decode("utf-8", "replace"), *picture.size))


@lru_cache
def find(limits: Limits) -> Reader | None:
    """Tesseract with those of the wanted languages that it has; None where it has none."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        told = subprocess.run(  # noqa: S603
            (program, "--list-langs"), capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    there = set(told.stdout.split())
    languages = "+".join(one for one in limits.ocr_languages.split("+") if one in there)
    return Reader(program=program, languages=languages, seconds=limits.ocr_seconds) if languages else None


def _paragraphs(table: str, width: int, height: int) -> Iterator[Found]:
    rows = [row for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE) if _is_word(row)]
    group: list[dict[str, str]] = []
    for row in rows:
        if group and _key(row) != _key(group[-1]):
            yield _found(group, width, height)
            group = []
        group.append(row)
    if group:
        yield _found(group, width, height)


def _is_word(row: dict[str, str]) -> bool:
    if row.get("level") != WORD or not (row.get("text") or "").strip():
        return False
    try:
        return float(row["conf"]) >= LEAST_CONFIDENCE
    except (ValueError, TypeError, KeyError):
        return False


def _key(row: dict[str, str]) -> tuple[str, str]:
    return row["block_num"], row["par_num"]


def _found(words: list[dict[str, str]], width: int, height: int) -> Found:
    text = ""
    for word, before in zip(words, [None, *words], strict=False):
        text += ("\n" if before and before["line_num"] != word["line_num"] else " " if before else "") + word["text"]
    left, top = (min(int(word[side]) for word in words) for side in ("left", "top"))
    right = max(int(word["left"]) + int(word["width"]) for word in words)
    bottom = max(int(word["top"]) + int(word["height"]) for word in words)
    lines = len({word["line_num"] for word in words})
    return Found(
        text=flowed(text.split("\n"), spaces_are_real=False),
        box=(left / width, top / height, right / width, bottom / height),
        size=(bottom - top) / height / lines,
    )
