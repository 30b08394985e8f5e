"""What was decided of calls that waited."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import glms.core.models


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0003_run_waits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RunDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=glms.core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("call_id", models.CharField(max_length=80)),
                ("decision", models.CharField(max_length=10)),
                ("text", models.TextField(blank=True)),
                ("failed", models.BooleanField(default=False)),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="runs.run"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "call_id"), name="one_decision_a_call")],
            },
        ),
    ]
