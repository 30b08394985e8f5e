"""Endpoints say who reads their tool calls: the server, or one of our dialects."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("serving", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="modelendpoint", name="dialect", field=models.CharField(default="server", max_length=20)
        ),
    ]
