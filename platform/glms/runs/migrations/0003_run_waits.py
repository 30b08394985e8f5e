"""A run may wait for a decision, with the calls it waits for; and what it cost."""

from django.db import migrations, models
from django.db.models import Q, Value

OPEN = ("queued", "running", "waiting")
STATUSES = [
    ("queued", "Queued"),
    ("running", "Running"),
    ("waiting", "Waiting"),
    ("finished", "Finished"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]


class Migration(migrations.Migration):
    dependencies = [("runs", "0002_journal")]

    operations = [
        migrations.AddField("run", "cost", models.DecimalField(blank=True, decimal_places=8, max_digits=18, null=True)),
        migrations.AddField(
            "run", "functions", models.JSONField(db_default=Value([], models.JSONField()), default=list)
        ),
        migrations.AddField("run", "waiting", models.JSONField(db_default=Value([], models.JSONField()), default=list)),
        migrations.AlterField("run", "status", models.CharField(choices=STATUSES, default="queued", max_length=10)),
        migrations.RemoveConstraint("run", "run_status_known"),
        migrations.AddConstraint(
            "run",
            models.CheckConstraint(condition=Q(status__in=[key for key, _ in STATUSES]), name="run_status_known"),
        ),
        migrations.AddConstraint(
            "run",
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(status__in=OPEN), name="one_open_run_a_conversation"
            ),
        ),
        migrations.RemoveConstraint("run", "one_open_run_per_conversation"),
    ]
