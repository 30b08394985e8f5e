"""PostgreSQL for coroutines: one small psycopg pool per event loop, for the hot paths that write their own SQL."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import structlog
from asgiref.sync import sync_to_async
from django import db
from django.db import connections
from psycopg import AsyncConnection, InterfaceError, OperationalError
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

log = structlog.get_logger(__name__)

Connection = AsyncConnection[TupleRow]
Pool = AsyncConnectionPool[Connection]
Value = TypeVar("Value")

AWAY = (OperationalError, InterfaceError, PoolTimeout, TimeoutError, db.OperationalError, db.InterfaceError)
"""What a database that restarts or falls silent looks like."""
SILENCE = 10.0
"""Seconds after which a database that does not answer counts as away."""

_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, Pool] = WeakKeyDictionary()


async def pool() -> Pool:
    """The pool of the running event loop, opened at its first use. Connections are in autocommit mode."""
    loop = asyncio.get_running_loop()
    if loop not in _pools:
        made: Pool = AsyncConnectionPool(
            conninfo(),
            kwargs={"autocommit": True, "connect_timeout": 5},
            min_size=1,
            max_size=8,
            timeout=4,  # after it whoever waits asks anew, which lets the pool try to connect anew
            max_idle=120,
            reconnect_timeout=4,
            check=AsyncConnectionPool.check_connection,
            open=False,
        )
        _pools[loop] = made
        await made.open()
    return _pools[loop]


async def dedicated() -> Connection:
    """A connection of one's own, in autocommit mode: whoever holds it replaces it when it fails."""
    return await AsyncConnection.connect(conninfo(), autocommit=True, connect_timeout=5)


async def close_pool() -> None:
    """Give back the pool of the running event loop."""
    if found := _pools.pop(asyncio.get_running_loop(), None):
        await found.close()


def conninfo() -> str:
    """Where Django's own database is: tests point it elsewhere than `DATABASE_URL`."""
    configured = dict(connections["default"].get_connection_params())
    for name in ("pool", "context", "cursor_factory", "prepare_threshold", "client_encoding"):
        configured.pop(name, None)
    return make_conninfo("", **configured)


async def patiently(work: Callable[[Connection], Awaitable[Value]], *, tries: int = 3) -> Value:
    """`work` with a connection, again on a fresh one when the database was away. Raises what the last try raised."""
    for left in reversed(range(tries)):
        try:
            async with asyncio.timeout(SILENCE), (await pool()).connection() as connection:
                return await work(connection)
        except AWAY as error:
            if not left:
                raise
            log.warning("database_away", error=type(error).__name__)
            await asyncio.sleep(0.3)
    raise AssertionError("unreachable")


let_go = sync_to_async(connections.close_all)
"""Give the request's connection back to Django's pool, before a view begins to stream for minutes."""


def in_thread(work: Callable[..., Value]) -> Callable[..., Awaitable[Value]]:
    """`work`, which uses Django's ORM, as a coroutine: in a thread, whose connection goes back to the pool after it."""

    def call(*args: Any, **kwargs: Any) -> Value:
        try:
            return work(*args, **kwargs)
        finally:
            connections.close_all()

    async def run(*args: Any, **kwargs: Any) -> Value:
        return await asyncio.to_thread(call, *args, **kwargs)

    return run
