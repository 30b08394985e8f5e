"""A database or wire that the operator runs: never started or stopped here, only watched."""

import asyncio
import contextlib
from collections.abc import Callable

import psycopg
import redis

from glms.instance.board import Board, State

LOOK_SECONDS = 5.0
FIRST_LOOKS_SECONDS = 0.5
Look = Callable[[], None]


class External:
    """Shows whether a server at an address answers."""

    def __init__(self, *, name: str, variable: str, look: Look, board: Board) -> None:
        self.ready = asyncio.Event()
        self._name = name
        self._variable = variable
        self._look = look
        self._board = board
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._watch(), name=f"watch {self._name}")

    async def _watch(self) -> None:
        self._board.put(self._name, State.STARTING, detail=self._variable)
        while True:
            try:
                await asyncio.to_thread(self._look)
                self.ready.set()
                self._board.put(self._name, State.READY, detail=self._variable)
            except (psycopg.Error, redis.RedisError, OSError, ValueError) as error:
                reason = (str(error).strip().splitlines() or [type(error).__name__])[-1]
                self._board.put(self._name, State.FAILED, detail=f"{self._variable}: {reason}")
            await asyncio.sleep(LOOK_SECONDS if self.ready.is_set() else FIRST_LOOKS_SECONDS)

    async def stop(self, *, seconds: float) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([self._task], timeout=seconds)
        self._board.put(self._name, State.STOPPED, detail=self._variable)

    def kill(self) -> None:
        """It is not ours to kill."""


def database(*, address: str, board: Board) -> External:
    def look() -> None:
        with psycopg.connect(address, connect_timeout=3) as connection:
            connection.execute("SELECT 1")

    return External(name="postgres", variable="DATABASE_URL", look=look, board=board)


def wire(*, address: str, board: Board) -> External:
    def look() -> None:
        client = redis.Redis.from_url(address, socket_timeout=3, socket_connect_timeout=3)
        with contextlib.closing(client):
            client.ping()

    return External(name="valkey", variable="REDIS_URL", look=look, board=board)
