"""How often somebody may do something: one counter per window on the wire, a stricter one in the process without it."""

import hashlib
import time
from dataclasses import dataclass

from django.core.cache import cache

from glms.core.errors import RateLimited


@dataclass(frozen=True, kw_only=True)
class Rate:
    """At most `amount` times in `seconds`."""

    amount: int
    seconds: int


def limit_use(*, action: str, who: str, rate: Rate) -> None:
    """Count one use of `action` by `who` (an address, a user's id). Raises RateLimited with `detail.retry_after`."""
    window, passed = divmod(int(time.time()), rate.seconds)
    key = f"limit:{action}:{hashlib.sha256(who.encode()).hexdigest()[:32]}:{window}"
    cache.add(key, 0, rate.seconds + 1)
    try:
        count = cache.incr(key)
    except ValueError:  # the wire came or went between the two
        cache.set(key, 1, rate.seconds + 1)
        count = 1
    if count > rate.amount:
        wait = rate.seconds - passed
        raise RateLimited(f"Too many tries; wait {wait} seconds.", detail={"retry_after": wait})
