"""What changes accounts: people, workspaces and members, invitations, secrets."""

from glms.accounts.services.invitations import invitation_accept, invitation_create, invitation_revoke
from glms.accounts.services.people import account_open, instance_update, me_update
from glms.accounts.services.vault import secret_create, secret_delete, secret_replace
from glms.accounts.services.workspaces import (
    member_change_role,
    member_remove,
    workspace_create,
    workspace_delete,
    workspace_rename,
)

__all__ = [
    "account_open",
    "instance_update",
    "invitation_accept",
    "invitation_create",
    "invitation_revoke",
    "me_update",
    "member_change_role",
    "member_remove",
    "secret_create",
    "secret_delete",
    "secret_replace",
    "workspace_create",
    "workspace_delete",
    "workspace_rename",
]
