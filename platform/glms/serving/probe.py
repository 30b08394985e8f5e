"""Asks model servers how they are: two seconds at most, remembered for a few."""

import asyncio
from dataclasses import asdict, dataclass, field
from typing import Any

import aiohttp
import orjson
from django.core.cache import cache

from glms.serving.supervised import Status

PATIENCE = 2.0
REMEMBERED = 5
"""Seconds for which a server is not asked again."""
LENGTH_REMEMBERED = 3600
MAX_ANSWER = 1024 * 1024
NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Target:
    """A server to ask. `model`: the one it must offer, "" for whichever it has."""

    id: str
    url: str
    key: str | None = field(repr=False)
    model: str


@dataclass(frozen=True, kw_only=True)
class Health:
    """What a server said: its state in our words, never in its own."""

    status: Status
    detail: str = ""
    model: str = ""
    context_length: int | None = None


async def health_of(targets: list[Target], *, fresh: bool = False) -> dict[str, Health]:
    """The health of each target by its id; all are asked at once."""
    found = await asyncio.gather(*(_health(target, fresh=fresh) for target in targets))
    return {target.id: health for target, health in zip(targets, found, strict=True)}


def health_now(target: Target) -> Health:
    """The health of one target, from a thread without an event loop."""
    return asyncio.run(_health(target, fresh=False))


def known_length(target_id: str) -> int | None:
    """The context length that the server told when it was last well; 0: it told none; None: not asked yet."""
    found: int | None = cache.get(f"model-length:{target_id}")
    return found


async def _health(target: Target, *, fresh: bool) -> Health:
    key = f"model-health:{target.id}"
    remembered = None if fresh else await cache.aget(key)
    if isinstance(remembered, dict):
        return Health(**remembered)
    health = await _ask(target)
    await cache.aset(key, asdict(health), REMEMBERED)
    if health.status == "ready":
        await cache.aset(f"model-length:{target.id}", health.context_length or 0, LENGTH_REMEMBERED)
    return health


async def _ask(target: Target) -> Health:
    headers = {"Authorization": f"Bearer {target.key}"} if target.key else {}
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{target.url}/models", headers=headers, allow_redirects=False) as answer,
        ):
            body = await answer.content.read(MAX_ANSWER)
    except TimeoutError:
        return Health(status="failed", detail=f"The server did not answer within {PATIENCE:g} seconds.")
    except (aiohttp.ClientError, OSError, ValueError):
        return Health(status="failed", detail="The server cannot be reached.")
    return _judge(target, answer.status, body)


def _judge(target: Target, status: int, body: bytes) -> Health:
    if status in {401, 403}:
        return Health(status="failed", detail="The server refuses the key.")
    if status in {404, 405}:
        return Health(status="unknown", detail="The server answers, but does not list its models.")
    if status != 200:
        return Health(status="failed", detail=f"The server answers with status {status}.")
    offered = _offered(body)
    if offered is None:
        return Health(status="failed", detail="The server's list of models cannot be read.")
    name = target.model or next(iter(offered), "")
    if name not in offered:
        others = ", ".join(list(offered)[:NAMED])
        return Health(status="failed", detail=f"The server does not offer this model; it offers: {others or 'none'}.")
    return Health(status="ready", model=name, context_length=offered[name])


def _offered(body: bytes) -> dict[str, int | None] | None:
    """The models of an OpenAI-shaped list with the context length that vLLM tells, None where it is no such list."""
    try:
        told: Any = orjson.loads(body)
        return {str(item["id"])[:200]: _length(item.get("max_model_len")) for item in told["data"]}
    except (orjson.JSONDecodeError, TypeError, KeyError, AttributeError):
        return None


def _length(told: Any) -> int | None:
    return told if isinstance(told, int) and 0 < told < 2**31 else None
