"""A function: its code, and what is read from it for models and people."""

from typing import Any

from django.conf import settings
from django.db import models

from glms.core.models import SharedQuerySet, Visibility, WorkspaceRow


class Function(WorkspaceRow):
    """name, description and parameters (a JSON Schema) are read from `code` when it is saved.

    secret_names: secrets of the workspace that the code finds as environment variables.
    """

    owner: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE)
    name = models.CharField(max_length=64)
    description = models.TextField(blank=True)
    parameters: Any = models.JSONField()
    code = models.TextField()
    secret_names: Any = models.JSONField(default=list)
    changes_world = models.BooleanField(default=False)

    objects = SharedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
