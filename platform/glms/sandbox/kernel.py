"""The kernel's calls for private views of the machine, which Python 3.11 does not offer."""

import ctypes
import os
import signal
from contextlib import suppress
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
O_PATH = getattr(os, "O_PATH", 0)
LIBC = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Raises OSError where it is not allowed."""
    _checked(LIBC.unshare(flags), "unshare")


def map_only_myself(uid: int, gid: int) -> None:
    """In a fresh user namespace we are who we were, and nobody else is anybody."""
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def keep_mounts_private() -> None:
    """What is mounted from now on is seen by us and our children only."""
    _checked(LIBC.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "mount --make-rprivate /")


def mount_memory(target: Path, *, options: str) -> None:
    """A file system in memory; `options` as mount(8) has them. Raises OSError."""
    flags = MS_NOSUID | MS_NODEV
    _checked(LIBC.mount(b"tmpfs", bytes(target), b"tmpfs", flags, options.encode()), f"mount tmpfs {target}")


def mount_opened(handle: int, target: Path) -> None:
    """Show the opened file or folder at `target` too. Raises OSError."""
    source = f"/proc/self/fd/{handle}".encode()
    _checked(LIBC.mount(source, bytes(target), None, MS_BIND | MS_REC, None), f"mount --bind {target}")


def unmount(target: Path) -> None:
    with suppress(OSError):
        _checked(LIBC.umount2(bytes(target), MNT_DETACH), "umount")


def own_our_proc_files() -> None:
    """After a change of user the kernel gives /proc/self to root; the maps there must be ours to write."""
    _checked(LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl")


def end_with_parent(parent: int) -> None:
    """The kernel ends us when our parent dies; to be said again after each change of user."""
    _checked(LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0), "prctl")
    if os.getppid() != parent:  # it was gone before the kernel knew
        os._exit(1)
