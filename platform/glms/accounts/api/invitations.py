"""Invitations over HTTP: for those who invite, and for those who hold a link."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, Field

from glms.accounts import selectors, services
from glms.accounts.api.people import RoleName, WorkspaceRef, role_name
from glms.accounts.api.workspaces import workspace_out
from glms.accounts.auth import acting
from glms.accounts.models import Invitation, Role
from glms.core.clients import client_address
from glms.core.http import Body, Page, PageQuery, page
from glms.core.limits import Rate, limit_use
from glms.core.text import email_address

router = Router(tags=["invitations"])

LINKS = Rate(amount=60, seconds=60)
"""How often one address may try links."""


class InvitationCreate(Body):
    email: Annotated[str, Field(max_length=254), AfterValidator(email_address)]
    role: RoleName


class InvitationOut(Schema):
    id: UUID
    email: str
    role: RoleName
    expires_at: datetime
    created_at: datetime


class InvitationMade(InvitationOut):
    link: str


class InvitationPreview(Schema):
    workspace_name: str
    email: str
    role: RoleName
    expires_at: datetime


def _fields(invitation: Invitation) -> dict[str, Any]:
    return {
        "id": invitation.pk,
        "email": invitation.email,
        "role": invitation.role,
        "expires_at": invitation.expires_at,
        "created_at": invitation.created_at,
    }


@router.get("/workspaces/{workspace_id}/invitations", response=Page[InvitationOut])
def invitation_list(request: HttpRequest, workspace_id: UUID, query: Query[PageQuery]) -> Any:
    """The open invitations, for admins."""
    rows = selectors.invitations_of(user=acting(request), workspace_id=workspace_id)
    found, cursor = page(rows, order=("created_at", "id"), limit=query.limit, cursor=query.cursor)
    return Page(items=[InvitationOut(**_fields(row)) for row in found], next_cursor=cursor)


@router.post("/workspaces/{workspace_id}/invitations", response={201: InvitationMade})
def invitation_create(request: HttpRequest, workspace_id: UUID, body: InvitationCreate) -> Any:
    """Invite somebody, as an admin; the link is told only here."""
    made, link = services.invitation_create(
        user=acting(request), workspace_id=workspace_id, email=body.email, role=Role(body.role)
    )
    return Status(201, InvitationMade(**_fields(made), link=link))


@router.delete("/workspaces/{workspace_id}/invitations/{invitation_id}", response={204: None})
def invitation_revoke(request: HttpRequest, workspace_id: UUID, invitation_id: UUID) -> Any:
    """Withdraw an invitation, as an admin."""
    services.invitation_revoke(user=acting(request), workspace_id=workspace_id, invitation_id=invitation_id)
    return Status(204, None)


@router.get("/invitations/{token}", auth=None, response=InvitationPreview)
def invitation_get(request: HttpRequest, token: str) -> InvitationPreview:
    """What one is invited to, for whoever holds the link."""
    limit_use(action="invitation", who=client_address(request), rate=LINKS)
    found = selectors.invitation_by_token(token=token)
    return InvitationPreview(
        workspace_name=found.workspace.name, email=found.email, role=role_name(found.role), expires_at=found.expires_at
    )


@router.post("/invitations/{token}/accept", response=WorkspaceRef)
def invitation_accept(request: HttpRequest, token: str) -> WorkspaceRef:
    """Join the workspace one is invited to."""
    limit_use(action="invitation", who=client_address(request), rate=LINKS)
    return workspace_out(services.invitation_accept(user=acting(request), token=token))
