"""Which runs a user may see, whole: from their items when they ended, from their journal while they are open."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from glms.accounts.models import User
from glms.conversations.models import Conversation, Message
from glms.conversations.selectors import branch_to
from glms.core.errors import NotFound
from glms.runs.models import OPEN, Run, RunDecision, RunEvent, RunItem
from inference.events import decode
from inference.messages import Decided
from inference.replay import RunState, rebuild

RELATED = ("version", "conversation")


def run_get(*, user: User, run_id: UUID) -> Run:
    """Raises NotFound."""
    found = Run.objects.for_user(user).filter(pk=run_id, conversation__deleted_at=None).select_related(*RELATED).first()
    if found is None:
        raise NotFound("There is no such run.")
    return found


def run_visible(*, user: User, run_id: UUID) -> bool:
    """Whether the user may (still) follow the run."""
    return Run.objects.for_user(user).filter(pk=run_id, conversation__deleted_at=None).exists()


def conversation_visible(*, user: User, conversation_id: UUID) -> bool:
    """Whether the user may (still) watch the conversation."""
    return Conversation.objects.for_user(user).filter(pk=conversation_id, deleted_at=None).exists()


def states_of(runs: list[Run]) -> dict[UUID, dict[str, Any]]:
    """What clients read of each run: `items`, `usage`, `error`, `last_seq`, `attempt`, `status`."""
    ended = [run for run in runs if run.status not in OPEN]
    states = {run.pk: stored_state(run, []) for run in ended}
    for run_id, data in (
        RunItem.objects.filter(run__in=ended).order_by("run_id", "position").values_list("run_id", "data")
    ):
        states[run_id]["items"].append(data)
    for run in runs:
        if run.pk not in states:
            states[run.pk] = live_state(run)
    return states


def stored_state(run: Run, items: list[dict[str, Any]]) -> dict[str, Any]:
    """The run as its rows have it."""
    return {
        "status": run.status,
        "attempt": run.attempt,
        "items": items,
        "usage": {"prompt_tokens": run.prompt_tokens, "completion_tokens": run.completion_tokens},
        "error": run.error,
        "waiting": [],
        "last_seq": run.last_seq,
    }


def live_state(run: Run) -> dict[str, Any]:
    """The run as its journal tells it."""
    state = rebuilt_state(run.pk)
    told = asdict(state)
    if not state.last_seq:
        told |= {"status": run.status, "attempt": run.attempt}
    if state.status == "waiting":  # it was decided, and no worker has said so yet
        told["status"] = run.status
    return told


def rebuilt_state(run_id: UUID) -> RunState:
    """The run folded from its events."""
    bodies = RunEvent.objects.filter(run_id=run_id).order_by("seq").values_list("body", flat=True)
    return rebuild(decode(body) for body in bodies)


def decided_of(run_id: UUID) -> dict[str, Decided]:
    """All decisions of a run by their call."""
    rows = RunDecision.objects.filter(run_id=run_id)
    return {row.call_id: row.decided for row in rows}


def branch_page(
    *, conversation: Conversation, before: UUID | None, limit: int
) -> tuple[list[Message], UUID | None, dict[UUID, Run]]:
    """The last `limit` messages of the branch shown, above `before`; the next `before`; the runs of the replies.

    Raises NotFound when `before` is not on the branch.
    """
    branch = branch_to(conversation_id=conversation.pk, message_id=conversation.head_id)
    if before is not None:
        places = [index for index, message in enumerate(branch) if message.pk == before]
        if not places:
            raise NotFound("This page is of a branch that is no longer shown; start again without a cursor.")
        branch = branch[: places[0]]
    shown = branch[-limit:]
    following = shown[0].pk if len(branch) > limit else None
    rows = Run.objects.filter(message__in=[message.pk for message in shown]).select_related(*RELATED)
    return shown, following, {run.message_id: run for run in rows}
