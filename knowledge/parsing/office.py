"""What Word, PowerPoint and Excel files have in common: parts, relations between them, a title."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import Any

from knowledge.parsing import markup
from knowledge.parsing.archive import Archive
from knowledge.parsing.building import one_line

Element = Any
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W),
    (b"http://purl.oclc.org/ooxml/drawingml/main", A),
    (b"http://purl.oclc.org/ooxml/presentationml/main", P),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", S),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R),
)
"""The namespaces of "Strict Open XML" files, and the usual ones."""
TYPES = "[Content_Types].xml"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
TITLE = "{http://purl.org/dc/elements/1.1/}title"


@dataclass(frozen=True, kw_only=True)
class Package:
    """An open file. Relations that lead out of it are never followed."""

    archive: Archive
    kind: str

    def main(self) -> str:
        """The name of the part that the others hang on. Raises ParseError."""
        if TYPES in self.archive:
            self.root(TYPES)  # believed in nothing, and still no place for entities
        found = next((target for kind, target in self._relations("").values() if kind.endswith("/officeDocument")), "")
        if found not in self.archive:
            raise self.archive.malformed()
        return found

    def related(self, part: str) -> Mapping[str, tuple[str, str]]:
        """Of a part: the kind and the target of each relation, by its id."""
        return self._relations(part)

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        folder, _, name = part.rpartition("/")
        path = join(folder, "_rels", f"{name}.rels")
        root = self.root(path) if path in self.archive else ()
        return {
            relation.get("Id", ""): (relation.get("Type", ""), _target(part, relation.get("Target", "")))
            for relation in root
            if relation.tag == RELATION and relation.get("TargetMode") != "External"
        }

    def one(self, part: str, kind: str) -> str | None:
        """The related part whose kind ends so."""
        return next((target for found, target in self.related(part).values() if found.endswith(f"/{kind}")), None)

    def root(self, part: str) -> Element:
        return markup.parse(_usual(self.archive.read(part)), kind=self.kind)

    def elements(self, part: str, tags: Iterable[str]) -> Iterator[Element]:
        return markup.elements(_usual_all(self.archive.stream(part)), kind=self.kind, tags=tags)

    def title(self) -> str:
        part = "docProps/core.xml"
        if part not in self.archive:
            return ""
        return one_line(next((one.text or "" for one in self.root(part).iter(TITLE)), ""))


def _target(part: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))


def _usual(data: bytes) -> bytes:
    if b"purl.oclc.org/ooxml" in data[:8192]:
        for strict, usual in STRICT:
            data = data.replace(strict, usual.strip("{}").encode())
    return data


def _usual_all(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Namespaces are declared at the beginning."""
    first = next(pieces, b"")
    yield _usual(first)
    yield from pieces
