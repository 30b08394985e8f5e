"""What a file is, by its bytes first and its name second; what anybody says of it is not believed."""

import mimetypes
from pathlib import PurePosixPath

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b", "application/gzip"),
)
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What browsers may show by itself: none of these can hold a script."""
ZIPPED = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def media_type_of(name: str, head: bytes) -> str:
    """The type of a file that begins with `head` (512 bytes are enough)."""
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    suffix = PurePosixPath(name).suffix.lower()
    if head.startswith(b"PK\x03\x04"):
        return ZIPPED.get(suffix, "application/zip")
    guessed = mimetypes.types_map.get(suffix, "application/octet-stream")
    if guessed in PICTURES or (guessed.startswith("text/") and b"\x00" in head):
        return "application/octet-stream"  # it says that it is one and is not
    return guessed
