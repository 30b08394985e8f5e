"""A conversation's files: taken into a sandbox and out again, following nothing that foreign code laid there."""

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from glms.sandbox.limits import Limits

NOT_FOLLOWED = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
LONGEST_NAME = 200
DEEPEST = 100
"""Folders in folders; deeper ones are only made to be hard to count."""

Folder = int | Path


class FileRefused(Exception):
    """A file cannot be kept or found; the text goes to whoever asked."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A regular file: its path below the folder, its size, and what tells a change."""

    name: str
    size: int
    stamp: tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """`skipped`: how many things were left out: links, devices, odd names, beyond the limits."""

    entries: tuple[Entry, ...]
    skipped: int = 0


def is_proper(name: str) -> bool:
    """Whether a name, without folders, is text that can be shown and written anywhere."""
    return (
        0 < len(name.encode("utf-8", "surrogateescape")) <= LONGEST_NAME
        and name not in {".", ".."}
        and "/" not in name
        and name.isprintable()
    )


def checked_path(name: str, limits: Limits) -> list[str]:
    """The parts of a path below a folder. Raises FileRefused."""
    parts = name.split("/")
    if len(parts) > limits.depth or not all(is_proper(part) for part in parts):
        raise FileRefused(f"{name[:100]!r} is no name for a file here")
    return parts


def listing(folder: Path, limits: Limits) -> Listing:
    """All regular files below a folder that foreign code may be writing in, breadth first."""
    entries: list[Entry] = []
    skipped, size = 0, 0

    def enters(path: list[str]) -> bool:
        return is_proper(path[-1]) and len(path) < limits.depth

    for path, status in _walk(folder, most=limits.inodes, enters=enters):
        if stat.S_ISDIR(status.st_mode) and enters(path):
            continue
        if (
            not stat.S_ISREG(status.st_mode)
            or not is_proper(path[-1])
            or len(entries) >= limits.kept_files
            or size + status.st_size > limits.disk
        ):
            skipped += 1
        else:
            size += status.st_size
            entries.append(_entry("/".join(path), status))
    return Listing(entries=tuple(sorted(entries, key=lambda entry: entry.name)), skipped=skipped)


def is_overfull(folder: Path, limits: Limits) -> bool:
    """Whether there is more below the folder than one interpreter may have, in bytes of disk or in number."""
    size = count = 0
    for path, status in _walk(folder, most=limits.inodes + 1, enters=lambda path: len(path) <= DEEPEST):
        size, count = size + status.st_blocks * 512, count + 1
        if size > limits.disk or count > limits.inodes or len(path) > DEEPEST:
            return True
    return False


def _walk(
    folder: Path, *, most: int, enters: Callable[[list[str]], bool]
) -> Iterator[tuple[list[str], os.stat_result]]:
    """What lies below a folder, by path, at most so many things. Two open folders at a time, whatever there is."""
    queue: deque[list[str]] = deque([[]])
    while queue:
        parts = queue.popleft()
        try:
            with _parent(folder, [*parts, ""], make=False) as handle:
                for name, status in _scan(handle):
                    path = [*parts, name]
                    if stat.S_ISDIR(status.st_mode) and enters(path):
                        queue.append(path)
                    yield path, status
                    most -= 1
                    if most <= 0:
                        return
        except OSError:  # it went away meanwhile, or became something else
            if not parts:
                raise


def _entry(name: str, status: os.stat_result) -> Entry:
    return Entry(name=name, size=status.st_size, stamp=(status.st_mtime_ns, status.st_ino, status.st_size))


def _scan(handle: int) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(handle) as found:
        for item in found:
            with suppress(OSError):
                yield item.name, item.stat(follow_symlinks=False)


