"""SVG: the words in a drawing; it is never rendered."""

from pathlib import Path

from knowledge.documents import Parsed
from knowledge.parsing import markup
from knowledge.parsing.building import Building
from knowledge.parsing.limits import Limits

MEDIA_TYPE = "image/svg+xml"


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    building = Building(media_type=MEDIA_TYPE, limits=limits)
    root = markup.parse(path.read_bytes(), kind="svg")
    for element in root.iter("{*}title", "{*}desc", "{*}text"):
        building.add("paragraph", "".join(element.itertext()))
    return building.done()
