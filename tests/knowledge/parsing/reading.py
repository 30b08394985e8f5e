"""Reads a file that a test has made, and tells its blocks."""

from pathlib import Path

from knowledge.documents import Block, Parsed
from knowledge.parsing import parse

Told = list[tuple[str, str]]


def read(path: Path, data: str | bytes | None = None) -> Parsed:
    """The file of that path, with this content where it is given."""
    if data is not None:
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return parse(path, name=path.name)


def text_of(parsed: Parsed, block: Block) -> str:
    return parsed.text[block.start : block.end]


def told(parsed: Parsed) -> Told:
    """Kind and text of each block; headings as `heading2`."""
    return [(f"{block.kind}{block.level or ''}", text_of(parsed, block)) for block in parsed.blocks]
