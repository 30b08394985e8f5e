"""What people and callers decide of calls that wait: stored, and the run goes on."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from glms.accounts.models import User
from glms.core.errors import Conflict, InvalidRequest, NotFound
from glms.runs.models import OPEN, Run, RunDecision, RunStatus
from glms.runs.selectors import run_get
from glms.runs.services import LONGEST_RUN
from glms.runs.tasks import run_enqueue
from inference.messages import Decided

MAX_RESULT = 200_000
WAITS_FOR = {"approved": "approval", "denied": "approval", "answered": "result"}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One decision of one call."""

    call_id: str
    decided: Decided


def call_decide(*, user: User, run_id: UUID, verdict: Verdict) -> Run:
    """Take a decision and let the run go on. The same one again changes nothing.

    Raises NotFound, InvalidRequest, and Conflict when another decision was taken or the run has ended.
    """
    run_get(user=user, run_id=run_id)
    if len(verdict.decided.text) > MAX_RESULT:
        raise InvalidRequest(f"This may have {MAX_RESULT:,} characters at most.", param="output")
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        if not _taken_before(run, verdict):
            _check(run, verdict)
            _take(run, user, verdict)
    return run_get(user=user, run_id=run_id)


def _taken_before(run: Run, verdict: Verdict) -> bool:
    before = RunDecision.objects.filter(run=run, call_id=verdict.call_id).first()
    if before is None:
        return False
    if before.decided != verdict.decided:
        raise Conflict("This call was decided otherwise before.", code="already_decided")
    return True


def _check(run: Run, verdict: Verdict) -> None:
    if run.status not in OPEN or run.cancel_requested_at is not None:
        raise Conflict("The run has ended.", code="run_ended")
    waits_for = {call["call_id"]: call["waits_for"] for call in run.waiting}
    if verdict.call_id not in waits_for:
        raise NotFound("No such call waits for a decision.")
    if waits_for[verdict.call_id] != WAITS_FOR[verdict.decided.decision]:
        wanted = "an approval" if waits_for[verdict.call_id] == "approval" else "a result"
        raise InvalidRequest(f"This call waits for {wanted}.")


def _take(run: Run, user: User, verdict: Verdict) -> None:
    decided = verdict.decided
    RunDecision.objects.create(
        run=run,
        call_id=verdict.call_id,
        decision=decided.decision,
        text=decided.text,
        failed=decided.failed,
        decided_by=user,
    )
    if run.status == RunStatus.WAITING:
        Run.objects.filter(pk=run.pk).update(status=RunStatus.QUEUED, deadline_at=Now() + LONGEST_RUN, updated_at=Now())
        run_id = run.pk
        transaction.on_commit(lambda: run_enqueue(run_id))
