"""What can be done with memories: add, change, forget."""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from glms.accounts.models import User
from glms.core.errors import InvalidRequest
from glms.memory.models import Fact
from glms.memory.selectors import fact_get, fact_list

MAX_FACTS = 100
"""That one agent remembers about one user."""
MAX_TEXT = 500


@transaction.atomic
def fact_add(*, user_id: UUID, agent_id: UUID, workspace_id: UUID, text: str) -> Fact:
    """Remember one more fact; the same text again is the fact that is there. Raises InvalidRequest without room."""
    with connection.cursor() as cursor:  # two calls at once must not get one number
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"memory:{user_id}:{agent_id}"])
    mine = Fact.objects.filter(owner_id=user_id, agent_id=agent_id)
    if same := mine.filter(text=text).first():
        return same
    if mine.count() >= MAX_FACTS:
        raise InvalidRequest(f"An agent remembers {MAX_FACTS} facts at most; forget some first.")
    number = (mine.aggregate(last=Max("number"))["last"] or 0) + 1
    return Fact.objects.create(
        owner_id=user_id, agent_id=agent_id, workspace_id=workspace_id, number=number, text=text[:MAX_TEXT]
    )


def fact_change(*, user: User, fact_id: UUID, text: str) -> Fact:
    """Put it in other words. Raises NotFound, InvalidRequest."""
    fact = fact_get(user=user, fact_id=fact_id)
    fact.text = " ".join(text.split())
    if not fact.text or len(fact.text) > MAX_TEXT:
        raise InvalidRequest(f"A memory has 1 to {MAX_TEXT} characters.", param="text")
    fact.save(update_fields=["text", "updated_at"])
    return fact


def fact_delete(*, user: User, fact_id: UUID) -> None:
    """Forget it. Raises NotFound."""
    fact_get(user=user, fact_id=fact_id).delete()


def facts_delete(*, user: User, agent_id: UUID | None) -> None:
    """Forget all that one agent, or all of them, remember about the user."""
    Fact.objects.filter(pk__in=fact_list(user=user, agent_id=agent_id).values("pk")).delete()
