"""What is said beside a call's own output: how it ended, what is lost, what cannot be had."""

import re
from collections.abc import Iterator
from functools import cache

from glms.sandbox.client import Run
from glms.sandbox.environment import REQUIREMENTS
from glms.sandbox.limits import Limits

LIMITS = Limits()
ENDED = {
    "timeout": "The code was stopped after {seconds:g} seconds; what it had shown until then is above.",
    "interrupted": "The code was interrupted.",
    "memory": "The code used more than {megabytes:.0f} MB of memory, its files included, and was stopped.",
    "output": "The code printed more than {megabytes:.0f} MB and was stopped.",
    "crashed": "The interpreter ended unexpectedly.",
}
LOST_NOW = "The interpreter was ended with it: all variables are lost, the files in /mnt/data are kept."
LOST_BEFORE = "Note: the interpreter was new for this call; variables of earlier calls are lost, files are kept."
NO_NETWORK = "Note: there is no network in the interpreter; trying again will not help."
NO_PACKAGE = "Note: packages cannot be installed, for the interpreter has no network. Installed are: {packages}."
NO_ROOM = f"Note: /mnt/data holds {LIMITS.disk >> 20} MB in {LIMITS.kept_files} files; remove what is not needed."
NO_PROCESS = f"Note: the interpreter may have {LIMITS.processes} processes and threads; they stay until they end."

NETWORK_WORDS = (
    "Address family not supported", "name resolution", "Name or service not known", "Could not resolve host",
    "URLError",
)  # fmt: skip
PACKAGE_WORDS = ("No module named pip", "ModuleNotFoundError")
TOLD_OF_PACKAGES = "Packages cannot be installed"
"""What stands in for pip inside says it, and lists them, by itself."""
ROOM_WORDS = ("[Errno 28] No space left", "[Errno 27] File too large")
PROCESS_WORDS = ("[Errno 11] Resource temporarily unavailable", "can't start new thread")
PIP = re.compile(r"\b(?:pip3?|conda|mamba|uv|apt(?:-get)?)[\"',\s]+install\b")


def remarks_on(run: Run, *, code: str) -> tuple[list[str], list[str]]:
    """How the call ended, and notes on what its output tells of the interpreter's limits."""
    endings = []
    if run.ended is not None:
        limit = run.limit or 0
        endings.append(ENDED.get(run.ended, run.ended).format(seconds=limit, megabytes=limit / 2**20))
    if run.variables_lost:
        endings.append(LOST_NOW if run.ended is not None else LOST_BEFORE)
    said = _said(run)
    return endings, [*_on_network(said, code), *_on_limits(said)]


def _on_network(said: str, code: str) -> Iterator[str]:
    if TOLD_OF_PACKAGES in said:
        return
    if _any(PACKAGE_WORDS, said) or (PIP.search(code) and _any(NETWORK_WORDS, said)):
        yield NO_PACKAGE.format(packages=installed())
    elif _any(NETWORK_WORDS, said):
        yield NO_NETWORK


def _on_limits(said: str) -> Iterator[str]:
    if _any(ROOM_WORDS, said):
        yield NO_ROOM
    if _any(PROCESS_WORDS, said):
        yield NO_PROCESS


def _said(run: Run) -> str:
    """Errors, and words that are no table's, no picture's: what code printed may be an error that it caught."""
    told = [
        f"{output.get('name', '')}: {output.get('message', '')} {output.get('traceback', '')}"
        if output["type"] == "error"
        else str(output.get("text", ""))
        for output in run.outputs
        if output["type"] in {"error", "text"}
    ]
    return "\n".join(told)


def _any(words: tuple[str, ...], said: str) -> bool:
    return any(word in said for word in words)


@cache
def installed() -> str:
    """The packages of the interpreter with their versions, as its list has them."""
    lines = (line.partition("#")[0].strip() for line in REQUIREMENTS.read_text().splitlines())
    return ", ".join(line.replace("==", " ") for line in lines if line)
