"""Which documents an answer rests on: read from the sources of its run, asked for by document."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, QuerySet
from django.db.models.aggregates import Aggregate

from glms.accounts.models import User
from glms.library.selectors import document_get
from glms.runs.journal.store import PassageUsed
from glms.runs.models import PassageUse, Run
from inference.replay import Call, RunState, Turn

ADDRESS = re.compile(r"/knowledge/documents/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\?chunk=(\d{1,18})")


class BoolOr(Aggregate):
    function = "bool_or"
    output_field = BooleanField()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer that was given passages of a document. cited: it refers to one of them."""

    conversation_id: UUID
    run_id: UUID
    message_id: UUID
    question: str
    answered_at: datetime
    cited: bool


def passages_used(state: RunState) -> tuple[PassageUsed, ...]:
    """The passages of documents among a run's sources, each by its number."""
    cited = {one.number for item in state.items if isinstance(item, Turn) for one in item.citations}
    found: dict[int, PassageUsed] = {}
    for item in state.items:
        for source in item.sources if isinstance(item, Call) else ():
            if address := ADDRESS.fullmatch(source.url):
                number = source.number
                found[number] = PassageUsed(
                    document_id=UUID(address[1]), chunk_id=int(address[2]), number=number, cited=number in cited
                )
    return tuple(found.values())


def answers_rows(*, user: User, document_id: UUID) -> QuerySet[Run]:
    """The user's own runs that were given passages of a document, the newest first. Raises NotFound."""
    document_get(user=user, document_id=document_id)
    used = PassageUse.objects.filter(document_id=document_id).values("run_id")
    rows = Run.objects.for_user(user).filter(pk__in=used, conversation__deleted_at=None, ended_at__isnull=False)
    return rows.select_related("message__parent")


def answers_of(runs: list[Run], *, document_id: UUID) -> list[Answer]:
    """Those runs as answers."""
    rows = PassageUse.objects.filter(document_id=document_id, run__in=runs).values_list("run_id")
    cited = dict(rows.annotate(any=BoolOr("cited")).values_list("run_id", "any"))
    return [
        Answer(
            conversation_id=run.conversation_id,
            run_id=run.pk,
            message_id=run.message_id,
            question=run.message.parent.text[:500],
            answered_at=run.ended_at or run.updated_at,
            cited=bool(cited.get(run.pk)),
        )
        for run in runs
    ]
