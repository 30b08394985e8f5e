"""Who may execute a run: claims, heartbeats, and runs whose worker was lost; all on the database's clock."""

import time
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from glms.core.database import Connection, patiently
from glms.runs.journal.writer import Lease

LEASE: float = settings.LEASE_SECONDS
HEARTBEAT = LEASE / 3
REAP = LEASE / 6
MARGIN = LEASE / 6
"""Seconds: how long a lease holds, how often it is renewed, how often lost runs are looked for, and how long before
its end a worker that cannot renew it stops by itself. 30, 10, 5 and 5 unless `GLMS_LEASE_SECONDS` says otherwise."""
MAX_CRASHES = 3
MAX_LOSSES = 12
"""Lost workers after which a run is given up: one that was in the middle of a call, and any other."""
QUEUED_TOO_LONG = 3.0
"""Seconds after which a queued run is taken without the broker's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A run that is ours now."""

    lease: Lease
    crashes: int
    cancel_requested: bool
    deadline: float
    """Seconds that the run may still take."""


CLAIM = """
UPDATE runs_run SET attempt = attempt + 1, status = 'running', lease_owner = %(owner)s::text,
    lease_until = now() + make_interval(secs => %(lease)s), started_at = coalesce(started_at, now()),
    crashes = crashes + (lease_until IS NOT NULL AND lease_owner <> %(owner)s::text)::int, updated_at = now()
WHERE id = %(run)s
RETURNING attempt, crashes, cancel_requested_at IS NOT NULL, extract(epoch FROM deadline_at - now())::float8
"""
CLAIMABLE = """
SELECT 1 FROM runs_run
WHERE id = %s AND status IN ('queued', 'running')
  AND (lease_until IS NULL OR lease_until < now() OR lease_owner = %s::text)
FOR UPDATE
"""
LAST_SEQ = "SELECT coalesce(max(seq), 0) FROM runs_runevent WHERE run_id = %s"


async def claim(run_id: UUID, owner: str) -> Claim | None:
    """Take the run, with a new attempt; None when it has ended or somebody else has it.

    The caller does not execute it yet: a lease of its own on it is of a claim whose answer was lost.
    """

    async def take(connection: Connection) -> Claim | None:
        began = time.monotonic()
        async with connection.transaction():
            if await (await connection.execute(CLAIMABLE, (run_id, owner))).fetchone() is None:
                return None
            cursor = await connection.execute(CLAIM, {"run": run_id, "owner": owner, "lease": LEASE})
            row = await cursor.fetchone()
            last = await (await connection.execute(LAST_SEQ, (run_id,))).fetchone()
        if row is None or last is None:
            return None
        lease = Lease(run_id=run_id, attempt=row[0], seq=last[0], valid_until=began + LEASE - MARGIN)
        return Claim(lease=lease, crashes=row[1], cancel_requested=row[2], deadline=row[3])

    return await patiently(take)


RENEW = """
UPDATE runs_run run SET lease_until = now() + make_interval(secs => %(lease)s)
FROM unnest(%(runs)s::uuid[], %(attempts)s::int[]) AS mine(id, attempt)
WHERE run.id = mine.id AND run.attempt = mine.attempt AND run.status = 'running'
RETURNING run.id
"""


async def renew(leases: dict[UUID, Lease]) -> None:
    """Renew all leases of this process in one statement; those that are another's are marked lost."""
    began = time.monotonic()
    mine = {run_id: lease.attempt for run_id, lease in leases.items()}

    async def write(connection: Connection) -> set[UUID]:
        values = {"lease": LEASE, "runs": list(mine), "attempts": list(mine.values())}
        return {row[0] for row in await (await connection.execute(RENEW, values)).fetchall()}

    held = await patiently(write, tries=1)
    for run_id, lease in leases.items():
        if run_id in held:
            lease.valid_until = began + LEASE - MARGIN


WAITING = """
SELECT id FROM runs_run
WHERE (status = 'running' AND lease_until < now())
   OR (status = 'queued' AND (attempt > 0 OR updated_at NOT BETWEEN now() - make_interval(secs => %s) AND now()))
ORDER BY id LIMIT %s
"""
CANCELLED = """
SELECT id FROM runs_run WHERE status IN ('queued', 'running') AND cancel_requested_at IS NOT NULL
"""
DECIDED = """
UPDATE runs_run run SET status = 'queued', updated_at = now()
WHERE status = 'waiting' AND EXISTS (
    SELECT 1 FROM runs_rundecision decision
    JOIN jsonb_array_elements(run.waiting) AS call ON call->>'call_id' = decision.call_id
    WHERE decision.run_id = run.id
)
"""


async def waiting(limit: int) -> list[UUID]:
    """Runs that nobody executes though somebody should, the oldest first: lost, handed over, or not told of in time.

    Among them those that paused for a call in the moment in which it was decided.
    """

    async def read(connection: Connection) -> list[UUID]:
        await connection.execute(DECIDED)
        cursor = await connection.execute(WAITING, (QUEUED_TOO_LONG, limit))
        return [row[0] for row in await cursor.fetchall()]

    return await patiently(read, tries=1)


async def to_cancel() -> set[UUID]:
    """Open runs whose user pressed stop."""

    async def read(connection: Connection) -> set[UUID]:
        return {row[0] for row in await (await connection.execute(CANCELLED)).fetchall()}

    return await patiently(read, tries=1)
