"""The interpreter that foreign code gets: which Python, with which packages, and how it is installed."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
FONTS = Path(__file__).parent / "inside" / "fonts.py"
INSIDE = "/opt/packages"
PYTHON_INSIDE = "/opt/python"
FONTS_INSIDE = "/opt/fonts"

Say = Callable[[str], None]


class EnvironmentMissing(Exception):
    """There is no such environment, or it cannot be made; the text goes to the operator."""


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """Where the Python of the environment lies on this machine, and where the sandbox sees it."""

    prefix: Path
    version: str
    """Such as `3.11`."""

    @property
    def name(self) -> str:
        return f"python{self.version}"

    @property
    def is_the_systems(self) -> bool:
        return self.prefix == Path("/usr")

    @property
    def program(self) -> str:
        """Its path inside the sandbox."""
        return f"/usr/bin/{self.name}" if self.is_the_systems else f"{PYTHON_INSIDE}/bin/{self.name}"


@dataclass(frozen=True, kw_only=True)
class SandboxEnvironment:
    """A virtual environment with the packages of `requirements.txt`, shown read-only to the sandbox."""

    folder: Path

    @property
    def stamp(self) -> Path:
        return self.folder / ".glms-installed"

    @property
    def wanted(self) -> str:
        """What the stamp says when all is there."""
        made_by = hashlib.sha256(FONTS.read_bytes()).hexdigest()
        return f"{sys.version_info[:2]}\n{made_by}\n{REQUIREMENTS.read_text()}"

    @property
    def is_complete(self) -> bool:
        return self.stamp.exists() and self.stamp.read_text() == self.wanted

    @property
    def fonts(self) -> Path:
        return self.folder / "share" / "fonts"

    def require(self) -> None:
        """Raises EnvironmentMissing unless all is there."""
        if not self.stamp.exists():
            raise EnvironmentMissing(f"there is no interpreter in {self.folder}: run `glms sandbox install`")
        if not self.is_complete:
            raise EnvironmentMissing(f"{self.folder} is of another version: run `glms sandbox install`")

    def interpreter(self) -> Interpreter:
        """Raises EnvironmentMissing."""
        try:
            lines = (self.folder / "pyvenv.cfg").read_text().splitlines()
        except OSError as error:
            raise EnvironmentMissing(f"there is no interpreter in {self.folder}: run `glms sandbox install`") from error
        told = {name.strip(): value.strip() for name, _, value in (line.partition("=") for line in lines)}
        real = (self.folder / "bin" / "python").resolve()
        version = ".".join(told["version"].split(".")[:2])
        return Interpreter(prefix=real.parent.parent, version=version)

    def packages(self) -> Path:
        return self.folder / "lib" / self.interpreter().name / "site-packages"

    def install(self, *, say: Say) -> None:
        """Make it, or bring it up to date; pip's output goes where ours goes. Raises EnvironmentMissing."""
        python = self.folder / "bin" / "python"
        pip = (str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "--no-color", "install")
        # the list is whole: pip must not look for more
        packages = (*pip, "--progress-bar", "off", "--no-deps", "-r", str(REQUIREMENTS))
        self.stamp.unlink(missing_ok=True)
        _run((sys.executable, "-m", "venv", "--clear", str(self.folder)), "making an environment", say)
        _run(packages, "installing the interpreter's packages (about 150 MB)", say)
        _run((str(python), str(FONTS), str(self.fonts), FONTS_INSIDE), "preparing the fonts", say)
        _run((*pip[:-1], "uninstall", "--yes", "pip", "setuptools"), "taking away what only installs", say)
        self.stamp.write_text(self.wanted)


def _run(command: tuple[str, ...], purpose: str, say: Say) -> None:
    say(purpose)
    # others may read what root's umask would hide: the sandbox has a user of its own
    done = subprocess.run(command, check=False, umask=0o022)  # noqa: S603
    if done.returncode:
        raise EnvironmentMissing(f"{purpose} failed with status {done.returncode}")
