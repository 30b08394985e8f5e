"""People, their workspaces and roles, invitations, sign-in and secrets."""
