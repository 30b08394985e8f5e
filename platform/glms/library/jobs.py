"""Who may do a job: claims, heartbeats, jobs whose worker was lost; all on the database's clock.

As `runs.leases`, for work that lasts minutes and writes in steps: whatever a worker writes it writes in a transaction
that first asks `held`, so that one who lost the lease, or whose document was deleted meanwhile, writes nothing more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import connection, transaction

from glms.core.wire import courier
from glms.library.models import Job, JobKind

LEASE: float = settings.LEASE_SECONDS
HEARTBEAT = LEASE / 3
NOTHING = UUID(int=0)
WAKE = "glms.library.tasks.library_wake"
MAX_CRASHES = 5
"""Lost workers without a step done in between, after which a job is given up."""
INTERACTIVE, DOCUMENTS, REBUILD = 0, 1, 2
"""Ranks: what somebody waits for, new documents, documents of an index that is built beside the active one."""


class LeaseLost(Exception):
    """The job is another's, or was deleted with what it was about or to cancel it: write nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A job that is ours now. `attempt` is what `held` compares."""

    job_id: UUID
    attempt: int
    kind: str
    crashes: int
    tries: int
    base_id: UUID
    document_id: UUID = NOTHING
    index_id: UUID = NOTHING
    site_id: UUID = NOTHING
    evaluation_id: UUID = NOTHING
    count: int = 0
    anew: bool = False


CLAIM = """
UPDATE library_job SET attempt = attempt + 1, state = 'working', lease_owner = %(owner)s,
    lease_until = statement_timestamp() + make_interval(secs => %(lease)s), updated_at = statement_timestamp(),
    crashes = crashes + (state = 'working')::int
WHERE id = (
    SELECT job.id FROM library_job job
    WHERE (job.state = 'waiting' AND job.not_before <= statement_timestamp()
           OR job.state = 'working' AND job.lease_until < statement_timestamp())
      AND job.rank <= %(rank)s AND job.kind = ANY(%(kinds)s)
      AND NOT EXISTS (
        SELECT 1 FROM library_job other
        WHERE other.document_id = job.document_id AND other.id <> job.id AND other.state = 'working'
      )
    ORDER BY job.rank, job.id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, attempt, kind, crashes, tries, base_id, document_id, index_id, site_id, evaluation_id, count, anew
"""
RENEW = """
UPDATE library_job job SET lease_until = statement_timestamp() + make_interval(secs => %(lease)s)
FROM unnest(%(jobs)s::uuid[], %(attempts)s::int[]) AS mine(id, attempt)
WHERE job.id = mine.id AND job.attempt = mine.attempt AND job.state = 'working'
RETURNING job.id
"""
HELD = """
SELECT 1 FROM library_job WHERE id = %s AND attempt = %s AND state = 'working' FOR UPDATE
"""
GIVE_BACK = """
UPDATE library_job SET state = 'waiting', lease_until = NULL, lease_owner = '', tries = tries + %(tried)s,
    not_before = statement_timestamp() + make_interval(secs => %(seconds)s), updated_at = statement_timestamp()
WHERE id = %(job)s AND attempt = %(attempt)s AND state = 'working'
"""


def claim(*, owner: str, kinds: Iterable[str] = tuple(JobKind.values), rank: int = REBUILD) -> Claim | None:
    """The next job that nobody does, of rank `rank` at most; two jobs on one document are never done at once."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"owner": owner, "lease": LEASE, "rank": rank, "kinds": list(kinds)}
        cursor.execute(CLAIM, values)
        row = cursor.fetchone()
    if row is None:
        return None
    names = (
        "job_id", "attempt", "kind", "crashes", "tries", "base_id", "document_id", "index_id", "site_id",
        "evaluation_id", "count", "anew",
    )  # fmt: skip
    return Claim(**{name: value for name, value in zip(names, row, strict=True) if value is not None})


def renew(claims: Iterable[Claim]) -> set[UUID]:
    """Renew leases; the jobs that are still ours."""
    mine = list(claims)
    values: dict[str, Any] = {"lease": LEASE, "jobs": [one.job_id for one in mine]}
    with connection.cursor() as cursor:
        cursor.execute(RENEW, {**values, "attempts": [one.attempt for one in mine]})
        return {row[0] for row in cursor.fetchall()}


def held(claim: Claim) -> None:
    """Hold the job's row to the end of the transaction, an index's row before it. Raises LeaseLost."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [claim.job_id, claim.attempt])
        if cursor.fetchone() is None:
            raise LeaseLost


def stepped(claim: Claim) -> None:
    """A step is done: whatever ended the workers before, it was not what comes next."""
    Job.objects.filter(pk=claim.job_id, attempt=claim.attempt, crashes__gt=0).update(crashes=0)


def end(claim: Claim) -> None:
    """The job is done. In the transaction that writes what came of it."""
    Job.objects.filter(pk=claim.job_id, attempt=claim.attempt).delete()


def give_back(claim: Claim, *, seconds: float = 0.0, tried: bool = False) -> None:
    """Let another worker do it, `seconds` from now. tried: it counts as a try that failed for a passing reason."""
    values: dict[str, Any] = {"job": claim.job_id, "attempt": claim.attempt, "seconds": seconds, "tried": int(tried)}
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, values)


def job_add(
    kind: JobKind, *, base_id: UUID, rank: int = INTERACTIVE, more: Mapping[str, Any] | None = None, **about: Any
) -> bool:
    """Have it done soon after the transaction; False when the same is open already.

    about: what it is about (`document`, `index`, ...). more: further values of the row.
    """
    _, made = Job.objects.get_or_create(kind=kind, base_id=base_id, **about, defaults={"rank": rank, **(more or {})})
    transaction.on_commit(wake_soon)
    return made


def wake_soon() -> None:
    """Tell the workers that there is something to do. While the broker is away they find out by looking."""
    courier().take(lambda: current_app.send_task(WAKE, retry=False))
