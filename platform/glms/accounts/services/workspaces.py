"""Workspaces and who belongs to them: nobody rises above whom they answer to, and an owner always stays."""

from uuid import UUID

import structlog
from django.db import transaction

from glms.accounts.models import Membership, Role, User, Workspace
from glms.accounts.permissions import RANK, require_role
from glms.core.errors import Conflict, Forbidden, NotFound

MAX_WORKSPACES = 100
log = structlog.get_logger(__name__)


@transaction.atomic
def workspace_create(*, user: User, name: str) -> Membership:
    """A workspace that the user owns; it becomes the default of one who has none."""
    if Membership.objects.filter(user=user).count() >= MAX_WORKSPACES:
        raise Conflict(f"You are in {MAX_WORKSPACES} workspaces; leave one first.", code="limit_reached")
    workspace = Workspace.objects.create(name=name)
    membership = Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    User.objects.filter(pk=user.pk, default_workspace=None).update(default_workspace=workspace)
    log.info("workspace_created", workspace=str(workspace.pk))
    return membership


def workspace_rename(*, user: User, workspace_id: UUID, name: str) -> Membership:
    """Raises NotFound, Forbidden below owner."""
    require_role(user, workspace_id, Role.OWNER)
    workspace = Workspace.objects.get(pk=workspace_id)
    workspace.name = name
    workspace.save(update_fields=["name", "updated_at"])
    return Membership.objects.select_related("workspace").get(workspace=workspace, user=user)


@transaction.atomic
def workspace_delete(*, user: User, workspace_id: UUID) -> None:
    """Delete the workspace with all that is in it. Raises NotFound, Forbidden below owner."""
    require_role(user, workspace_id, Role.OWNER)
    Workspace.objects.filter(pk=workspace_id).delete()
    log.info("workspace_deleted", workspace=str(workspace_id))


@transaction.atomic
def member_change_role(*, user: User, workspace_id: UUID, member_id: UUID, role: Role) -> Membership:
    """Raises NotFound, Forbidden below admin or above one's own role, Conflict for the last owner."""
    mine = _locked_role(user, workspace_id, at_least=Role.ADMIN)
    member = _member(workspace_id, member_id)
    _require_rank(mine, Role(member.role))
    _require_rank(mine, role)
    if member.role == Role.OWNER and role != Role.OWNER:
        _keep_an_owner(workspace_id)
    before, member.role = member.role, role
    member.save(update_fields=["role", "updated_at"])
    log.info("member_role_changed", member=str(member.user_id), workspace=str(workspace_id), before=before, after=role)
    return member


@transaction.atomic
def member_remove(*, user: User, workspace_id: UUID, member_id: UUID) -> None:
    """Take a member out; oneself: leave. Raises NotFound, Forbidden, Conflict for the last owner."""
    mine = _locked_role(user, workspace_id, at_least=Role.VIEWER)
    member = _member(workspace_id, member_id)
    if member.user_id != user.pk:
        _require_rank(mine, Role.ADMIN)
        _require_rank(mine, Role(member.role))
    if member.role == Role.OWNER:
        _keep_an_owner(workspace_id)
    member.delete()
    User.objects.filter(pk=member.user_id, default_workspace_id=workspace_id).update(default_workspace=None)
    log.info("member_removed", member=str(member.user_id), workspace=str(workspace_id))


def _locked_role(user: User, workspace_id: UUID, *, at_least: Role) -> Role:
    """The user's role, with the workspace locked so that two changes of its members follow each other."""
    Workspace.objects.select_for_update().filter(pk=workspace_id).first()
    return require_role(user, workspace_id, at_least)


def _member(workspace_id: UUID, member_id: UUID) -> Membership:
    found = Membership.objects.select_related("user").filter(workspace_id=workspace_id, pk=member_id).first()
    if found is None:
        raise NotFound("There is no such member.")
    return found


def _require_rank(mine: Role, other: Role) -> None:
    if RANK[mine] < RANK[other]:
        raise Forbidden(f"This needs the role {other.value}; yours is {mine.value}.")


def _keep_an_owner(workspace_id: UUID) -> None:
    if Membership.objects.filter(workspace_id=workspace_id, role=Role.OWNER).count() <= 1:
        raise Conflict("A workspace keeps an owner; make somebody else owner first.", code="last_owner")
