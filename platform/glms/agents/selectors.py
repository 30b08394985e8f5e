"""Which agents a user may see, and what they may do with them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from glms.accounts.models import Membership, Role, User
from glms.accounts.permissions import RANK
from glms.agents.models import Agent, AgentVersion
from glms.core.errors import Forbidden, NotFound


@dataclass(frozen=True, kw_only=True)
class AgentFilter:
    """What to list. `archived` picks the archived ones instead of the others."""

    text: str = ""
    archived: bool = False
    workspace_id: UUID | None = None


def agent_list(*, user: User, wanted: AgentFilter) -> QuerySet[Agent]:
    """The agents that the user may see, deleted ones left out."""
    rows = Agent.objects.for_user(user).filter(deleted_at=None, archived_at__isnull=not wanted.archived)
    if wanted.workspace_id:
        rows = rows.filter(workspace_id=wanted.workspace_id)
    if wanted.text:
        rows = rows.filter(Q(name__icontains=wanted.text) | Q(draft__description__icontains=wanted.text))
    return rows.select_related("owner", "published__made_by")


def agent_get(*, user: User, agent_id: UUID, with_deleted: bool = False) -> Agent:
    """Raises NotFound."""
    rows = Agent.objects.for_user(user).select_related("owner", "published__made_by")
    if not with_deleted:
        rows = rows.filter(deleted_at=None)
    found = rows.filter(pk=agent_id).first()
    if found is None:
        raise NotFound("There is no such agent.")
    return found


def roles_of(user: User) -> dict[UUID, Role]:
    """The user's role in each of their workspaces."""
    rows = Membership.objects.filter(user=user).values_list("workspace_id", "role")
    return {workspace_id: Role(role) for workspace_id, role in rows}


def can_edit(user: User, agent: Agent, role: Role | None) -> bool:
    """Editors edit what they can see."""
    return role is not None and RANK[role] >= RANK[Role.EDITOR] and agent.deleted_at is None


def agent_to_edit(*, user: User, agent_id: UUID, with_deleted: bool = False) -> Agent:
    """The agent, for a change of its content. Raises NotFound, Forbidden."""
    agent = agent_get(user=user, agent_id=agent_id, with_deleted=with_deleted)
    role = roles_of(user).get(agent.workspace_id)
    if role is None or RANK[role] < RANK[Role.EDITOR]:
        raise Forbidden("Viewers cannot change agents; ask an admin of the workspace for the role of editor.")
    return agent


def agent_to_manage(*, user: User, agent_id: UUID, with_deleted: bool = False) -> Agent:
    """The agent, to delete, archive or share it: its maker or an admin. Raises NotFound, Forbidden."""
    agent = agent_to_edit(user=user, agent_id=agent_id, with_deleted=with_deleted)
    role = roles_of(user)[agent.workspace_id]
    if agent.owner_id != user.pk and RANK[role] < RANK[Role.ADMIN]:
        raise Forbidden("Only its maker or an admin of the workspace can do this.")
    return agent


def version_list(*, user: User, agent_id: UUID) -> QuerySet[AgentVersion]:
    """The published versions. Raises NotFound."""
    agent = agent_get(user=user, agent_id=agent_id)
    return AgentVersion.objects.filter(agent=agent, number__isnull=False).select_related("made_by")


def version_get(*, user: User, agent_id: UUID, number: int) -> AgentVersion:
    """Raises NotFound."""
    found = version_list(user=user, agent_id=agent_id).filter(number=number).first()
    if found is None:
        raise NotFound("There is no such version.")
    return found
