"""Under which system users PostgreSQL, which refuses to be root, and the sandbox run."""

import ctypes
import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

OWN = "glms-postgres"
SANDBOX = "glms-sandbox"
NAMELESS = 64_999
"""For the sandbox where no account can be made: a number that no account has by itself."""
CLONE_NEWUSER = 0x10000000
LIBC = ctypes.CDLL(None, use_errno=True)


class NoUnixUser(Exception):
    """PostgreSQL cannot run as any user here; the operator must act."""


@dataclass(frozen=True, kw_only=True)
class UnixUser:
    """A user to become; `inside` means only within a user namespace of its own, where our files stay its own."""

    uid: int
    gid: int
    inside: bool

    @property
    def owner(self) -> tuple[int, int]:
        """Who must own the data folder, as the rest of the machine sees it."""
        return (os.geteuid(), os.getegid()) if self.inside else (self.uid, self.gid)

    def enter(self) -> None:
        """Become the user of the namespace; in the child, before it runs its command."""
        if not self.inside:
            return
        uid, gid = self.owner
        if LIBC.unshare(CLONE_NEWUSER):
            raise OSError(ctypes.get_errno(), "unshare")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{self.uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{self.gid} {gid} 1")


def postgres_user(*, binary: Path, folder: Path) -> UnixUser | None:
    """None where we can run PostgreSQL ourselves; else a user that can run `binary` and reach `folder`.

    As root the first choice is a user of its own. It cannot be used when the checkout or the home lies in a folder that
    only root may enter (as /root is): then PostgreSQL runs in a user namespace, where it is not root and still owns our
    files. The same helps in a container whose user has a number and no name. Raises NoUnixUser.
    """
    if os.geteuid() != 0:
        return None if _has_name(os.geteuid()) else _inside(binary=binary, folder=folder)
    entry = _account()
    own = UnixUser(uid=entry.pw_uid, gid=entry.pw_gid, inside=False)
    return own if _works(own, binary=binary, folder=folder) else _inside(binary=binary, folder=folder)


def sandbox_user() -> tuple[int, int] | None:
    """Uid and gid that root becomes for the sandbox; None where we are an ordinary user already."""
    if os.geteuid() != 0:
        return None
    _add_account(SANDBOX)
    with suppress(KeyError):
        entry = pwd.getpwnam(SANDBOX)
        return entry.pw_uid, entry.pw_gid
    return NAMELESS, NAMELESS


def _has_name(uid: int) -> bool:
    with suppress(KeyError):
        return bool(pwd.getpwuid(uid))
    return False


def _inside(*, binary: Path, folder: Path) -> UnixUser:
    entry = _account()
    user = UnixUser(uid=entry.pw_uid, gid=entry.pw_gid, inside=True)
    if _works(user, binary=binary, folder=folder):
        return user
    raise NoUnixUser(
        "PostgreSQL runs neither as root nor as a user without a name, and user namespaces are not allowed here. Start "
        f"GLMs as an ordinary user, or put it where the user {entry.pw_name} may enter, or set DATABASE_URL."
    )


def _account() -> pwd.struct_passwd:
    _add_account(OWN)
    for name in (OWN, "postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoUnixUser("PostgreSQL does not run as root: make a system user `postgres`, or start as an ordinary user")


def _add_account(name: str) -> None:
    """Make a system user that nobody can log in as, where there is none and we may."""
    with suppress(KeyError):
        pwd.getpwnam(name)
        return
    useradd = shutil.which("useradd")
    if useradd and os.geteuid() == 0:
        command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/bin/false", name]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603


def _works(user: UnixUser, *, binary: Path, folder: Path) -> bool:
    try:
        done = subprocess.run(  # noqa: S603
            ["/bin/sh", "-c", 'cd "$1" && exec "$2" --version', "sh", folder, binary],
            check=False,
            capture_output=True,
            timeout=10,
            preexec_fn=user.enter,
            **become(user),
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


class Become(TypedDict, total=False):
    """The arguments by which `subprocess` becomes a user."""

    user: int
    group: int
    extra_groups: list[int]


def become(user: UnixUser | None) -> Become:
    if user is None or user.inside:
        return {}
    return {"user": user.uid, "group": user.gid, "extra_groups": []}


def give(path: Path, *, user: UnixUser | None) -> None:
    """Hand a folder with all that is in it to the user, if it is not theirs."""
    if user is None or not path.exists() or path.stat().st_uid == user.owner[0]:
        return
    for folder, _folders, files in os.walk(path):
        for name in (folder, *(str(Path(folder) / file) for file in files)):
            os.chown(name, *user.owner, follow_symlinks=False)
