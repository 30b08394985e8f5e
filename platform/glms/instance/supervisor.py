"""Starts all parts of an instance in their order, keeps them alive, and ends them in the reverse one."""

import asyncio
import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import psutil

from glms import __version__
from glms.config.env import Environment, inherited
from glms.instance import child as children
from glms.instance import external, logfiles, records
from glms.instance.board import Board, PartState, State
from glms.instance.console import Screen
from glms.instance.keeper import Keeper
from glms.instance.layout import Layout
from glms.instance.model import Model
from glms.instance.part import Part
from glms.instance.postgres import Postgres
from glms.instance.product import Product
from glms.instance.sandbox import Sandbox
from glms.instance.valkey import Valkey

LOGS = (
    "postgres", "valkey", "migrate", "web", "runs", "background", "beat", "sandbox", "encoder", "model", "supervisor",
)  # fmt: skip
WAITING = "waits"
APPLICATION_SECONDS = 6.5
MODEL_SECONDS = 4.0
DATA_SECONDS = 1.5
MIGRATION_TRIES = 3
TAIL_SECONDS = 0.5
HOUSEKEEPING_SECONDS = 5.0


class StartFailed(Exception):
    """The instance cannot run; the reason is for the operator."""


class Kept(Protocol):
    """A part of the instance, ours or the operator's."""

    ready: asyncio.Event

    def start(self) -> None: ...
    async def stop(self, *, seconds: float) -> None: ...
    def kill(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the person who started it asked for."""

    environment: Environment
    listener: socket.socket
    url: str
    shows_all_logs: bool


class Supervisor:
    """One run of one instance."""

    def __init__(self, *, layout: Layout, choices: Choices, screen: Screen) -> None:
        self._layout = layout
        self._choices = choices
        self._screen = screen
        self._nursery = children.Nursery(layout=layout)
        self._board = Board(path=layout.state, head=self._head())
        self._board.listeners.append(self._show)
        self._end = asyncio.Event()
        self._hurry = asyncio.Event()
        self._environment = self._child_environment()
        self._database, self._wire = self._data_parts()
        product = Product(layout=layout, environment=self._environment, listener=choices.listener)
        self._migration = product.migrate()
        self._web = self._keeper(product.web())
        self._workers = [self._keeper(part) for part in (product.run_worker(), product.background_worker())]
        self._beat = self._keeper(product.beat())
        self._sandbox = self._sandbox_part()
        self._encoder = self._encoder_part(product)
        self._model = self._model_part()

    def _head(self) -> dict[str, Any]:
        return {
            "version": __version__,
            "pid": os.getpid(),
            "create_time": psutil.Process().create_time(),
            "home": str(self._layout.home),
            "url": self._choices.url,
            "port": self._choices.listener.getsockname()[1],
            "started_at": time.time(),
        }

    def _child_environment(self) -> dict[str, str]:
        """What every process of the product gets: ours, plus this instance's addresses spelled out."""
        chosen = self._choices.environment
        return {
            **inherited(),
            records.MARK: self._layout.identity,
            "GLMS_HOME": str(self._layout.home),
            "GLMS_PUBLIC_URL": inherited().get("GLMS_PUBLIC_URL") or self._choices.url,
            "DATABASE_URL": chosen.database_url,
            "REDIS_URL": chosen.redis_url,
            "DJANGO_SETTINGS_MODULE": "glms.config.settings",
            "PYTHONUNBUFFERED": "1",
        }

    def _keeper(self, part: Part) -> Keeper:
        return Keeper(part=part, board=self._board, nursery=self._nursery)

    def _data_parts(self) -> tuple[Kept, Kept]:
        chosen = self._choices.environment
        database: Kept = (
            external.database(address=chosen.database_url, board=self._board)
            if chosen.database_is_given
            else self._keeper(Postgres(layout=self._layout, nursery=self._nursery).part())
        )
        wire: Kept = (
            external.wire(address=chosen.redis_url, board=self._board)
            if chosen.redis_is_given
            else self._keeper(Valkey(layout=self._layout).part())
        )
        return database, wire

    def _sandbox_part(self) -> Keeper | None:
        chosen = self._choices.environment.sandbox
        if not chosen.is_wanted:
            return None
        sandbox = Sandbox(layout=self._layout, chosen=chosen, nursery=self._nursery, inherited=inherited())
        return self._keeper(sandbox.part())

    def _encoder_part(self, product: Product) -> Keeper | None:
        """None: the operator's own is somewhere else."""
        address = self._choices.environment.encoder_url
        return self._keeper(product.encoder(listen=address)) if address.startswith("unix:") else None

    def _model_part(self) -> Kept | None:
        return Model(
            layout=self._layout,
            chosen=self._choices.environment.model,
            nursery=self._nursery,
            board=self._board,
            inherited=inherited(),
        ).kept()

    async def run(self) -> None:
        """Start everything and stay until told to end. Raises StartFailed."""
        children.adopt_orphans()
        self._listen_to_signals()
        for name in LOGS:
            logfiles.rotate(self._layout.log(name))
        work = [
            asyncio.create_task(self._start(), name="start"),
            asyncio.create_task(self._follow_logs(), name="logs"),
            asyncio.create_task(self._keep_house(), name="house"),
            asyncio.create_task(self._end.wait(), name="end"),
        ]
        try:
            await self._until_end(work)
        finally:
            for task in work:
                task.cancel()
            await self._stop()

    async def _until_end(self, work: list[asyncio.Task[Any]]) -> None:
        pending = set(work)
        while not self._end.is_set():
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # an error of ours ends the instance, after its parts

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._told_to_end)

    def _told_to_end(self) -> None:
        if self._end.is_set():
            self._hurry.set()
        self._end.set()

    # --- start ------------------------------------------------------------------------------------------------------
    async def _start(self) -> None:
        for name in ("postgres", "valkey", "migrate", "web", "runs", "background", "beat"):
            self._board.put(name, State.STARTING, detail=WAITING)
        self._database.start()
        self._wire.start()
        await self._database.ready.wait()
        await self._wire.ready.wait()
        await self._migrate()
        self._web.start()
        await self._web.ready.wait()
        self._screen.say(f"GLMs is at {self._choices.url}")
        for kept in (self._sandbox, self._encoder, *self._workers, self._beat, self._model):
            if kept is not None:
                kept.start()

    async def _migrate(self) -> None:
        for attempt in range(1, MIGRATION_TRIES + 1):
            self._board.put("migrate", State.STARTING)
            status, child = await self._nursery.complete(name="migrate", launch=self._migration)
            if status == 0:
                self._board.put("migrate", State.READY, detail="the tables are up to date")
                return
            self._board.put("migrate", State.FAILED, detail=(child.last_words(lines=1) or [f"status {status}"])[0])
            await asyncio.sleep(attempt)
        raise StartFailed(f"The database could not be migrated; see {self._layout.log('migrate')}")

    # --- meanwhile --------------------------------------------------------------------------------------------------
    def _show(self, part: PartState) -> None:
        self._screen.part(part, everything=self._board.parts.values())

    async def _follow_logs(self) -> None:
        followers = {name: logfiles.Follower(self._layout.log(name)) for name in LOGS if name != "supervisor"}
        while True:
            for name, follower in followers.items():
                for line in follower.fresh():
                    if self._choices.shows_all_logs or logfiles.is_loud(line, name=name):
                        self._screen.log(name, line)
            await asyncio.sleep(TAIL_SECONDS)

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            self._nursery.bury()
            with suppress(OSError):
                for name in LOGS:
                    logfiles.shrink(self._layout.log(name))

    # --- end --------------------------------------------------------------------------------------------------------
    async def _stop(self) -> None:
        """Web first, so that no new work comes; the data last, so that all can still be written."""
        self._screen.close()
        self._screen.say("GLMs is ending ...")
        self._choices.listener.close()
        hurry = asyncio.create_task(self._kill_when_hurried())
        await asyncio.gather(self._stop_application(), return_exceptions=True)
        await asyncio.gather(
            self._database.stop(seconds=DATA_SECONDS), self._wire.stop(seconds=DATA_SECONDS), return_exceptions=True
        )
        hurry.cancel()
        children.end_family()
        self._board.put("migrate", State.STOPPED)
        self._screen.say("GLMs has ended.")

    async def _stop_application(self) -> None:
        async with asyncio.TaskGroup() as stops:
            stops.create_task(self._web.stop(seconds=APPLICATION_SECONDS))
            await asyncio.sleep(0)  # the web part has its signal; the next ones follow it
            for kept in (*self._workers, self._beat, self._sandbox, self._encoder):
                if kept is not None:
                    stops.create_task(kept.stop(seconds=APPLICATION_SECONDS))
            if self._model is not None:
                stops.create_task(self._model.stop(seconds=MODEL_SECONDS))

    async def _kill_when_hurried(self) -> None:
        await self._hurry.wait()
        ours = (self._web, *self._workers, self._beat, self._sandbox, self._encoder, self._model)
        parts = (*ours, self._database, self._wire)
        for kept in parts:
            if kept is not None:
                with suppress(OSError):
                    kept.kill()
