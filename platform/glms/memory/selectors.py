"""Which facts a user may see: those about themselves."""

from uuid import UUID

from django.db.models import QuerySet

from glms.accounts.models import User
from glms.core.errors import NotFound
from glms.memory.models import Fact


def fact_list(*, user: User, agent_id: UUID | None = None) -> QuerySet[Fact]:
    """All that is remembered about the user, by one agent or by all."""
    rows = Fact.objects.for_user(user).select_related("agent")
    return rows.filter(agent_id=agent_id) if agent_id else rows


def fact_get(*, user: User, fact_id: UUID) -> Fact:
    """Raises NotFound."""
    found = fact_list(user=user).filter(pk=fact_id).first()
    if found is None:
        raise NotFound("There is no such memory.")
    return found


def facts_told(*, user_id: UUID, agent_id: UUID) -> list[tuple[int, str]]:
    """What the agent is told of this user when a run begins: numbers and texts, the oldest first."""
    rows = Fact.objects.filter(owner_id=user_id, agent_id=agent_id).order_by("number")
    return list(rows.values_list("number", "text"))
