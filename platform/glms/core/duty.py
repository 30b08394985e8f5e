"""What a process does for as long as it lives, whatever goes wrong once."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


async def always(duty: Callable[[], Awaitable[None]]) -> None:
    """Do an endless duty until cancelled: what breaks it is told, and it begins anew."""
    while True:
        try:
            await duty()
        except Exception:
            log.exception("duty_broke", duty=duty.__name__)
            await asyncio.sleep(1.0)
