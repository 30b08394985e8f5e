"""Workspaces and their members over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from glms.accounts import selectors, services
from glms.accounts.api.people import RoleName, WorkspaceRef, role_name
from glms.accounts.auth import acting
from glms.accounts.models import Membership, Role
from glms.core.http import Body, Page, PageQuery, page
from glms.core.text import Name

router = Router(tags=["workspaces"])


class WorkspaceChange(Body):
    name: Name


class MemberUser(Schema):
    id: UUID
    name: str
    email: str


class MemberOut(Schema):
    id: UUID
    user: MemberUser
    role: RoleName
    joined_at: datetime


class MemberChange(Body):
    role: RoleName


def workspace_out(membership: Membership) -> WorkspaceRef:
    return WorkspaceRef(id=membership.workspace_id, name=membership.workspace.name, role=role_name(membership.role))


def _member(membership: Membership) -> MemberOut:
    user = membership.user
    return MemberOut(
        id=membership.pk,
        user=MemberUser(id=user.pk, name=user.name, email=user.email),
        role=role_name(membership.role),
        joined_at=membership.created_at,
    )


@router.get("", response=Page[WorkspaceRef])
def workspace_list(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """One's workspaces."""
    rows = selectors.memberships_of(user=acting(request))
    found, cursor = page(rows, order=("created_at", "id"), limit=query.limit, cursor=query.cursor)
    return Page(items=[workspace_out(row) for row in found], next_cursor=cursor)


@router.post("", response={201: WorkspaceRef})
def workspace_create(request: HttpRequest, body: WorkspaceChange) -> Any:
    """Make a workspace and own it."""
    return Status(201, workspace_out(services.workspace_create(user=acting(request), name=body.name)))


@router.get("/{workspace_id}", response=WorkspaceRef)
def workspace_get(request: HttpRequest, workspace_id: UUID) -> WorkspaceRef:
    return workspace_out(selectors.membership_get(user=acting(request), workspace_id=workspace_id))


@router.patch("/{workspace_id}", response=WorkspaceRef)
def workspace_rename(request: HttpRequest, workspace_id: UUID, body: WorkspaceChange) -> WorkspaceRef:
    """Rename it, as an owner."""
    renamed = services.workspace_rename(user=acting(request), workspace_id=workspace_id, name=body.name)
    return workspace_out(renamed)


@router.delete("/{workspace_id}", response={204: None})
def workspace_delete(request: HttpRequest, workspace_id: UUID) -> Any:
    """Delete it with all that is in it, as an owner."""
    services.workspace_delete(user=acting(request), workspace_id=workspace_id)
    return Status(204, None)


@router.get("/{workspace_id}/members", response=Page[MemberOut])
def member_list(request: HttpRequest, workspace_id: UUID, query: Query[PageQuery]) -> Any:
    rows = selectors.members_of(user=acting(request), workspace_id=workspace_id)
    found, cursor = page(rows, order=("created_at", "id"), limit=query.limit, cursor=query.cursor)
    return Page(items=[_member(row) for row in found], next_cursor=cursor)


@router.patch("/{workspace_id}/members/{member_id}", response=MemberOut)
def member_change(request: HttpRequest, workspace_id: UUID, member_id: UUID, body: MemberChange) -> MemberOut:
    """Give a member another role, as an admin."""
    changed = services.member_change_role(
        user=acting(request), workspace_id=workspace_id, member_id=member_id, role=Role(body.role)
    )
    return _member(changed)


@router.delete("/{workspace_id}/members/{member_id}", response={204: None})
def member_remove(request: HttpRequest, workspace_id: UUID, member_id: UUID) -> Any:
    """Take a member out as an admin, or leave."""
    services.member_remove(user=acting(request), workspace_id=workspace_id, member_id=member_id)
    return Status(204, None)
