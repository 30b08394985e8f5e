"""A knowledge base, and the servers of embedding and rerank models that the instance's owner entered."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from glms.core.models import SharedQuerySet, Timestamped, Visibility, WorkspaceRow
from glms.core.secrets import Binding, EncryptedColumn, register


class ModelKind(models.TextChoices):
    EMBEDDING = "embedding"
    RERANK = "rerank"


class KnowledgeModel(Timestamped):
    """A server that embeds or reranks. url: its base that ends in `/v1`. dimension: null until it was asked once."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=9, choices=ModelKind.choices)
    url = models.CharField(max_length=500)
    model = models.CharField(max_length=200)
    api_key = models.BinaryField(null=True, blank=True)
    dimension = models.PositiveIntegerField(null=True, blank=True)
    status = models.CharField(max_length=7, default="unknown")
    status_detail = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=ModelKind.values), name="knowledge_model_kind_known")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def binding(self) -> Binding:
        """Where this row's ciphertext belongs."""
        return MODEL_KEY.binding(self)


MODEL_KEY = register(EncryptedColumn(model=KnowledgeModel, column="api_key", workspace=None))


class KnowledgeBase(WorkspaceRow):
    """retrieval: how it is searched where nobody says otherwise; fields: `[{name, type}]` of its documents' metadata.

    caption_model: what describes pictures; null: nothing.

    A deleted base is there for nobody; its rows and files are cleared away in the background.
    """

    owner: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=500, blank=True)
    retrieval: Any = models.JSONField()
    fields: Any = models.JSONField(default=list)
    caption_model: Any = models.ForeignKey(
        "serving.ModelEndpoint", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    active: Any = models.ForeignKey("library.Index", on_delete=models.SET_NULL, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-updated_at"], name="base_by_workspace")]

    def __str__(self) -> str:
        return self.name
