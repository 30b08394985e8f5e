"""What kind of file it is: by its first bytes, which must agree with what its name says."""

import re
import zipfile
from pathlib import Path

from knowledge.errors import ParseError
from knowledge.parsing.archive import check_count
from knowledge.parsing.limits import Limits

HEAD = 4096
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"PK\x07\x08", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x89PNG\r\n\x1a\n", "image"), (b"\xff\xd8\xff", "image"), (b"GIF87a", "image"), (b"GIF89a", "image"),
    (b"BM", "image"), (b"II*\0", "image"), (b"MM\0*", "image"), (b"\0\0\1\0", "image"),
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"\xca\xfe\xba\xbe", "program"), (b"\xcf\xfa\xed\xfe", "program"),
    (b"\x1f\x8b", "archive"), (b"7z\xbc\xaf\x27\x1c", "archive"), (b"Rar!", "archive"), (b"BZh", "archive"),
    (b"\xfd7zXZ\0", "archive"), (b"\x28\xb5\x2f\xfd", "archive"),
    (b"ID3", "media"), (b"OggS", "media"), (b"fLaC", "media"), (b"\x1aE\xdf\xa3", "media"), (b"#EXTM3U", "media"),
    (b"\x80\x02", "data"), (b"\x80\x03", "data"), (b"\x80\x04", "data"), (b"\x80\x05", "data"), (b"\x93NUMPY", "data"),
    (b"SQLite format 3\0", "data"), (b"\x89HDF", "data"), (b"PAR1", "data"), (b"{\\rtf", "rtf"),
)  # fmt: skip
FAMILIES = {
    **dict.fromkeys(("pdf",), "pdf"),
    **dict.fromkeys(("docx", "docm", "dotx"), "docx"),
    **dict.fromkeys(("pptx", "pptm", "ppsx"), "pptx"),
    **dict.fromkeys(("xlsx", "xlsm", "xltx"), "xlsx"),
    **dict.fromkeys(("odt", "ods", "odp"), "odf"),
    **dict.fromkeys(("epub",), "epub"),
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "ico", "apng"), "image"),
    **dict.fromkeys(("svg",), "svg"),
    **dict.fromkeys(("md", "markdown", "mdx", "mkd"), "markdown"),
    **dict.fromkeys(("html", "htm", "xhtml", "mhtml"), "html"),
    **dict.fromkeys(("csv", "tsv"), "csv"),
    **dict.fromkeys(("json", "jsonl", "ndjson", "geojson", "ipynb"), "json"),
    **dict.fromkeys(("txt", "text", "log", "srt", "vtt"), "text"),
    **dict.fromkeys(("doc", "xls", "ppt", "wps", "et", "dps", "pages", "numbers", "key", "rtf"), "old"),
    **dict.fromkeys(("zip", "jar", "apk", "whl"), "zip"),
    **dict.fromkeys(("pkl", "pickle", "npy", "npz", "pt", "pth", "joblib", "onnx", "safetensors"), "data"),
    **dict.fromkeys(("faiss", "bin", "db", "sqlite", "parquet"), "data"),
    **dict.fromkeys(("mp3", "mp4", "wav", "m4a", "mov", "avi", "mkv", "flac", "ogg", "m3u8", "webm"), "media"),
    **dict.fromkeys(("heic", "heif", "avif", "jp2", "psd"), "picture"),
}
"""By the ending of a name; source code and everything unknown is text."""
CODE = frozenset({
    "py", "pyi", "pyx", "js", "mjs", "cjs", "jsx", "ts", "tsx", "vue", "svelte", "c", "h", "cc", "cpp", "cxx", "hpp",
    "hh", "m", "mm", "cu", "java", "kt", "kts", "scala", "groovy", "cs", "go", "rs", "swift", "dart", "zig", "rb",
    "php", "pl", "pm", "lua", "r", "jl", "ex", "exs", "erl", "hs", "clj", "lisp", "el", "sh", "bash", "zsh", "fish",
    "ps1", "bat", "cmd", "sql", "proto", "graphql", "thrift", "yaml", "yml", "toml", "ini", "cfg", "conf", "env",
    "properties", "xml", "xsd", "css", "scss", "less", "tex", "bib", "cmake", "mk", "dockerfile", "tf", "gradle",
})  # fmt: skip
"""Endings of source code."""
TYPES = {
    "application/pdf": "pdf", "text/html": "html", "application/xhtml+xml": "html", "text/markdown": "markdown",
    "text/csv": "csv", "application/json": "json", "image/svg+xml": "svg",
}  # fmt: skip
"""By media type, where the name's ending tells nothing: pages of the web have such names."""
OF_TEXT = frozenset({"markdown", "html", "csv", "json", "text", "source", "svg"})
OFFICE = (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))
TAG = re.compile(rb"<(!doctype html|html|head|body|\?xml|svg)", re.IGNORECASE)
CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
UNREAD = {
    "ole": "Save it as DOCX, XLSX or PPTX and upload that.",
    "old": "Save it as DOCX, XLSX, PPTX or PDF and upload that.",
    "picture": "Save it as PNG or JPEG and upload that.",
    "media": "Sound and video are not read.",
    "data": "It holds data for programs and no text.",
    "archive": "Unpack it and upload the files themselves.",
    "program": "It is a program.",
    "binary": "It holds no text.",
}
"""Families without a parser, and what to tell people."""


