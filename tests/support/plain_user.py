"""An ordinary user for programs that tests start as root: without any rights, and able to reach what they run with."""

import ctypes
import errno
import os
import struct
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from glms.config.env import PROJECT, environment
from glms.sandbox import kernel

UID = 4242
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2
MOUNT = {"x86_64": 165, "aarch64": 40}
FLAGS = 40
"""Where the fourth argument lies in `struct seccomp_data`."""


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


def mount_nothing() -> None:
    """Between fork and exec: be refused the first thing that sandboxd mounts, as by policies of some distributions.

    Bubblewrap, which those policies know, mounts with other flags and is let alone.
    """
    steps = (
        (0x20, 0, 0, 0),
        (0x15, 0, 3, MOUNT[os.uname().machine]),
        (0x20, 0, 0, FLAGS),
        (0x15, 0, 1, kernel.MS_REC | kernel.MS_PRIVATE),
        (0x06, 0, 0, 0x00050000 | errno.EPERM),
        (0x06, 0, 0, 0x7FFF0000),
    )
    code = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", len(steps), ctypes.addressof(code)))
    refused = kernel.LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or kernel.LIBC.prctl(PR_SET_SECCOMP, FILTER, program)
    if refused:
        raise OSError(ctypes.get_errno(), "prctl")
