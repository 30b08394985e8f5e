"""Files of an index: written once under another name, forced to disk, and only then given their own.

So a reader sees a file whole or not at all, a killed writer leaves nothing but a draft, and whatever no manifest names
can be removed.
"""

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from knowledge.errors import IndexTorn, StoreAway
from knowledge.index.base import File

DRAFT = ".draft-"
BLOCK = 1 << 20
CHECKED_AT_ONCE = 4 << 20
"""Bytes up to which a file is read and compared whenever it is opened; of larger ones only the size."""


FULL = ("No space left on device", "File too large", "Disk quota exceeded")
TELLING = ("write error", "IO error", "io::Error")
LEAST_FREE = 64 << 20
"""Bytes below which a writer that failed without saying why failed for want of space."""


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Failures of the disk in our words; FAISS and tantivy tell theirs as RuntimeError and ValueError.

    Raises StoreAway.
    """
    try:
        yield
    except OSError as error:
        raise _refused(is_full=error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}) from error
    except (RuntimeError, ValueError) as error:
        words = str(error)
        if not any(telling in words for telling in TELLING):
            raise
        is_full = any(full in words for full in FULL) or shutil.disk_usage(folder).free < LEAST_FREE
        raise _refused(is_full=is_full) from error


def _refused(*, is_full: bool) -> StoreAway:
    if is_full:
        return StoreAway("disk_full", "The disk is full: the index could not be written.")
    return StoreAway("index_unwritable", "The index could not be written: the disk refuses it.")


@contextmanager
def draft(folder: Path) -> Iterator[Path]:
    """A folder to write into that goes when it was not sealed. Raises StoreAway."""
    path = folder / f"{DRAFT}{uuid4().hex}"
    try:
        with writing(folder.parent):
            path.mkdir(parents=True)
            yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def fresh_name(kind: str) -> str:
    return f"{kind}-{uuid4().hex}"


def seal(written: Path, *, name: str) -> Path:
    """Force a draft to disk and give it its name."""
    for path in written.iterdir():
        force(path)
    force(written)
    final = written.parent / name
    written.rename(final)
    force(final.parent)
    return final


def force(path: Path) -> None:
    """On the disk when this returns: a file's bytes, or a folder's names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def described(path: Path) -> File:
    """What a manifest says of a file. Of a folder's file the name has the folder before it."""
    return File(name=path.name, size=path.stat().st_size, checksum=checksum(path))


def checksum(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def compare_sizes(folder: Path, files: Iterable[File]) -> None:
    """Raises IndexTorn when one is not there or has another size."""
    for file in files:
        try:
            size = (folder / file.name).stat().st_size
        except OSError as error:
            raise IndexTorn("index_missing", "A file of the index is missing.") from error
        if size != file.size:
            raise IndexTorn("index_damaged", "A file of the index has another size than it was written with.")


def compare(folder: Path, files: Collection[File], *, wholly: bool = False) -> None:
    """wholly: read also the large ones. Raises IndexTorn when one is not there or not what it was."""
    compare_sizes(folder, files)
    for file in files:
        path = folder / file.name
        try:
            if (wholly or file.size <= CHECKED_AT_ONCE) and checksum(path) != file.checksum:
                raise IndexTorn("index_damaged", "A file of the index is not what was written.")
        except OSError as error:
            raise IndexTorn("index_missing", "A file of the index is missing.") from error


def sweep(folder: Path, *, kept: Collection[str], older_than: float) -> int:
    """Remove all but the kept names, where they are older than so many seconds; how many went."""
    if not folder.is_dir():
        return 0
    limit, removed = time.time() - older_than, 0
    for path in list(folder.iterdir()):
        if path.name not in kept and _changed(path) <= limit:
            remove(path)
            removed += 1
    return removed


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _changed(path: Path) -> float:
    try:
        found = path.stat()
    except FileNotFoundError:
        return time.time()
    return max(found.st_mtime, found.st_ctime)