@contextmanager
def _parent(folder: Path, parts: list[str], *, make: bool) -> Iterator[int]:
    """The folder that a path's last part lies in, opened step by step."""
    handle = os.open(folder, os.O_DIRECTORY | NOT_FOLLOWED)
    try:
        for part in parts[:-1]:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, 0o700, dir_fd=handle)
            inner = os.open(part, os.O_DIRECTORY | NOT_FOLLOWED, dir_fd=handle)
            os.close(handle)
            handle = inner
        yield handle
    finally:
        os.close(handle)


def read(folder: Path, name: str, limits: Limits) -> bytes:
    """A file's bytes. Raises FileRefused when it is not there, no regular file, or too large."""
    parts = checked_path(name, limits)
    try:
        with _parent(folder, parts, make=False) as parent:
            handle = os.open(parts[-1], os.O_RDONLY | NOT_FOLLOWED, dir_fd=parent)
            with os.fdopen(handle, "rb") as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    raise FileRefused(f"{name!r} is not a regular file")
                data = file.read(limits.file_size + 1)
    except OSError as error:
        raise FileRefused(f"there is no file {name!r}") from error
    if len(data) > limits.file_size:
        raise FileRefused(f"{name!r} is too large")
    return data


def write(folder: Path, name: str, data: bytes, limits: Limits) -> None:
    """Put a file there in one step, in place of one of that name. Raises FileRefused when there is no room."""
    parts = checked_path(name, limits)
    try:
        with _parent(folder, parts, make=True) as parent:
            draft = f".{os.urandom(8).hex()}.part"
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOT_FOLLOWED, 0o600, dir_fd=parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                os.rename(draft, parts[-1], src_dir_fd=parent, dst_dir_fd=parent)
            except OSError:
                os.unlink(draft, dir_fd=parent)
                raise
    except OSError as error:
        raise FileRefused(f"{name!r} cannot be written: {error.strerror}") from error


def remove(folder: Path, name: str, limits: Limits) -> None:
    """Remove a file; nothing when it is not there."""
    parts = checked_path(name, limits)
    with suppress(OSError), _parent(folder, parts, make=False) as parent:
        os.unlink(parts[-1], dir_fd=parent)


def mirror(source: Path, target: Path, *, known: Listing, limits: Limits) -> tuple[Listing, list[str]]:
    """Make `target` hold what `source` holds, touching only what changed since `known`.

    The files of `source` now, and the names of those that are new or changed.
    """
    found = listing(source, limits)
    before = {entry.name: entry.stamp for entry in known.entries}
    changed = [entry.name for entry in found.entries if before.get(entry.name) != entry.stamp]
    for name in before.keys() - {entry.name for entry in found.entries}:
        remove(target, name, limits)
    kept: list[str] = []
    for name in changed:
        with suppress(FileRefused):  # it went away meanwhile
            write(target, name, read(source, name, limits), limits)
            kept.append(name)
    return found, kept


def remove_tree(folder: Path) -> None:
    """Remove a folder that foreign code wrote in, however deep it is and whoever may read it there.

    Nothing may be writing there any more. What lies deep is moved up, so that no path and no recursion gets long.
    """
    with suppress(OSError):
        handle = os.open(folder, os.O_DIRECTORY | NOT_FOLLOWED)
        try:
            while inner := _emptied(handle, into=handle):
                for name in inner:
                    opened = os.open(name, os.O_DIRECTORY | NOT_FOLLOWED, dir_fd=handle)
                    try:
                        _emptied(opened, into=handle)
                    finally:
                        os.close(opened)
                    os.rmdir(name, dir_fd=handle)
        finally:
            os.close(handle)
        folder.rmdir()


def _emptied(handle: int, *, into: int) -> list[str]:
    """Delete the files of a folder; its folders are moved into another one, or told where it is the same."""
    folders = []
    for name in os.listdir(handle):
        if not stat.S_ISDIR(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode):
            os.unlink(name, dir_fd=handle)
            continue
        os.chmod(name, 0o700, dir_fd=handle)
        folders.append(name)
        if handle != into:
            os.rename(name, os.urandom(12).hex(), src_dir_fd=handle, dst_dir_fd=into)
    return folders
