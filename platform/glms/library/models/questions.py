"""The test questions of a base, and how well an index answered them."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from glms.core.models import Timestamped


class QuestionStatus(models.TextChoices):
    DRAFT = "draft"
    CONFIRMED = "confirmed"


class QuestionOrigin(models.TextChoices):
    PERSON = "person"
    MODEL = "model"
    FEEDBACK = "feedback"


class Question(Timestamped):
    """gold: where the answer stands, `[{document_id, start, end, quote}]`; one of them found is enough."""

    base: Any = models.ForeignKey("library.KnowledgeBase", on_delete=models.CASCADE, related_name="questions")
    made_by: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.CharField(max_length=2000)
    status = models.CharField(max_length=9, choices=QuestionStatus.choices, default=QuestionStatus.CONFIRMED)
    origin = models.CharField(max_length=8, choices=QuestionOrigin.choices, default=QuestionOrigin.PERSON)
    gold: Any = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=QuestionStatus.values), name="question_status_known")
        ]

    def __str__(self) -> str:
        return self.text


class EvaluationStatus(models.TextChoices):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Evaluation(Timestamped):
    """metrics, by_mode, results: as the API tells them."""

    base: Any = models.ForeignKey("library.KnowledgeBase", on_delete=models.CASCADE, related_name="evaluations")
    index: Any = models.ForeignKey("library.Index", on_delete=models.CASCADE, related_name="evaluations")
    status = models.CharField(max_length=7, choices=EvaluationStatus.choices, default=EvaluationStatus.RUNNING)
    error: Any = models.JSONField(null=True, blank=True)
    metrics: Any = models.JSONField(null=True, blank=True)
    by_mode: Any = models.JSONField(default=dict)
    results: Any = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=EvaluationStatus.values), name="evaluation_status_known")
        ]
