"""Endpoints have prices per million tokens."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("serving", "0002_endpoint_dialect")]

    operations = [
        migrations.AddField(
            model_name="modelendpoint",
            name=name,
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=12, null=True),
        )
        for name in ("input_price", "output_price")
    ]
