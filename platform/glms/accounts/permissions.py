"""Who may do what: one function for every object of a workspace."""

from typing import Protocol
from uuid import UUID

from glms.accounts.models import Membership, Role, User
from glms.core.errors import Forbidden, NotFound

RANK = {Role.VIEWER: 0, Role.EDITOR: 1, Role.ADMIN: 2, Role.OWNER: 3}


class InWorkspace(Protocol):
    workspace_id: UUID


def role_in(user: User, workspace_id: UUID) -> Role | None:
    """The user's role there, None when not a member."""
    found = Membership.objects.filter(user=user, workspace_id=workspace_id).values_list("role", flat=True).first()
    return Role(found) if found else None


def has_role(user: User, workspace_id: UUID, at_least: Role) -> bool:
    role = role_in(user, workspace_id)
    return role is not None and RANK[role] >= RANK[at_least]


def require_role(user: User, workspace_id: UUID, at_least: Role) -> Role:
    """The user's role, at least the given one.

    Raises NotFound for those outside the workspace, Forbidden for members whose role is too low.
    """
    role = role_in(user, workspace_id)
    if role is None:
        raise NotFound("There is no such workspace.")
    if RANK[role] < RANK[at_least]:
        raise Forbidden(f"This needs the role {at_least.value} in the workspace; yours is {role.value}.")
    return role
