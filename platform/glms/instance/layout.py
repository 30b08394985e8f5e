"""Where the files of an instance lie."""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from glms.config.env import socket_dir


class LayoutError(Exception):
    """A folder of the instance cannot be used; the operator must act."""


@dataclass(frozen=True)
class Layout:
    """The folders and files under `GLMS_HOME`."""

    home: Path

    @property
    def identity(self) -> str:
        """Tells this instance's processes from another's on the same machine."""
        return hashlib.sha256(str(self.home).encode()).hexdigest()[:12]

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def sockets(self) -> Path:
        return socket_dir(self.home)

    @property
    def lock(self) -> Path:
        return self.run / "lock"

    @property
    def state(self) -> Path:
        return self.run / "state.json"

    @property
    def processes(self) -> Path:
        return self.run / "processes.json"

    @property
    def model(self) -> Path:
        return self.run / "model.json"

    @property
    def port(self) -> Path:
        return self.home / "port"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def make(self) -> None:
        """Make the folders: others may pass through the home, and look into nothing."""
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        for folder in (self.run, self.logs):
            folder.mkdir(mode=0o700, exist_ok=True)
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        found = self.sockets.lstat()
        if self.sockets.is_symlink() or found.st_uid != self.home.stat().st_uid:
            raise LayoutError(f"{self.sockets} belongs to someone else; remove it or choose another GLMS_HOME")


def package_folder(name: str) -> Path:
    """Where an installed package lies, without importing it. Raises LayoutError."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise LayoutError(f"the package {name} is not installed: run `make install`")
    return Path(spec.origin).parent
