"""The product's processes as parts: web, the two workers and the clock."""

import asyncio
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from glms.config.env import PROJECT
from glms.instance import commands, records
from glms.instance.child import Child, Launch
from glms.instance.layout import Layout
from glms.instance.part import Part, Probe, always

ENCODER_NICE = 5
SILENT_WORKER_SECONDS = 20.0
"""A worker whose log level hides its greeting counts as ready when it lived this long."""


@dataclass(frozen=True, kw_only=True)
class Product:
    """How the product's processes are launched in this instance."""

    layout: Layout
    environment: Mapping[str, str] = field(repr=False)
    listener: socket.socket

    def web(self) -> Part:
        handle = self.listener.fileno()
        launch = self._launch("web", commands.web(bind=("--fd", str(handle))), inherited_fd=handle)
        return Part(name="web", prepare=always(launch), probe=self._probe_web)

    def run_worker(self) -> Part:
        launch = self._launch("runs", commands.run_worker(identity=self.layout.identity))
        return Part(name="runs", prepare=always(launch), probe=_greeted("ready."), probe_seconds=0.3)

    def background_worker(self) -> Part:
        launch = self._launch("background", commands.background_worker(identity=self.layout.identity))
        return Part(name="background", prepare=always(launch), probe=_greeted("ready."), probe_seconds=0.3)

    def beat(self) -> Part:
        return Part(name="beat", prepare=always(self._launch("beat", commands.beat())), probe=self._probe_beat)

    def encoder(self, *, listen: str) -> Part:
        """It gets no secrets: it sees texts and nothing else."""
        kept = {name: self.environment[name] for name in ("PATH", "LANG", records.MARK) if name in self.environment}
        launch = Launch(argv=commands.encoder(listen=listen), environment=kept, folder=PROJECT, nice=ENCODER_NICE)
        return Part(name="encoder", prepare=always(launch), probe=_greeted("listens.", word="waits for texts"))

    def migrate(self) -> Launch:
        return self._launch("migrate", commands.migrate())

    def _launch(self, name: str, argv: tuple[str, ...], *, inherited_fd: int | None = None) -> Launch:
        environment = {**self.environment, "GLMS_PROCESS": name}
        return Launch(argv=argv, environment=environment, folder=PROJECT, inherited_fd=inherited_fd)

    async def _probe_beat(self, child: Child) -> str | None:
        """It writes its schedule when it begins to tick."""
        schedule = self.layout.run.glob("beat-schedule*")
        return "ticks" if any(file.stat().st_mtime >= child.started_at for file in schedule) else None

    async def _probe_web(self, _child: Child) -> str | None:
        host, port = self.listener.getsockname()[:2]
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
        return f"port {port}" if await _is_ready(host, port) else None


async def _is_ready(host: str, port: int) -> bool:
    """Whether `/readyz` answers 200: the process, the database, the wire and the migrations are there."""
    try:
        async with asyncio.timeout(3):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(f"GET /readyz HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
                return (await reader.readline()).split()[1:2] == [b"200"]
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


def _greeted(greeting: str, *, word: str = "waits for work") -> Probe:
    began: dict[int, float] = {}

    async def probe(child: Child) -> str | None:
        age = time.monotonic() - began.setdefault(child.pid, time.monotonic())
        return word if child.says(greeting) or age > SILENT_WORKER_SECONDS else None

    return probe
