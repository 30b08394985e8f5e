"""The journal's partitions: one a week by the time in the run's id, made ahead, dropped when old and all ended."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection
from psycopg import sql

from glms.core.models import IdempotencyKey
from glms.files.retention import files_expire
from glms.runs.models import OPEN, Run

log = structlog.get_logger(__name__)

WEEK = timedelta(days=7)
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
AHEAD = 4
KEEP = timedelta(days=35)
KEEP_KEYS = timedelta(days=2)


def id_at(moment: datetime) -> UUID:
    """The smallest UUIDv7 of that millisecond."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def week_of(moment: datetime) -> datetime:
    """The beginning of the week that holds `moment`."""
    return EPOCH + (moment - EPOCH) // WEEK * WEEK


def partition_name(week: datetime) -> str:
    return f"runs_runevent_{week:%Y%m%d}"


def keep_house(now: datetime | None = None) -> None:
    """Partitions for the weeks to come, none for those whose runs ended long ago; no idempotency keys of old."""
    moment = now or datetime.now(UTC)
    partitions_renew(moment)
    IdempotencyKey.objects.filter(created_at__lt=moment - KEEP_KEYS).delete()
    files_expire()


def partitions_renew(moment: datetime) -> None:
    """Make and drop partitions as of `moment`."""
    with connection.cursor() as cursor:
        for ahead in range(AHEAD):
            week = week_of(moment) + ahead * WEEK
            cursor.execute(
                sql.SQL("CREATE TABLE IF NOT EXISTS {} PARTITION OF runs_runevent FOR VALUES FROM ({}) TO ({})").format(
                    sql.Identifier(partition_name(week)),
                    sql.Literal(str(id_at(week))),
                    sql.Literal(str(id_at(week + WEEK))),
                )
            )
        cursor.execute(
            "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid"
            " WHERE inhparent = 'runs_runevent'::regclass ORDER BY 1"
        )
        for (name,) in cursor.fetchall():
            old = _week_in(name)
            if old and old + WEEK < moment - KEEP and not _has_open_runs(old):
                cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
                log.info("journal_dropped", partition=name)


def _week_in(name: str) -> datetime | None:
    digits = name.removeprefix("runs_runevent_")
    return datetime.strptime(digits, "%Y%m%d").replace(tzinfo=UTC) if digits.isdigit() else None


def _has_open_runs(week: datetime) -> bool:
    return Run.objects.filter(pk__gte=id_at(week), pk__lt=id_at(week + WEEK), status__in=OPEN).exists()
