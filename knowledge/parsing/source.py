"""Source code: cut where something new begins at the left margin, and otherwise left as it is."""

import re
from pathlib import Path

from knowledge.documents import Parsed, clean
from knowledge.parsing import plain
from knowledge.parsing.building import Building
from knowledge.parsing.limits import Limits

BREAK = re.compile(r"\n(?:[^\S\n]*\n)+(?=[^\s})\]])|\n(?=(?:def|class|async def|function|func|fn|impl|export)\b)")
"""An empty line before something that is not indented, or a definition without one."""


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    decoded = plain.text_of(path, limits)
    building = plain.begin(decoded, media_type=plain.MEDIA_TYPE, limits=limits)
    building.title = name
    add_code(building, plain.lines_of(decoded.text))
    return building.done()


def add_code(building: Building, text: str) -> None:
    for part in BREAK.split(text):
        lines = clean(part).expandtabs(4).split("\n")
        building.add("code", "\n".join(line.rstrip() for line in lines).strip("\n"), is_tidy=True)
