"""The cache on the wire: a missing Valkey makes it empty, never an error."""

from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError


class PatientRedisCache(RedisCache):
    """Django's Redis cache whose reads miss and whose writes are dropped while the server is away."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError:
            return default
