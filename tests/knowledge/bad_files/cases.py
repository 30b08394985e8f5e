"""What a bad file is, and the small pieces that they are made of."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.knowledge import office_files as office

PARSED = "parsed"
Make = Callable[[Path], object]


@dataclass(frozen=True, kw_only=True)
class Case:
    """ends: the codes that are right, `parsed` for a file that is read. says: what must come out; never: what not."""

    name: str
    make: Make
    ends: frozenset[str]
    says: str = ""
    never: str = ""


class Cases(list[Case]):
    """Those of one kind of file."""

    def add(self, name: str, make: Make, *ends: str, says: str = "", never: str = "") -> None:
        self.append(Case(name=name, make=make, ends=frozenset(ends), says=says, never=never))

    def case(self, name: str, *ends: str) -> Callable[[Make], Make]:
        def registered(make: Make) -> Make:
            self.add(name, make, *ends)
            return make

        return registered


def of_bytes(data: bytes) -> Make:
    return lambda path: path.write_bytes(data)


def of_parts(parts: office.Parts) -> Make:
    return lambda path: office.packed(path, parts)


def picture(**told: object) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(data, **told)  # type: ignore[arg-type]
    return data.getvalue()


PNG = picture(format="PNG")
BODY = office.paragraph("Some words stand here.")
