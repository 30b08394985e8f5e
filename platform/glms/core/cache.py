"""The cache on the wire: a missing Valkey makes it empty, never an error; rate limits then count in this process."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

COUNTED = ("limit:", "allauth:rl:")
"""Keys that guard something: without the wire they live in this process, where each hit counts twice."""
ADDED = True
PAUSE_SECONDS = 1.0
"""How long a server that did not answer is left alone."""


class JsonSerializer:
    """What the cache holds is data: nothing read from the wire is unpickled."""

    def dumps(self, value: Any) -> int | bytes:
        return value if type(value) is int else orjson.dumps(value)

    def loads(self, data: bytes) -> Any:
        try:
            return int(data)
        except ValueError:
            return orjson.loads(data)


class _Counter(LocMemCache):
    """The stand-in for guarding keys: stricter than the wire, because other processes count for themselves."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        value = super().get(key, default, version)
        return [hit for hit in value for _ in (0, 1)] if isinstance(value, list) else value

    def set(self, key: str, value: Any, timeout: Any = None, version: int | None = None) -> None:
        hits = list(dict.fromkeys(value)) if isinstance(value, list) else value
        super().set(key, hits, timeout, version)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return super().incr(key, 2 * delta, version)


class PatientRedisCache(RedisCache):
    """Django's Redis cache; while the server is away reads miss, writes are dropped and guarding keys stay local."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._local = _Counter("glms-limits", {})
        self._away_until = 0.0

    def _try(self, name: str, key: str, missing: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a method of the parent; without the server run the counter's for guarding keys, else answer `missing`."""
        if time.monotonic() >= self._away_until:
            try:
                return getattr(super(), name)(key, *args, **kwargs)
            except (RedisError, OSError) as error:
                self._away_until = time.monotonic() + PAUSE_SECONDS
                log.warning("cache_away", error=type(error).__name__)
        if not key.startswith(COUNTED):
            return missing
        local: Callable[..., Any] = getattr(self._local, name)
        return local(key, *args, **kwargs)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._try("get", key, default, default, version)

    def add(self, key: str, value: Any, timeout: Any = 300, version: int | None = None) -> Any:
        return self._try("add", key, ADDED, value, timeout, version)

    def set(self, key: str, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        self._try("set", key, None, value, timeout, version)

    def touch(self, key: str, timeout: Any = 300, version: int | None = None) -> Any:
        return self._try("touch", key, None, timeout, version)

    def delete(self, key: str, version: int | None = None) -> Any:
        return self._try("delete", key, None, version)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> Any:
        return self._try("incr", key, delta, delta, version)

    def has_key(self, key: str, version: int | None = None) -> Any:
        return self._try("has_key", key, None, version)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        found = {key: self.get(key, None, version) for key in keys}
        return {key: value for key, value in found.items() if value is not None}

    def set_many(self, data: Mapping[str, Any], timeout: Any = 300, version: int | None = None) -> list[Any]:
        for key, value in data.items():
            self.set(key, value, timeout, version)
        return []

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        for key in keys:
            self.delete(key, version)

    def clear(self) -> Any:
        self._local.clear()
        self._away_until = 0.0
        try:
            return super().clear()
        except (RedisError, OSError):
            return False
