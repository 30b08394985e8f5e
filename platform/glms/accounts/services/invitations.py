"""Invitations: a link for one person, once, for a week; only the hash of its token is kept."""

import secrets
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from glms.accounts.models import Invitation, Membership, Role, User, Workspace
from glms.accounts.permissions import RANK, require_role
from glms.accounts.selectors import invitation_hash, invitations_of
from glms.core.errors import Conflict, Forbidden, NotFound

LIFE = timedelta(days=7)
MAX_OPEN = 200
TOKEN_BYTES = 32
log = structlog.get_logger(__name__)


@transaction.atomic
def invitation_create(*, user: User, workspace_id: UUID, email: str, role: Role) -> tuple[Invitation, str]:
    """Invite somebody; an earlier open invitation of theirs ends. Answers the invitation and its link.

    Raises NotFound, Forbidden below admin or for a role above one's own, Conflict for a member.
    """
    mine = require_role(user, workspace_id, Role.ADMIN)
    if RANK[mine] < RANK[role]:
        raise Forbidden(f"Only an owner may invite an owner; your role is {mine.value}.")
    Workspace.objects.select_for_update().get(pk=workspace_id)
    if Membership.objects.filter(workspace_id=workspace_id, user__email__iexact=email).exists():
        raise Conflict("This person is already a member.", code="already_member", param="email")
    invitations_of(user=user, workspace_id=workspace_id).filter(email__iexact=email).delete()
    if invitations_of(user=user, workspace_id=workspace_id).count() >= MAX_OPEN:
        raise Conflict(f"{MAX_OPEN} invitations are open; withdraw some first.", code="limit_reached")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        workspace_id=workspace_id,
        email=email.lower(),
        role=role,
        token_hash=invitation_hash(token),
        invited_by=user,
        expires_at=timezone.now() + LIFE,
    )
    log.info("invitation_created", invitation=str(invitation.pk), workspace=str(workspace_id), role=role)
    return invitation, f"{settings.PUBLIC_URL}/invitations/{token}"


def invitation_revoke(*, user: User, workspace_id: UUID, invitation_id: UUID) -> None:
    """Raises NotFound, Forbidden below admin."""
    require_role(user, workspace_id, Role.ADMIN)
    found = Invitation.objects.filter(workspace_id=workspace_id, pk=invitation_id, accepted_at__isnull=True)
    if not found.delete()[0]:
        raise NotFound("There is no such invitation.")
    log.info("invitation_revoked", invitation=str(invitation_id), workspace=str(workspace_id))


@transaction.atomic
def invitation_accept(*, user: User, token: str) -> Membership:
    """Join the workspace; again by the same person: the membership. Raises NotFound, Forbidden for another's."""
    found = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("workspace")
        .filter(token_hash=invitation_hash(token), expires_at__gt=timezone.now())
        .first()
    )
    if found is None:
        raise NotFound("This invitation does not exist, was used or has expired.")
    if found.email.lower() != user.email.lower():
        raise Forbidden("This invitation is for another e-mail address; sign in with that one.")
    if found.accepted_at is not None:
        return _accepted_before(user, found)
    membership, _ = Membership.objects.get_or_create(
        workspace=found.workspace, user=user, defaults={"role": found.role}
    )
    found.accepted_at = timezone.now()
    found.save(update_fields=["accepted_at", "updated_at"])
    User.objects.filter(pk=user.pk, default_workspace=None).update(default_workspace=found.workspace)
    log.info("invitation_accepted", invitation=str(found.pk), workspace=str(found.workspace_id))
    return membership


def _accepted_before(user: User, invitation: Invitation) -> Membership:
    membership = Membership.objects.filter(user=user, workspace=invitation.workspace).first()
    if membership is None:
        raise NotFound("This invitation does not exist, was used or has expired.")
    return membership
