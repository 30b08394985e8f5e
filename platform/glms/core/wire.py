"""The live wire: what happened, announced on one Valkey channel. It may be wiped, silent or absent at any moment."""

import queue
import threading
from collections.abc import Callable, Sequence
from functools import cache
from uuid import UUID

import orjson
import redis
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

CHANNEL = "glms:journal"
MAX_WAITING = 1000
"""Messages kept while the wire is slow; those beyond it are dropped, and whoever they are for finds out by looking."""


def encode_batch(lines: Sequence[Sequence[object]], conversations: Sequence[tuple[UUID, int]]) -> bytes:
    """One message of the wire. lines: (run id, seq, type, body); conversations: (id, revision)."""
    return orjson.dumps({"lines": [list(line) for line in lines], "conversations": list(conversations)})


class Courier:
    """Carries messages to the wire, in order, in a thread of its own: nobody who announces something waits for it."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Callable[[], object]] = queue.Queue(MAX_WAITING)
        self._away = False
        threading.Thread(target=self._carry, name="courier", daemon=True).start()

    def take(self, send: Callable[[], object]) -> None:
        """Call `send` soon. What it raises is told once, until it works again."""
        try:
            self._waiting.put_nowait(send)
        except queue.Full:
            log.warning("wire_backlog_full")

    def _carry(self) -> None:
        while True:
            send = self._waiting.get()
            try:
                send()
                self._away = False
            except Exception as error:
                if not self._away:
                    log.warning("wire_away", error=type(error).__name__, reason=str(error)[:200])
                self._away = True


@cache
def courier() -> Courier:
    """The courier of this process."""
    return Courier()


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1.0, socket_connect_timeout=0.5)


def announce(conversation_id: UUID, revision: int) -> None:
    """Tell the readers that a conversation changed; from plain code, after commit. Never waits, never fails."""
    courier().take(lambda: _client().publish(CHANNEL, encode_batch([], [(conversation_id, revision)])))
