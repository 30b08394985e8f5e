"""Tries at the start what this machine allows, by running real code in a real sandbox."""

from dataclasses import dataclass, replace

from glms.sandbox import interpreter
from glms.sandbox.box import BoxFailed, Launcher
from glms.sandbox.levels import Level, Standing

CODE = """
import os, socket
def f(n):
    try:
        socket.socket()
        open_socket = True
    except OSError:
        open_socket = False
    status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
    return {"product": n * 7, "open_socket": open_socket, "root": os.getuid() == 0,
            "filter": status["Seccomp"].strip(), "first_pids": os.getpid() < 100}
"""
CONTROL = {"do": "call", "name": "f", "arguments": {"n": 6}, "variables": {}, "code": CODE}
EXPECTED = {"product": 42, "open_socket": False, "root": False, "filter": "2", "first_pids": True}
PROBE_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class Found:
    """`launcher` is None where the standing gives a reason."""

    standing: Standing
    launcher: Launcher | None


async def best(launcher: Launcher, *, lowest: Level) -> Found:
    """The strongest way that works, refused where it is below `lowest`."""
    notes: list[str] = []
    for strict in (True, False):
        tried = replace(launcher, strict=strict)
        wrong = await _wrong(tried)
        if wrong:
            notes.append(f"{'with' if strict else 'without'} user namespaces shut off: {wrong}")
            continue
        level = Level.WHOLE if strict and tried.groups.version else Level.NAMESPACES
        notes += _weaknesses(tried)
        if level < lowest:
            return Found(
                standing=Standing(level=level, reason=_below(level, lowest), notes=tuple(notes)), launcher=None
            )
        return Found(standing=Standing(level=level, notes=tuple(notes)), launcher=tried)
    reason = f"no sandbox can be made on this machine: {notes[-1]}"
    return Found(standing=Standing(level=Level.NONE, reason=reason, notes=tuple(notes)), launcher=None)


def _below(level: Level, lowest: Level) -> str:
    return f"the sandbox reaches level {int(level)} here and level {int(lowest)} is asked for"


def _weaknesses(launcher: Launcher) -> list[str]:
    found = []
    if not launcher.groups.version:
        found.append("no control group can be made: memory is watched five times a second instead")
    if not launcher.stage.can_mount:
        found.append("no file system of its own can be mounted: disk use is watched five times a second")
    return found


async def _wrong(launcher: Launcher) -> str:
    """Why code does not run there as it must; empty when it does."""
    try:
        tried = await interpreter.start(launcher, name=f"probe-{launcher.strict}".lower(), mode="function")
    except BoxFailed as error:
        return str(error)
    try:
        outcome = await tried.run(CONTROL, seconds=PROBE_SECONDS)
    finally:
        await tried.stop()
        tried.discard()
    result = (outcome.done or {}).get("result")
    return "" if result == EXPECTED else f"the probe answered {result or outcome.done}"
