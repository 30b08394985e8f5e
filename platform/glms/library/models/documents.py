"""A document, its place in each index, the site it may come from, and the upload it may come by."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Func, Q, Value

from glms.core.models import Timestamped, WorkspaceRow


class DocumentState(models.TextChoices):
    RECEIVED = "received"
    PARSING = "parsing"
    EMBEDDING = "embedding"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


WORKING = (DocumentState.RECEIVED, DocumentState.PARSING, DocumentState.EMBEDDING)


class Origin(models.TextChoices):
    FILE = "file"
    TEXT = "text"
    SITE = "site"
    CORRECTIONS = "corrections"


class Site(WorkspaceRow):
    """A web page, or the pages that it leads to, kept as documents."""

    base: Any = models.ForeignKey("library.KnowledgeBase", on_delete=models.CASCADE, related_name="sites")
    url = models.CharField(max_length=2000)
    depth = models.PositiveSmallIntegerField()
    most_pages = models.PositiveSmallIntegerField()
    path_prefix = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, default="waiting")
    error: Any = models.JSONField(null=True, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True)


def next_number() -> Func:
    return Func(Value("library_document_numbers"), function="nextval", output_field=models.BigIntegerField())


class Document(WorkspaceRow):
    """number: what indexes know it by. key, parsed_key: its bytes and its text in the file store, under random names.

    state, progress, error and chunks are those of the active index.
    """

    base: Any = models.ForeignKey("library.KnowledgeBase", on_delete=models.CASCADE, related_name="documents")
    number = models.BigIntegerField(unique=True, editable=False, db_default=next_number())
    site: Any = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, blank=True, related_name="documents")
    origin = models.CharField(max_length=11, choices=Origin.choices)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    source_url = models.CharField(max_length=2000, blank=True)
    key = models.CharField(max_length=120)
    parsed_key = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=9, choices=DocumentState.choices, default=DocumentState.RECEIVED)
    progress = models.FloatField(default=0.0)
    error: Any = models.JSONField(null=True, blank=True)
    warnings: Any = models.JSONField(default=list)
    pages = models.PositiveIntegerField(null=True, blank=True)
    characters = models.PositiveIntegerField(default=0)
    chunks = models.PositiveIntegerField(default=0)
    metadata: Any = models.JSONField(default=dict)
    enabled = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=DocumentState.values), name="document_state_known"),
            models.UniqueConstraint(
                fields=["base", "sha256"],
                condition=Q(origin__in=[Origin.FILE, Origin.TEXT]),
                name="same_content_once_a_base",
            ),
            models.UniqueConstraint(
                fields=["base"], condition=Q(origin=Origin.CORRECTIONS), name="one_document_of_corrections_a_base"
            ),
            models.UniqueConstraint(fields=["site", "source_url"], name="page_once_a_site"),
        ]
        indexes: ClassVar = [models.Index(fields=["base", "-created_at", "-id"], name="document_by_base")]

    def __str__(self) -> str:
        return self.name


class PlacementState(models.TextChoices):
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Placement(models.Model):
    """How a document stands in one index. Only what is `ready` there is found.

    edition: of its chunks that are found, 0 before the first; building: of those on their way, 0 when none are.
    """

    document: Any = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="placements")
    index: Any = models.ForeignKey("library.Index", on_delete=models.CASCADE, related_name="placements")
    state = models.CharField(max_length=9, choices=PlacementState.choices, default=PlacementState.WAITING)
    edition = models.PositiveIntegerField(default=0)
    building = models.PositiveIntegerField(default=0)
    chunks = models.PositiveIntegerField(default=0)
    error: Any = models.JSONField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["index", "document"], name="one_place_an_index"),
            models.CheckConstraint(condition=Q(state__in=PlacementState.values), name="placement_state_known"),
        ]


class Upload(Timestamped):
    """A file on its way in parts. parts: `[{offset, size, key}]` in the file store."""

    owner: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    base: Any = models.ForeignKey("library.KnowledgeBase", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    parts: Any = models.JSONField(default=list)
    document: Any = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
