"""The routes of people, workspaces, members, invitations and secrets."""

from ninja import Router

from glms.accounts.api import invitations, people, vault, workspaces

router = Router()
router.add_router("", people.router)
router.add_router("/workspaces", workspaces.router)
router.add_router("/workspaces", vault.router)
router.add_router("", invitations.router)
