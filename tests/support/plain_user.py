"""An ordinary user for programs that tests start as root: without any rights, and able to reach what they run with."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from glms.config.env import PROJECT, environment
from glms.sandbox import kernel

UID = 4242


def become(uid: int = UID) -> None:
    """Between fork and exec: show what is needed in a view of our own, then give all rights away for good.

    What lies in a folder that only root may enter, as root's own Python does, is shown over that folder.
    """
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.keep_mounts_private()
    for closed, needed in _closed(sorted({Path(sys.base_prefix).resolve(), PROJECT, environment().sandbox.venv})):
        _open_up(closed, needed)
    os.chdir(PROJECT)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    kernel.own_our_proc_files()


def _closed(needed: Sequence[Path]) -> Iterator[tuple[Path, list[Path]]]:
    """Each outermost folder that others may not enter, with what is needed in it."""
    found: dict[Path, list[Path]] = {}
    for path in needed:
        for folder in reversed((path, *path.parents)):
            if not folder.stat().st_mode & 0o001:
                found.setdefault(folder, []).append(path)
                break
    yield from found.items()


def _open_up(closed: Path, needed: Sequence[Path]) -> None:
    handles = {path: os.open(path, kernel.O_PATH) for path in needed}
    kernel.mount_memory(closed, options="size=1m,mode=0755")
    for path, handle in handles.items():
        path.mkdir(mode=0o755, parents=True, exist_ok=True)
        kernel.mount_opened(handle, path)
        os.close(handle)
