"""A workspace's secrets over HTTP: values go in and never come out."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from glms.accounts import selectors, services
from glms.accounts.auth import acting
from glms.accounts.models import Secret
from glms.core.http import Body, Page, PageQuery, page
from glms.core.text import Name

router = Router(tags=["secrets"])

Value = Annotated[str, Field(min_length=1, max_length=16_384)]


class SecretCreate(Body):
    name: Name
    value: Value


class SecretReplace(Body):
    value: Value


class SecretOut(Schema):
    id: UUID
    name: str
    has_value: Literal[True] = True
    created_at: datetime
    updated_at: datetime


def _secret(secret: Secret) -> SecretOut:
    return SecretOut(id=secret.pk, name=secret.name, created_at=secret.created_at, updated_at=secret.updated_at)


@router.get("/{workspace_id}/secrets", response=Page[SecretOut])
def secret_list(request: HttpRequest, workspace_id: UUID, query: Query[PageQuery]) -> Any:
    """The names of the secrets, for admins."""
    rows = selectors.secrets_of(user=acting(request), workspace_id=workspace_id)
    found, cursor = page(rows, order=("created_at", "id"), limit=query.limit, cursor=query.cursor)
    return Page(items=[_secret(row) for row in found], next_cursor=cursor)


@router.post("/{workspace_id}/secrets", response={201: SecretOut})
def secret_create(request: HttpRequest, workspace_id: UUID, body: SecretCreate) -> Any:
    """Store a secret, as an admin."""
    made = services.secret_create(user=acting(request), workspace_id=workspace_id, name=body.name, value=body.value)
    return Status(201, _secret(made))


@router.put("/{workspace_id}/secrets/{secret_id}", response=SecretOut)
def secret_replace(request: HttpRequest, workspace_id: UUID, secret_id: UUID, body: SecretReplace) -> SecretOut:
    """Give a secret another value, as an admin."""
    replaced = services.secret_replace(
        user=acting(request), workspace_id=workspace_id, secret_id=secret_id, value=body.value
    )
    return _secret(replaced)


@router.delete("/{workspace_id}/secrets/{secret_id}", response={204: None})
def secret_delete(request: HttpRequest, workspace_id: UUID, secret_id: UUID) -> Any:
    """Delete a secret, as an admin."""
    services.secret_delete(user=acting(request), workspace_id=workspace_id, secret_id=secret_id)
    return Status(204, None)
