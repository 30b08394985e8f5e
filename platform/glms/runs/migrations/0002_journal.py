"""The journal: one table of events, partitioned by the week in the run's id."""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations

from glms.runs.housekeeping import partitions_renew

FORWARD = """
CREATE TABLE runs_runevent (
    run_id uuid NOT NULL,
    seq integer NOT NULL CHECK (seq > 0),
    type varchar(32) NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (run_id, seq)
) PARTITION BY RANGE (run_id);
CREATE TABLE runs_runevent_default PARTITION OF runs_runevent DEFAULT;
CREATE UNIQUE INDEX runevent_one_end ON runs_runevent (run_id)
    WHERE type IN ('run_finished', 'run_failed', 'run_cancelled');
"""


def make_partitions(_apps: Any, _schema_editor: Any) -> None:
    partitions_renew(datetime.now(UTC))


class Migration(migrations.Migration):
    dependencies = [("runs", "0001_initial")]

    operations = [
        migrations.RunSQL(FORWARD, "DROP TABLE runs_runevent"),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
    ]
