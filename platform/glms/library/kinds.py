"""What a document probably is, by its first bytes and its name; the parser, which looks closer, has the last word."""

import mimetypes
from pathlib import PurePosixPath

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)
OFFICE = "application/vnd.openxmlformats-officedocument."
BY_SUFFIX = {
    ".docx": f"{OFFICE}wordprocessingml.document",
    ".pptx": f"{OFFICE}presentationml.presentation",
    ".xlsx": f"{OFFICE}spreadsheetml.sheet",
    ".epub": "application/epub+zip",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain",
}


def guessed(name: str, head: bytes) -> str:
    """The media type of a file that begins with `head`."""
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    suffix = PurePosixPath(name).suffix.lower()
    return BY_SUFFIX.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
