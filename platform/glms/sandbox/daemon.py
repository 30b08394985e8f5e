"""Sandboxd: the one process that starts foreign code. `python -m glms.sandbox.daemon --help` names its options."""

import argparse
import asyncio
import concurrent.futures.thread  # noqa: F401  asyncio would look for it when the checkout is out of our reach
import os
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from glms.sandbox import foundation, groups, probe, stage
from glms.sandbox.box import Launcher
from glms.sandbox.conversations import Conversations
from glms.sandbox.environment import SandboxEnvironment
from glms.sandbox.groups import Groups
from glms.sandbox.levels import LOWEST, Level, Standing
from glms.sandbox.limits import MIB, Limits
from glms.sandbox.server import Server, Works
from glms.sandbox.stage import User
from glms.sandbox.supply import Supply

HOUSEKEEPING_SECONDS = 5.0
MEMORY_SHARE = 4
"""All interpreters together may take this fraction of the machine's memory: one part in so many."""
WITHOUT_GROUP = 4096 * MIB
"""Address space per process where no control group limits the sum."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What sandboxd is told; it reads no environment."""

    home: Path
    socket: Path
    environment: Path
    user: User | None
    name: str
    memory: int
    warm: int
    most: int | None
    idle: float
    seconds: float
    lowest: Level


def options(argv: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="glms.sandbox.daemon", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="where the files of the conversations are kept")
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--environment", type=Path, required=True, help="what `glms sandbox install` made")
    parser.add_argument("--user", help="UID:GID to become when started by root")
    parser.add_argument("--name", default="glms-sandbox", help="of its control group")
    parser.add_argument("--memory", type=int, default=1024, help="MiB for each interpreter")
    parser.add_argument("--warm", type=int, default=1, help="interpreters started ahead")
    parser.add_argument("--most", type=int, help="interpreters at once; as many as the machine's memory bears")
    parser.add_argument("--idle", type=float, default=900.0, help="seconds after which an unused interpreter ends")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each call")
    parser.add_argument("--lowest", type=int, default=int(LOWEST), help="the lowest level that is accepted")
    given = parser.parse_args(argv)
    user = User(uid=int(given.user.split(":")[0]), gid=int(given.user.split(":")[1])) if given.user else None
    return Options(
        home=given.home.absolute(), socket=given.socket.absolute(), environment=given.environment.absolute(),
        user=user, name=given.name, memory=given.memory, warm=given.warm, most=given.most, idle=given.idle,
        seconds=given.seconds, lowest=Level(given.lowest),
    )  # fmt: skip


def main() -> None:
    chosen = options(sys.argv[1:])
    os.umask(0o077)
    listener = listen(chosen.socket)
    os.umask(0o022)  # what sandboxes share must be open to the user that we become
    prepared = prepare(chosen)
    os.umask(0o077)
    asyncio.run(run(chosen, listener, prepared))


def listen(path: Path) -> socket.socket:
    """Made while we are who we were started as: only that user may connect."""
    with suppress(FileNotFoundError):
        path.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(128)
    listener.settimeout(0)
    return listener


def prepare(chosen: Options) -> Launcher | Standing:
    """Give the rights away and lay out what sandboxes share; the reason where that cannot be."""
    if os.geteuid() == 0 and chosen.user is None:
        return Standing(level=Level.NONE, reason="started by root without another user to become")
    kept = chosen.home / "files"
    try:
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = foundation.sources(environment=SandboxEnvironment(folder=chosen.environment), files=kept)
        claimed = _groups(chosen)
        if chosen.user and os.geteuid() == 0:
            os.chown(kept, chosen.user.uid, chosen.user.gid)
        ready = stage.prepare(sources=found.paths, fallback=chosen.home / "stage", user=chosen.user)
        shown = foundation.lay(stage=ready, found=found)
    except (foundation.CannotStart, OSError) as error:
        return Standing(level=Level.NONE, reason=str(error))
    limits = Limits(memory=chosen.memory * MIB, seconds=chosen.seconds)
    if not claimed.version:
        limits = replace(limits, address_space=WITHOUT_GROUP)
    return Launcher(stage=ready, shown=shown, groups=claimed, limits=limits, strict=True)


def _groups(chosen: Options) -> Groups:
    user = chosen.user or User(uid=os.geteuid(), gid=os.getegid())
    return groups.claim(chosen.name, uid=user.uid, gid=user.gid)


def most_interpreters(memory: int) -> int:
    """How many of `memory` bytes each this machine carries at once."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(2, min(64, total // MEMORY_SHARE * 2 // memory))


async def run(chosen: Options, listener: socket.socket, prepared: Launcher | Standing) -> None:
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    if isinstance(prepared, Standing):
        found = probe.Found(standing=prepared, launcher=None)
    else:
        found = await probe.best(prepared, lowest=chosen.lowest)
    say(f"ready: {found.standing.words}")
    for note in found.standing.notes:
        say(note)
    if found.launcher is None:
        await Server(standing=found.standing, works=None).serve(listener, until=end)
    else:
        await _work(chosen, listener, found.standing, found.launcher, end)


async def _work(
    chosen: Options, listener: socket.socket, standing: Standing, launcher: Launcher, end: asyncio.Event
) -> None:
    limits = launcher.limits
    supply = Supply(launcher, warm=chosen.warm, most=chosen.most or most_interpreters(limits.memory))
    kept = launcher.stage.shown["files"]
    conversations = Conversations(folder=kept, supply=supply, limits=limits)
    works = Works(conversations=conversations, supply=supply, limits=limits)
    supply.refill()
    house = asyncio.create_task(_keep_house(conversations, launcher, supply, idle=chosen.idle))
    try:
        await Server(standing=standing, works=works).serve(listener, until=end)
    finally:
        house.cancel()
        await conversations.close()
        await supply.close()
        launcher.groups.close()


async def _keep_house(conversations: Conversations, launcher: Launcher, supply: Supply, *, idle: float) -> None:
    while True:
        await asyncio.sleep(HOUSEKEEPING_SECONDS)
        await conversations.end_idle(seconds=idle)
        launcher.groups.sweep()
        supply.refill()


def say(words: str) -> None:
    sys.stdout.write(f"sandboxd {words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
