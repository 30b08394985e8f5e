"""The routes of people, workspaces, members, invitations and secrets."""

from ninja import Router

router = Router()
