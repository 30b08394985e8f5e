"""Control groups: one for each sandbox, limiting memory, processes and processor time; v2, else v1, else none."""

import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from glms.sandbox.limits import Limits

ROOT = Path("/sys/fs/cgroup")
CONTROLLERS = ("memory", "pids", "cpu")
CPU_PERIOD = 100_000
TRIES, PAUSE = 100, 0.02
"""How often, and after how many seconds each, a group is tried to be removed whose processes are ending."""


class Group:
    """The group of one sandbox."""

    def __init__(self, folders: Sequence[Path], *, events: Path, oom_name: str) -> None:
        self._folders = folders
        self._events = events
        self._oom_name = oom_name

    def enter(self) -> None:
        """Move the calling process in: between fork and exec."""
        for folder in self._folders:
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    def memory_kills(self) -> int:
        """How many of its processes were killed for memory."""
        with suppress(OSError, ValueError):
            for line in self._events.read_text().splitlines():
                name, _, value = line.partition(" ")
                if name == self._oom_name:
                    return int(value)
        return 0

    def remove(self) -> bool:
        """Whether it is gone; it stays while a process of it ends."""
        for folder in self._folders:
            with suppress(OSError):
                folder.rmdir()
        return not any(folder.exists() for folder in self._folders)


@dataclass(kw_only=True)
class Groups:
    """The groups that this sandboxd may make. `parents`: one folder (v2) or one per controller (v1)."""

    version: int = 0
    parents: tuple[Path, ...] = ()
    _dying: list[Group] = field(default_factory=list)

    def make(self, name: str, limits: Limits) -> Group | None:
        """Raises OSError when the kernel refuses."""
        if not self.version:
            return None
        self.sweep()
        folders = tuple(parent / name for parent in self.parents)
        for folder in folders:
            folder.mkdir()
        if self.version == 2:
            return self._limited_v2(folders[0], limits)
        return self._limited_v1(dict(zip(CONTROLLERS, folders, strict=True)), limits)

    @staticmethod
    def _limited_v2(folder: Path, limits: Limits) -> Group:
        (folder / "memory.max").write_text(str(limits.memory))
        (folder / "pids.max").write_text(str(limits.processes))
        for file, value in (("memory.swap.max", "0"), ("cpu.max", f"{CPU_PERIOD} {CPU_PERIOD}")):
            with suppress(OSError):
                (folder / file).write_text(value)
        return Group([folder], events=folder / "memory.events", oom_name="oom_kill")

    @staticmethod
    def _limited_v1(folders: dict[str, Path], limits: Limits) -> Group:
        (folders["memory"] / "memory.limit_in_bytes").write_text(str(limits.memory))
        (folders["pids"] / "pids.max").write_text(str(limits.processes))
        for folder, file, value in (
            (folders["memory"], "memory.memsw.limit_in_bytes", str(limits.memory)),
            (folders["cpu"], "cpu.cfs_quota_us", str(CPU_PERIOD)),
        ):
            with suppress(OSError):
                (folder / file).write_text(value)
        return Group(list(folders.values()), events=folders["memory"] / "memory.oom_control", oom_name="oom_kill")

    def discard(self, group: Group | None) -> None:
        """Remove it now, or at the next sweep."""
        if group is not None and not group.remove():
            self._dying.append(group)

    def sweep(self) -> None:
        self._dying = [group for group in self._dying if not group.remove()]

    def close(self) -> None:
        self.sweep()
        for parent in self.parents:
            with suppress(OSError):
                parent.rmdir()


def claim(name: str, *, uid: int, gid: int) -> Groups:
    """Make a parent group that `uid` may fill, as far as we are let; called before we give our rights away."""
    for attempt in (_claim_v2, _claim_v1):
        try:
            groups = attempt(name)
        except OSError:
            continue
        if groups is not None:
            _sweep_old(groups)
            for parent in groups.parents:
                _give(parent, uid, gid)
            return groups
    return Groups()


def _claim_v2(name: str) -> Groups | None:
    """Our children must come from a group below the parent: we move into one ourselves."""
    controllers = ROOT / "cgroup.controllers"
    if not controllers.exists() or not set(CONTROLLERS) <= set(controllers.read_text().split()):
        return None
    own = Path("/proc/self/cgroup").read_text().partition("0::")[2].splitlines()[0]
    base = ROOT if os.geteuid() == 0 else ROOT / own.strip("/")
    parent = base / name
    parent.mkdir(exist_ok=True)
    wanted = " ".join(f"+{controller}" for controller in CONTROLLERS)
    (base / "cgroup.subtree_control").write_text(wanted)
    (parent / "supervisor").mkdir(exist_ok=True)
    (parent / "supervisor" / "cgroup.procs").write_text(str(os.getpid()))
    (parent / "cgroup.subtree_control").write_text(wanted)
    return Groups(version=2, parents=(parent,))


def _claim_v1(name: str) -> Groups | None:
    parents = tuple(ROOT / controller / name for controller in CONTROLLERS)
    if not all(parent.parent.is_dir() and (parent.parent / "cgroup.procs").exists() for parent in parents):
        return None
    for parent in parents:
        parent.mkdir(exist_ok=True)
    return Groups(version=1, parents=parents)


def _sweep_old(groups: Groups) -> None:
    """What a killed predecessor left. Its sandboxes ended with it; none may be there when we begin."""
    for parent in groups.parents:
        for folder in parent.iterdir():
            if folder.is_dir() and folder.name != "supervisor":
                _emptied(folder)


def _emptied(folder: Path) -> None:
    for _ in range(TRIES):
        with suppress(OSError):
            for pid in (folder / "cgroup.procs").read_text().split():
                os.kill(int(pid), signal.SIGKILL)
        with suppress(OSError):
            folder.rmdir()
            return
        time.sleep(PAUSE)


def _give(parent: Path, uid: int, gid: int) -> None:
    if os.geteuid() != 0:
        return
    for path in (parent, parent / "cgroup.procs", parent / "cgroup.subtree_control", parent / "supervisor"):
        with suppress(OSError):
            os.chown(path, uid, gid)
