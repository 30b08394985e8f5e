"""Work to be done in the background: a row while it is open, with the lease of whoever does it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from glms.core.models import Timestamped


class JobKind(models.TextChoices):
    INGEST = "ingest"
    CRAWL = "crawl"
    EVALUATE = "evaluate"
    DRAFT = "draft"
    MERGE = "merge"
    REBUILD = "rebuild"
    PURGE = "purge"


class JobState(models.TextChoices):
    WAITING = "waiting"
    WORKING = "working"


class Job(Timestamped):
    """What came of it is told by what it was about; a job that ended is no more.

    attempt is the fence: it grows with each claim, and a worker writes only while it is its own. crashes counts
    attempts that ended without a word since the last step, tries those that shall be made again later. lease_until
    and not_before are on the database's clock. rank: the lower is done first. anew: of a document: read its file
    again. count: of drafts. To cancel a job, delete it.
    """

    base: Any = models.ForeignKey("library.KnowledgeBase", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=JobKind.choices)
    document: Any = models.ForeignKey("library.Document", on_delete=models.CASCADE, null=True, related_name="+")
    index: Any = models.ForeignKey("library.Index", on_delete=models.CASCADE, null=True, related_name="+")
    site: Any = models.ForeignKey("library.Site", on_delete=models.CASCADE, null=True, related_name="+")
    evaluation: Any = models.ForeignKey("library.Evaluation", on_delete=models.CASCADE, null=True, related_name="+")
    anew = models.BooleanField(default=False)
    count = models.PositiveIntegerField(default=0)
    rank = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=7, choices=JobState.choices, default=JobState.WAITING)
    attempt = models.PositiveIntegerField(default=0)
    crashes = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=JobKind.values), name="job_kind_known"),
            models.CheckConstraint(
                condition=Q(state=JobState.WAITING, lease_until=None) | Q(state=JobState.WORKING),
                name="a_waiting_job_has_no_lease",
            ),
            models.UniqueConstraint(fields=["document", "index"], name="one_job_a_place"),
            models.UniqueConstraint(fields=["site"], name="one_job_a_site"),
            models.UniqueConstraint(fields=["evaluation"], name="one_job_an_evaluation"),
            models.UniqueConstraint(
                fields=["index", "kind"],
                condition=Q(kind__in=[JobKind.MERGE, JobKind.REBUILD]),
                name="one_merge_and_one_rebuilding_an_index",
            ),
            models.UniqueConstraint(fields=["base", "kind"], condition=Q(kind=JobKind.PURGE), name="one_purge_a_base"),
        ]
        indexes: ClassVar = [models.Index(fields=["rank", "id"], name="job_by_rank")]
