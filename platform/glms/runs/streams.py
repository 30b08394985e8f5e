"""A followed run as server-sent events: heartbeats while it is quiet, and a look whether it may still be read."""

import time
from collections.abc import AsyncIterator
from uuid import UUID

import structlog

from glms.accounts.models import User
from glms.core.database import AWAY, in_thread
from glms.runs.journal.reader import TooSlow, follow
from glms.runs.journal.store import Line
from glms.runs.selectors import run_visible

log = structlog.get_logger(__name__)

HEARTBEAT = 15.0
RECHECK = 30.0
"""Seconds between the comments on a quiet stream, and between looks whether its reader may still read."""

may_read = in_thread(run_visible)


def frame(line: Line) -> str:
    """One event as the HTML standard writes it: `id` is what comes back as `Last-Event-ID`."""
    return f"id: {line.seq}\nevent: {line.type}\ndata: {line.body}\n\n"


async def server_sent(user: User, run_id: UUID, after: int) -> AsyncIterator[bytes]:
    """The run after `after` to its end. A slow or no longer admitted reader is cut; it may ask again."""
    yield b"retry: 1000\n\n"
    checked = time.monotonic()
    try:
        async for lines in follow(run_id, after, heartbeat=HEARTBEAT):
            if time.monotonic() - checked > RECHECK:
                checked = time.monotonic()
                if not await may_read(user=user, run_id=run_id):
                    return
            yield "".join(map(frame, lines)).encode() if lines else b": still here\n\n"
    except TooSlow:
        yield b": too slow, ask again after the last id\n\n"
    except (LookupError, *AWAY) as error:
        log.warning("stream_cut", run_id=str(run_id), error=type(error).__name__)
