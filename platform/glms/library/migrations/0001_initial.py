"""Knowledge bases with their indexes, documents, chunks, jobs and test questions."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import glms.core.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE library_document_numbers", "DROP SEQUENCE library_document_numbers"),
        migrations.CreateModel(
            name="Embedding",
            fields=[
                ("content_hash", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("vector", models.BinaryField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Index",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=glms.core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("building", "Building"),
                            ("ready", "Ready"),
                            ("active", "Active"),
                            ("failed", "Failed"),
                        ],
                        default="building",
                        max_length=8,
                    ),
                ),
                ("chunking", models.JSONField()),
                ("model", models.CharField(max_length=200)),
                ("dimension", models.PositiveIntegerField(blank=True, null=True)),
                ("vectors", models.JSONField(blank=True, null=True)),
                ("words", models.JSONField(blank=True, null=True)),
                ("generation", models.PositiveBigIntegerField(default=0)),
                ("error", models.JSONField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="KnowledgeBase",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=glms.core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "visibility",
                    models.CharField(
                        choices=[("private", "Private"), ("workspace", "Workspace")], default="private", max_length=10
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("description", models.CharField(blank=True, max_length=500)),
                ("retrieval", models.JSONField()),
                ("fields", models.JSONField(default=list)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "active",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="library.index"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.workspace"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="index",
            name="base",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="indexes", to="library.knowledgebase"
            ),
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=glms.core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("running", "Running"), ("done", "Done"), ("failed", "Failed")],
                        default="running",
                        max_length=7,
                    ),
                ),
                ("error", models.JSONField(blank=True, null=True)),
                ("metrics", models.JSONField(blank=True, null=True)),
                ("by_mode", models.JSONField(default=dict)),
                ("results", models.JSONField(default=list)),
                (
                    "index",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="evaluations", to="library.index"
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evaluations",
                        to="library.knowledgebase",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=glms.core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "number",
                    models.BigIntegerField(
                        db_default=models.Func(
                            models.Value("library_document_numbers"),
                            function="nextval",
                            output_field=models.BigIntegerField(),
                        ),
                        editable=False,
                        unique=True,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("file", "File"), ("text", "Text"), ("site", "Site"), ("corrections", "Corrections")],
                        max_length=11,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("source_url", models.CharField(blank=True, max_length=2000)),
                ("key", models.CharField(max_length=120)),
                ("parsed_key", models.CharField(blank=True, max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("parsing", "Parsing"),
                            ("embedding", "Embedding"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="received",
                        max_length=9,
                    ),
                ),
                ("progress", models.FloatField(default=0.0)),
                ("error", models.JSONField(blank=True, null=True)),
                ("warnings", models.JSONField(default=list)),
                ("pages", models.PositiveIntegerField(blank=True, null=True)),
                ("characters", models.PositiveIntegerField(default=0)),
                ("chunks", models.PositiveIntegerField(default=0)),
                ("metadata", models.JSONField(default=dict)),
                ("enabled", models.BooleanField(default=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.workspace"
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="library.knowledgebase",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KnowledgeModel",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=glms.core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.CharField(max_length=80, unique=True)),
                ("kind", models.CharField(choices=[("embedding", "Embedding"), ("rerank", "Rerank")], max_length=9)),
                ("url", models.CharField(max_length=500)),
                ("model", models.CharField(max_length=200)),
                ("api_key", models.BinaryField(blank=True, null=True)),
                ("dimension", models.PositiveIntegerField(blank=True, null=True)),
                ("status", models.CharField(default="unknown", max_length=7)),
                ("status_detail", models.CharField(blank=True, max_length=300)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["embedding", "rerank"])), name="knowledge_model_kind_known"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="index",
            name="endpoint",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="indexes",
                to="library.knowledgemodel",
            ),
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("edition", models.PositiveIntegerField(default=0)),
                ("building", models.PositiveIntegerField(default=0)),
                ("chunks", models.PositiveIntegerField(default=0)),
                ("error", models.JSONField(blank=True, null=True)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="placements", to="library.document"
                    ),
                ),
                (
                    "index",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="placements", to="library.index"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=glms.core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("text", models.CharField(max_length=2000)),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("confirmed", "Confirmed")], default="confirmed", max_length=9
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("person", "Person"), ("model", "Model"), ("feedback", "Feedback")],
                        default="person",
                        max_length=8,
                    ),
                ),
                ("gold", models.JSONField(default=list)),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="library.knowledgebase",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=glms.core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("url", models.CharField(max_length=2000)),
                ("depth", models.PositiveSmallIntegerField()),
                ("most_pages", models.PositiveSmallIntegerField()),
                ("path_prefix", models.CharField(blank=True, max_length=500)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("error", models.JSONField(blank=True, null=True)),
                ("synced_at", models.DateTimeField(blank=True, null=True)),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sites", to="library.knowledgebase"
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.workspace"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=glms.core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ingest", "Ingest"),
                            ("crawl", "Crawl"),
                            ("evaluate", "Evaluate"),
                            ("draft", "Draft"),
                            ("merge", "Merge"),
                            ("rebuild", "Rebuild"),
                            ("purge", "Purge"),
                        ],
                        max_length=8,
                    ),
                ),
                ("anew", models.BooleanField(default=False)),
                ("count", models.PositiveIntegerField(default=0)),
                ("rank", models.PositiveSmallIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("working", "Working")], default="waiting", max_length=7
                    ),
                ),
                ("attempt", models.PositiveIntegerField(default=0)),
                ("crashes", models.PositiveIntegerField(default=0)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("lease_owner", models.CharField(blank=True, max_length=64)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("not_before", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "document",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="library.document"
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="library.evaluation",
                    ),
                ),
                (
                    "index",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="library.index"
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="library.knowledgebase"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="library.site"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="document",
            name="site",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="documents",
                to="library.site",
            ),
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=glms.core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.CharField(max_length=200)),
                ("size", models.PositiveBigIntegerField()),
                ("received", models.PositiveBigIntegerField(default=0)),
                ("parts", models.JSONField(default=list)),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="library.knowledgebase"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="library.document",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Chunk",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("edition", models.PositiveIntegerField()),
                ("position", models.FloatField()),
                ("text", models.TextField()),
                ("embedded_text", models.TextField()),
                ("question", models.TextField(blank=True)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("page", models.PositiveIntegerField(blank=True, null=True)),
                ("boxes", models.JSONField(default=list)),
                ("headings", models.JSONField(default=list)),
                ("kind", models.CharField(max_length=12)),
                ("tokens", models.PositiveIntegerField()),
                ("is_parent", models.BooleanField(default=False)),
                ("enabled", models.BooleanField(default=True)),
                ("edited", models.BooleanField(default=False)),
                ("added", models.BooleanField(default=False)),
                ("content_hash", models.BinaryField(max_length=32)),
                ("origin_hash", models.BinaryField(max_length=32)),
                ("indexed", models.BooleanField(default=False)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="library.chunk",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="library.document"
                    ),
                ),
                (
                    "index",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="library.index"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["index", "document", "edition", "position"], name="chunk_by_document"),
                    models.Index(fields=["content_hash"], name="chunk_by_content"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="knowledgebase",
            index=models.Index(fields=["workspace", "-updated_at"], name="base_by_workspace"),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["running", "done", "failed"])), name="evaluation_status_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="index",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["building", "ready", "active", "failed"])), name="index_status_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="index",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "active")), fields=("base",), name="one_active_index_a_base"
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.UniqueConstraint(fields=("index", "document"), name="one_place_an_index"),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "ready", "failed", "cancelled"])),
                name="placement_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "confirmed"])), name="question_status_known"
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["rank", "id"], name="job_by_rank"),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["ingest", "crawl", "evaluate", "draft", "merge", "rebuild", "purge"])),
                name="job_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lease_until", None), ("state", "waiting")), ("state", "working"), _connector="OR"
                ),
                name="a_waiting_job_has_no_lease",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(fields=("document", "index"), name="one_job_a_place"),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(fields=("site",), name="one_job_a_site"),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(fields=("evaluation",), name="one_job_an_evaluation"),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["merge", "rebuild"])),
                fields=("index", "kind"),
                name="one_merge_and_one_rebuilding_an_index",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "purge")), fields=("base", "kind"), name="one_purge_a_base"
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["base", "-created_at", "-id"], name="document_by_base"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["received", "parsing", "embedding", "ready", "failed", "cancelled"])),
                name="document_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                condition=models.Q(("origin__in", ["file", "text"])),
                fields=("base", "sha256"),
                name="same_content_once_a_base",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                condition=models.Q(("origin", "corrections")),
                fields=("base",),
                name="one_document_of_corrections_a_base",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(fields=("site", "source_url"), name="page_once_a_site"),
        ),
    ]
