"""Embedding and rerank models over HTTP: everybody sees which there are, the instance's owner enters them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from glms.accounts.auth import acting
from glms.accounts.models import User
from glms.core.http import Body, Page
from glms.core.limits import Rate, limit_use
from glms.core.text import Name
from glms.library import selectors
from glms.library.models import KnowledgeModel
from glms.library.services import models

router = Router(tags=["knowledge models"])

CHECKS = Rate(amount=30, seconds=60)
Url = Annotated[str, Field(min_length=1, max_length=500)]
ModelName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]
Key = Annotated[str, Field(max_length=4000, pattern=r"^[\x21-\x7e]*$")]
Kind = Literal["embedding", "rerank"]


class KnowledgeModelCreate(Body):
    name: Name
    kind: Kind
    url: Url
    model: ModelName
    api_key: Key | None = None


class KnowledgeModelChange(Body):
    name: Name | None = None
    url: Url | None = None
    model: ModelName | None = None
    api_key: Key | None = None


class KnowledgeModelOut(Schema):
    id: UUID
    name: str
    kind: Kind
    model: str
    dimension: int | None
    url: str | None
    has_key: bool
    status: Literal["ready", "failed", "unknown"]
    status_detail: str
    checked_at: datetime | None


def _model(row: KnowledgeModel, user: User) -> KnowledgeModelOut:
    owner = user.is_instance_owner
    return KnowledgeModelOut.model_validate(
        {
            **{name: getattr(row, name) for name in KnowledgeModelOut.model_fields if hasattr(row, name)},
            "url": row.url if owner else None,
            "has_key": bool(row.api_key) if owner else False,
            "status_detail": row.status_detail if owner else "",
        }
    )


@router.get("", response=Page[KnowledgeModelOut])
def knowledge_model_list(request: HttpRequest) -> Page[KnowledgeModelOut]:
    """Every embedding and rerank model of the instance."""
    user = acting(request)
    return Page(items=[_model(row, user) for row in selectors.model_list()])


@router.post("", response={201: KnowledgeModelOut})
def knowledge_model_create(request: HttpRequest, body: KnowledgeModelCreate) -> Status[KnowledgeModelOut]:
    """Enter a model server, as the instance's owner."""
    user = acting(request)
    made = models.model_create(user=user, entered=models.NewModel(**body.model_dump()))
    return Status(201, _model(made, user))


@router.patch("/{uuid:knowledge_model_id}", response=KnowledgeModelOut)
def knowledge_model_change(
    request: HttpRequest, knowledge_model_id: UUID, body: KnowledgeModelChange
) -> KnowledgeModelOut:
    """Change what is given, as the instance's owner; `api_key: ""` takes the key away."""
    user = acting(request)
    changes = body.model_dump(exclude_none=True)
    return _model(models.model_change(user=user, model_id=knowledge_model_id, changes=changes), user)


@router.delete("/{uuid:knowledge_model_id}", response={204: None})
def knowledge_model_delete(request: HttpRequest, knowledge_model_id: UUID) -> Status[None]:
    """Forget a model server that no index was made with, as the instance's owner."""
    models.model_delete(user=acting(request), model_id=knowledge_model_id)
    return Status(204, None)


@router.post("/{uuid:knowledge_model_id}/check", response=KnowledgeModelOut)
def knowledge_model_check(request: HttpRequest, knowledge_model_id: UUID) -> KnowledgeModelOut:
    """Ask the model's server now."""
    user = acting(request)
    limit_use(action="knowledge-model-check", who=str(user.pk), rate=CHECKS)
    return _model(models.model_check(model_id=knowledge_model_id), user)
