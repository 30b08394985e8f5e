"""A base may name a model that describes pictures."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0002_index_store"), ("serving", "0005_endpoint_sees_images")]

    operations = [
        migrations.AddField(
            model_name="knowledgebase",
            name="caption_model",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="serving.modelendpoint",
            ),
        )
    ]
