from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="index",
            name="store",
            field=models.CharField(
                choices=[("faiss", "Faiss"), ("milvus", "Milvus")], db_default="faiss", default="faiss", max_length=8
            ),
        ),
        migrations.AddConstraint(
            model_name="index",
            constraint=models.CheckConstraint(
                condition=models.Q(("store__in", ["faiss", "milvus"])), name="index_store_known"
            ),
        ),
    ]
