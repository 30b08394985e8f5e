"""One remembered fact: an agent's, about one user, who alone may see it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from glms.core.models import OwnedQuerySet, WorkspaceRow


class Fact(WorkspaceRow):
    """`owner` is the user whom it is about; `number` is what the agent calls it by."""

    owner: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agent: Any = models.ForeignKey("agents.Agent", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=500)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "agent", "number"], name="fact_number_once"),
        ]

    def __str__(self) -> str:
        return self.text
