"""Sandboxd as a part: its interpreter is installed first where it is missing, and it says how strong it is here."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from glms.config.env import PROJECT, SandboxChoice
from glms.instance import commands, records
from glms.instance.child import Child, Launch, Nursery
from glms.instance.layout import Layout
from glms.instance.logfiles import tail
from glms.instance.part import Part, PartError, Report
from glms.instance.unix_user import sandbox_user
from glms.sandbox.client import NoSandbox, SandboxClient
from glms.sandbox.environment import SandboxEnvironment

PROGRESS_SECONDS = 2.0
LONGEST_PAUSE = 60.0
NICE = 5


@dataclass(frozen=True, kw_only=True)
class Sandbox:
    """The sandbox of one instance."""

    layout: Layout
    chosen: SandboxChoice
    nursery: Nursery
    inherited: Mapping[str, str] = field(repr=False)

    def part(self) -> Part:
        return Part(
            name="sandbox",
            prepare=self._prepare,
            probe=self._probe,
            probe_seconds=0.2,
            longest_pause=LONGEST_PAUSE,
        )

    async def _prepare(self, report: Report) -> Launch:
        """Raises PartError when the interpreter cannot be installed."""
        if not SandboxEnvironment(folder=self.chosen.venv).is_complete:
            await self._install(report)
        user = await asyncio.to_thread(sandbox_user)
        argv = commands.sandbox(
            home=self.layout.home / "sandbox", chosen=self.chosen, name=f"glms-{self.layout.identity}", user=user
        )
        return Launch(argv=argv, environment=self._environment(), folder=PROJECT, nice=NICE)

    def _environment(self) -> dict[str, str]:
        """Nothing of ours but the mark by which a later start finds it."""
        kept = {name: self.inherited[name] for name in ("PATH", "LANG") if name in self.inherited}
        return {**kept, records.MARK: self.layout.identity, "PYTHONUNBUFFERED": "1"}

    async def _install(self, report: Report) -> None:
        progress = asyncio.create_task(self._show_progress(report))
        try:
            status, child = await self.nursery.complete(name="sandbox-install", launch=self._installer(), log="sandbox")
        finally:
            progress.cancel()
        if status:
            words = next(iter(child.last_words(lines=1)), "")
            raise PartError(f"the sandbox's interpreter cannot be installed: {words} (status {status})")

    def _installer(self) -> Launch:
        return Launch(
            argv=(sys.executable, "-u", "-m", "glms.instance.cli", "sandbox", "install"),
            environment={
                **self.inherited,
                records.MARK: self.layout.identity,
                "GLMS_HOME": str(self.layout.home),
                "GLMS_SANDBOX_VENV": str(self.chosen.venv),
            },
            folder=PROJECT,
            nice=NICE,
        )

    async def _show_progress(self, report: Report) -> None:
        while True:
            line = next(iter(tail(self.layout.log("sandbox"), lines=1)), "")
            report(f"installing: {line.strip()[:120]}")
            await asyncio.sleep(PROGRESS_SECONDS)

    async def _probe(self, _child: Child) -> str | None:
        try:
            status = await SandboxClient(self.chosen.socket).status()
        except NoSandbox:
            return None
        return f"off: {status['reason']}" if status["reason"] else str(status["words"])
