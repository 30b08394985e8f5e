"""The live wire: what happened, announced on one Valkey channel. It may be wiped or absent at any moment."""

from collections.abc import Sequence
from uuid import UUID

import orjson
import redis
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

CHANNEL = "glms:journal"

_clients: list[redis.Redis] = []


def encode_batch(lines: Sequence[Sequence[object]], conversations: Sequence[tuple[UUID, int]]) -> bytes:
    """One message of the wire. lines: (run id, seq, type, body); conversations: (id, revision)."""
    return orjson.dumps({"lines": [list(line) for line in lines], "conversations": list(conversations)})


def announce(conversation_id: UUID, revision: int) -> None:
    """Tell the readers that a conversation changed; from plain code, after commit. Never fails."""
    if not _clients:
        _clients.append(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1.0, socket_connect_timeout=0.5))
    try:
        _clients[0].publish(CHANNEL, encode_batch([], [(conversation_id, revision)]))
    except (redis.RedisError, OSError) as error:
        log.warning("wire_away", error=type(error).__name__)
