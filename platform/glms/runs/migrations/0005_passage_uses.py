"""Which passages of documents an answer was given."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0004_decisions"),
    ]

    operations = [
        migrations.CreateModel(
            name="PassageUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document_id", models.UUIDField()),
                ("chunk_id", models.BigIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("cited", models.BooleanField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="passages", to="runs.run"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["document_id", "run"], name="passage_use_by_document")],
                "constraints": [models.UniqueConstraint(fields=("run", "number"), name="passage_number_once_a_run")],
            },
        ),
    ]
