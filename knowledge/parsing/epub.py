"""EPUB: the chapters in reading order, each as a page of HTML."""

from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

from knowledge.documents import Parsed
from knowledge.errors import ParseError
from knowledge.parsing import markup, web
from knowledge.parsing.archive import Archive
from knowledge.parsing.building import Building
from knowledge.parsing.encodings import decode
from knowledge.parsing.limits import Limits

MEDIA_TYPE = "application/epub+zip"
CONTAINER = "META-INF/container.xml"
RIGHTS = "META-INF/rights.xml"
OPF = "{http://www.idpf.org/2007/opf}"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
Element = Any


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    building = Building(media_type=MEDIA_TYPE, limits=limits)
    with Archive(path, limits=limits, kind="epub") as archive:
        if RIGHTS in archive:
            raise ParseError("password_required", "The book is locked to a reader (DRM).")
        package = _package(archive)
        root = markup.parse(archive.read(package), kind="epub")
        building.title = next((one.text or "" for one in root.iter(TITLE)), "")
        for part in _chapters(root, package, archive):
            web.add_html(building, decode(archive.read(part)).text)
    return building.done()


def _package(archive: Archive) -> str:
    if CONTAINER not in archive:
        raise archive.malformed()
    root = markup.parse(archive.read(CONTAINER), kind="epub")
    found = next((one.get("full-path", "") for one in root.iter("{*}rootfile")), "")
    if found not in archive:
        raise archive.malformed()
    return found


def _chapters(root: Element, package: str, archive: Archive) -> Iterator[str]:
    items = {one.get("id"): one for one in root.iter(f"{OPF}item")}
    for reference in root.iter(f"{OPF}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in PAGES or item.get("properties") == "nav":
            continue
        part = normpath(join(dirname(package), unquote(item.get("href", "").partition("#")[0])))
        if part in archive:
            yield part
