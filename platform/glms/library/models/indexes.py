"""An index of a base, the chunks in it, and the vectors that were once made of some text by some model."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from glms.core.models import Timestamped


class IndexStatus(models.TextChoices):
    BUILDING = "building"
    READY = "ready"
    ACTIVE = "active"
    FAILED = "failed"


class Store(models.TextChoices):
    FAISS = "faiss"
    MILVUS = "milvus"


class Index(Timestamped):
    """One way of cutting and embedding the documents of a base.

    vectors, words: the manifests of both halves as they are now; generation grows with each change of them, and
    whoever changes them holds this row's lock. endpoint: null for the encoder that ships with the product.
    store: what keeps its vectors.
    model, dimension: whose vectors these are; those of another are refused.
    """

    base: Any = models.ForeignKey("library.KnowledgeBase", on_delete=models.CASCADE, related_name="indexes")
    status = models.CharField(max_length=8, choices=IndexStatus.choices, default=IndexStatus.BUILDING)
    chunking: Any = models.JSONField()
    endpoint: Any = models.ForeignKey(
        "library.KnowledgeModel", on_delete=models.RESTRICT, null=True, blank=True, related_name="indexes"
    )
    model = models.CharField(max_length=200)
    dimension = models.PositiveIntegerField(null=True, blank=True)
    store = models.CharField(max_length=8, choices=Store.choices, default=Store.FAISS, db_default=Store.FAISS)
    vectors: Any = models.JSONField(null=True, blank=True)
    words: Any = models.JSONField(null=True, blank=True)
    generation = models.PositiveBigIntegerField(default=0)
    error: Any = models.JSONField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=IndexStatus.values), name="index_status_known"),
            models.CheckConstraint(condition=Q(store__in=Store.values), name="index_store_known"),
            models.UniqueConstraint(
                fields=["base"], condition=Q(status=IndexStatus.ACTIVE), name="one_active_index_a_base"
            ),
        ]


class Chunk(models.Model):
    """A piece of a document in one index; its id is what the index knows.

    start, end: its characters in the document's text. boxes: `[[page, left, top, right, bottom]]`, shares of the page.
    edition: the reading of the document that it came of. is_parent: it is shown where one of its parts is found, and
    is not itself searched for. content_hash: names its vector; origin_hash: the same of the text it had when it was
    cut, by which changes made by hand find their place again. added: by hand; `after`: its place then.
    """

    id = models.BigAutoField(primary_key=True)
    index: Any = models.ForeignKey(Index, on_delete=models.CASCADE, related_name="+")
    document: Any = models.ForeignKey("library.Document", on_delete=models.CASCADE, related_name="+")
    edition = models.PositiveIntegerField()
    position = models.FloatField()
    text = models.TextField()
    embedded_text = models.TextField()
    question = models.TextField(blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    page = models.PositiveIntegerField(null=True, blank=True)
    boxes: Any = models.JSONField(default=list)
    headings: Any = models.JSONField(default=list)
    kind = models.CharField(max_length=12)
    tokens = models.PositiveIntegerField()
    parent: Any = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    is_parent = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    edited = models.BooleanField(default=False)
    added = models.BooleanField(default=False)
    content_hash = models.BinaryField(max_length=32)
    origin_hash = models.BinaryField(max_length=32)
    indexed = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["index", "document", "edition", "position"], name="chunk_by_document"),
            models.Index(fields=["content_hash"], name="chunk_by_content"),
        ]


class Embedding(models.Model):
    """A vector by the hash of the model's name and the text: what was embedded once is never embedded again."""

    content_hash = models.BinaryField(max_length=32, primary_key=True)
    vector = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
