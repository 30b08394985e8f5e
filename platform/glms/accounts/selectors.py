"""What people may see of accounts: each function says for whom it reads."""

import hashlib
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from glms.accounts.models import InstanceSettings, Invitation, Membership, Role, Secret, User
from glms.accounts.permissions import require_role
from glms.core.errors import NotFound
from glms.core.secrets import decrypt

Signup = Literal["first_account", "open", "closed"]


def instance_settings() -> InstanceSettings:
    """The instance's settings; defaults until the owner changed one."""
    return InstanceSettings.objects.filter(pk=1).first() or InstanceSettings()


def signup_state() -> Signup:
    """Whether a stranger may sign up; the first account may always."""
    if not User.objects.exists():
        return "first_account"
    return "open" if instance_settings().signup_open else "closed"


def signup_admits(*, invitation: str, email: str) -> bool:
    """Whether this person may sign up now, with this invitation token (or "")."""
    if signup_state() != "closed":
        return True
    invited = Invitation.objects.filter(**_open_invitation(invitation), email__iexact=email)
    return bool(invitation) and invited.exists()


def memberships_of(*, user: User) -> QuerySet[Membership]:
    """The user's memberships with their workspaces, the oldest first."""
    return Membership.objects.filter(user=user).select_related("workspace").order_by("created_at", "id")


def default_workspace_id(*, user: User, memberships: list[Membership]) -> UUID | None:
    """The workspace that new things of the user go to."""
    mine = [membership.workspace_id for membership in memberships]
    if user.default_workspace_id in mine:
        chosen: UUID = user.default_workspace_id
        return chosen
    return mine[0] if mine else None


def membership_get(*, user: User, workspace_id: UUID) -> Membership:
    """The user's own membership. Raises NotFound."""
    found = memberships_of(user=user).filter(workspace_id=workspace_id).first()
    if found is None:
        raise NotFound("There is no such workspace.")
    return found


def members_of(*, user: User, workspace_id: UUID) -> QuerySet[Membership]:
    """Everybody in the workspace, for its members. Raises NotFound."""
    require_role(user, workspace_id, Role.VIEWER)
    return Membership.objects.filter(workspace_id=workspace_id).select_related("user")


def invitations_of(*, user: User, workspace_id: UUID) -> QuerySet[Invitation]:
    """Invitations that can still be accepted, for admins. Raises NotFound, Forbidden."""
    require_role(user, workspace_id, Role.ADMIN)
    return Invitation.objects.filter(workspace_id=workspace_id, accepted_at__isnull=True, expires_at__gt=timezone.now())


def invitation_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _open_invitation(token: str) -> dict[str, object]:
    now = timezone.now()
    return {"token_hash": invitation_hash(token), "accepted_at__isnull": True, "expires_at__gt": now}


def invitation_by_token(*, token: str) -> Invitation:
    """The open invitation behind a link: whoever has the link may read it. Raises NotFound."""
    found = Invitation.objects.filter(**_open_invitation(token)).select_related("workspace").first()
    if found is None:
        raise NotFound("This invitation does not exist, was used or has expired.")
    return found


def secrets_of(*, user: User, workspace_id: UUID) -> QuerySet[Secret]:
    """The names of the workspace's secrets, for admins. Raises NotFound, Forbidden."""
    require_role(user, workspace_id, Role.ADMIN)
    return Secret.objects.filter(workspace_id=workspace_id).defer("value")


def secret_value(*, user: User, workspace_id: UUID, name: str) -> str:
    """A secret in the clear, for outgoing requests made for a member; never for an answer. Raises NotFound."""
    require_role(user, workspace_id, Role.VIEWER)
    found = Secret.objects.filter(workspace_id=workspace_id, name=name).first()
    if found is None:
        raise NotFound("There is no such secret.")
    return decrypt(found.value, binding=found.binding)
