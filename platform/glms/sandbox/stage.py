"""Sandboxd's own view of the machine: its files where its user can reach them, its rights given away.

As root it makes the view first and then becomes a user of its own, so that neither the checkout nor the home need be
open to that user. As an ordinary user it makes the view inside a user namespace. Where neither is allowed (containers
with the default profile), it works in the folders as they are.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from glms.sandbox import kernel
from glms.sandbox.files import remove_tree

VIEW = Path("/tmp")  # noqa: S108  a folder that every machine has; in our own view it holds only what we put there
VIEW_SIZE = "size=16m,nr_inodes=16k,mode=0755"


@dataclass(frozen=True, kw_only=True)
class User:
    uid: int
    gid: int


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where sandboxd works. `shown`: the real paths of its sources as it can reach them now."""

    folder: Path
    shown: Mapping[str, Path]
    user: User
    can_mount: bool
    """Whether each sandbox can have a file system of its own, limited in size and number of files."""

    def box_folder(self, name: str) -> Path:
        return self.folder / "boxes" / name


def prepare(*, sources: Mapping[str, Path], fallback: Path, user: User | None) -> Stage:
    """Make the view and become `user`; to be called once, before there are threads.

    sources: what sandboxd must reach, by name; files or folders. fallback: a folder to work in where there is no view
    of our own. user: whom to become when we are root; None: stay who we are.
    """
    parent = os.getppid()
    shown: Mapping[str, Path] | None = None
    if os.geteuid() == 0 and user is not None:
        shown = _view_as_root(sources, owner=user)
        _become(user)
        kernel.end_with_parent(parent)
    myself = User(uid=os.geteuid(), gid=os.getegid())
    can_mount = _own_namespace(myself)
    if shown is None and can_mount:
        shown = _show(sources, owner=myself)
    folder = VIEW if shown is not None else fallback
    remove_tree(folder / "boxes")  # what a killed predecessor left
    (folder / "boxes").mkdir(mode=0o700, parents=True, exist_ok=True)
    return Stage(folder=folder, shown=shown or dict(sources), user=myself, can_mount=can_mount)


def _view_as_root(sources: Mapping[str, Path], *, owner: User) -> Mapping[str, Path] | None:
    try:
        kernel.unshare(kernel.CLONE_NEWNS)
        kernel.keep_mounts_private()
        return _show(sources, owner=owner)
    except OSError:  # root without rights, as in a container: the paths must be open to the user
        return None


def _own_namespace(myself: User) -> bool:
    """Whether we may mount in a namespace of our own; our rights there are worth nothing outside of it."""
    try:
        kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWNS)
    except OSError:
        return False
    kernel.map_only_myself(myself.uid, myself.gid)
    try:
        kernel.keep_mounts_private()
    except OSError:  # a policy lets us have the namespace and no rights in it
        return False
    return True


def _show(sources: Mapping[str, Path], *, owner: User) -> dict[str, Path]:
    """Cover /tmp with a file system of our own and show the sources there."""
    opened = {name: os.open(path, kernel.O_PATH) for name, path in sources.items()}
    are_folders = {name: path.is_dir() for name, path in sources.items()}
    kernel.mount_memory(VIEW, options=f"{VIEW_SIZE},uid={owner.uid},gid={owner.gid}")
    shown = {}
    for name, handle in opened.items():
        target = VIEW / "sources" / name
        target.parent.mkdir(exist_ok=True)
        target.mkdir() if are_folders[name] else target.touch()
        kernel.mount_opened(handle, target)
        os.close(handle)
        shown[name] = target
    (VIEW / "boxes").mkdir(mode=0o700)
    if os.geteuid() != owner.uid:
        os.chown(VIEW / "boxes", owner.uid, owner.gid)
    os.chdir(VIEW)
    return shown


def _become(user: User) -> None:
    os.setgroups([])
    os.setresgid(user.gid, user.gid, user.gid)
    os.setresuid(user.uid, user.uid, user.uid)
    kernel.own_our_proc_files()
    os.chdir("/")


def copied(path: Path, folder: Path) -> Path:
    """A copy that others may read and run."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    target = folder / path.name
    shutil.copyfile(path, target)
    target.chmod(0o755)
    return target
