"""What a model could do when it was last tried."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("serving", "0003_endpoint_prices")]

    operations = [
        migrations.CreateModel(
            name="SelfTest",
            fields=[
                ("model_id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("checks", models.JSONField(default=list)),
                ("tested_at", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
    ]