def family(path: Path, *, name: str, media_type: str | None, limits: Limits) -> str:
    """The parser's name. Raises ParseError `empty_file`, `file_too_large`, `type_mismatch`, `unsupported_type`."""
    size = path.stat().st_size
    if size == 0:
        raise ParseError("empty_file", "The file is empty.")
    if size > limits.file_size:
        raise ParseError("file_too_large", f"The file is larger than {limits.file_size >> 20} MiB.")
    with path.open("rb") as file:
        head = file.read(HEAD)
    said = FAMILIES.get(ending(name)) or TYPES.get(media_type or "")
    found = _found(path, head, said, limits)
    if said is None or said in UNREAD:
        return _readable(found, said, name)
    if said in OF_TEXT and found in OF_TEXT:
        return said
    if found == "ole" and said in {name for _, name in OFFICE}:
        raise ParseError("password_required", "The file is locked with a password, or of an old type with a new name.")
    if said != found:
        raise ParseError("type_mismatch", f"This is no {ending(name).upper()} file: its content is of another type.")
    return found


def _readable(found: str, said: str | None, name: str) -> str:
    """What is found, where the name promises nothing that could be read."""
    if found in UNREAD:
        raise _unsupported(said or found, name)
    if said is not None and found in {"zip", "text"}:
        raise _unsupported(said, name)
    if found == "text" and (ending(name) or name.lower()) in CODE:
        return "source"
    return found


def ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name.strip(".") else ""


def _unsupported(found: str, name: str) -> ParseError:
    kind = f"{ending(name).upper()[:12]} files" if ending(name) else "Files of this type"
    return ParseError("unsupported_type", f"{kind} cannot be read. {UNREAD[found]}")


def _found(path: Path, head: bytes, said: str | None, limits: Limits) -> str:
    """The family that the bytes belong to; where they tell nothing, what the name says."""
    if b"%PDF-" in head[:1024]:
        return "pdf"
    kind = next((kind for magic, kind in MAGIC if head.startswith(magic)), None)
    if kind == "zip":
        return _packed(path, said, limits)
    if kind == "image" and head.startswith(b"BM") and not CONTROLS.search(head):
        return "text"  # a text that begins with these two letters
    return kind or _unmarked(head, said)


def _unmarked(head: bytes, said: str | None) -> str:
    if head[:4] == b"RIFF":
        return "image" if head[8:12] == b"WEBP" else "media"
    if head[4:8] == b"ftyp":
        return "picture" if head[8:11] in {b"hei", b"mif", b"avi", b"hev"} else "media"
    if said in OF_TEXT:
        return "text"  # whether it is one shows when it is decoded
    if _looks_binary(head):
        return "binary"
    tag = TAG.search(head[:1024])
    if tag is None or said is not None:
        return "text"
    return "svg" if b"<svg" in head else "html" if b"<html" in head.lower() else "text"


def _looks_binary(head: bytes) -> bool:
    """Bytes that no text has; those of UTF-16 and UTF-32 are half zeros."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return False
    return len(CONTROLS.findall(head)) > len(head) // 50


def _packed(path: Path, said: str | None, limits: Limits) -> str:
    """Which of the formats packed in a zip; where that cannot be told, what its name says."""
    wanted = said if said in {"docx", "xlsx", "pptx", "epub", "odf"} else "zip"
    with path.open("rb") as file:
        check_count(file, limits=limits)
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.NameToInfo
            if "META-INF/container.xml" in names:
                return "epub"
            if "content.xml" in names and "mimetype" in names:
                return "odf"
            if "[Content_Types].xml" in names:
                return next((kind for folder, kind in OFFICE if any(name.startswith(folder) for name in names)), wanted)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        pass
    return wanted
