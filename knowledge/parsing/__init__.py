"""Reads files that others made: one module per format. Runs inside the sandbox, one process a file.

Everything here may fail with a ParseError only, whose message is for whoever uploaded the file. The packages that the
formats need are those of the sandbox's environment; the product does not have them.
"""

from importlib import import_module
from pathlib import Path

from knowledge.documents import Parsed
from knowledge.errors import ParseError
from knowledge.parsing import sniff
from knowledge.parsing.limits import Limits

MODULES = {
    "pdf": "pdf",
    "docx": "docx",
    "pptx": "pptx",
    "xlsx": "xlsx",
    "odf": "opendocument",
    "epub": "epub",
    "image": "image",
    "svg": "svg",
    "markdown": "markdown",
    "html": "web",
    "csv": "separated",
    "json": "notation",
    "text": "plain",
    "source": "source",
    "zip": "archive",
}
"""Each has `read(path, *, name, limits) -> Parsed`."""


def parse(path: Path, *, name: str, media_type: str | None = None, limits: Limits | None = None) -> Parsed:
    """The text of a file. `name`: as its owner calls it; `media_type`: as they state it. Raises ParseError."""
    limits = limits or Limits()
    family = sniff.family(path, name=name, media_type=media_type, limits=limits)
    module = import_module(f"{__name__}.{MODULES[family]}")
    try:
        parsed: Parsed = module.read(path, name=name, limits=limits)
    except MemoryError as error:
        raise ParseError("too_much_memory", "Reading the file takes too much memory.") from error
    except RecursionError as error:
        raise ParseError(f"malformed_{family}", "The file is nested too deeply.") from error
    return parsed


def small_picture(path: Path, *, side: int) -> bytes:
    """A picture as PNG whose longer side has at most `side` pixels. Raises ParseError."""
    reading = import_module(f"{__name__}.image")
    image: bytes = reading.small_copy(path, side=side, limits=Limits())
    return image


def page_image(path: Path, *, page: int, width: int) -> bytes:
    """A page of a PDF as PNG, `width` pixels wide. page: from 1. Raises ParseError."""
    drawing = import_module(f"{__name__}.pages")
    image: bytes = drawing.page_image(path, page=page, width=width)
    return image
