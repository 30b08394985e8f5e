"""Endpoints say whether their model sees pictures."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("serving", "0004_self_test")]

    operations = [
        migrations.AddField(
            model_name="modelendpoint",
            name="sees_images",
            field=models.BooleanField(db_default=False, default=False),
        )
    ]
