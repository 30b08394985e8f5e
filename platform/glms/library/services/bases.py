"""What can be done with bases: make, change, share, delete."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from glms.accounts.models import Role, User
from glms.accounts.permissions import require_role
from glms.core.errors import InvalidRequest
from glms.library.jobs import job_add
from glms.library.models import Document, Index, IndexStatus, Job, JobKind, KnowledgeBase
from glms.library.selectors import base_get, base_to_edit, base_to_manage
from glms.library.services.indexes import index_new
from glms.library.shapes import ChunkingChoice, RetrievalChoice, checked, fields_check
from glms.serving.models import ModelEndpoint

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class NewBase:
    """What its maker says of a base. embedding_id: None for the encoder that ships with the product."""

    name: str
    description: str = ""
    visibility: str = "private"
    workspace_id: UUID | None = None
    chunking: dict[str, Any] | None = None
    embedding_id: UUID | None = None


@transaction.atomic
def base_create(*, user: User, wanted: NewBase) -> KnowledgeBase:
    """A new base with an empty index. Raises InvalidRequest, NotFound, Forbidden."""
    home = wanted.workspace_id or user.default_workspace_id
    if home is None:
        raise InvalidRequest("Say in which workspace.", param="workspace_id")
    require_role(user, home, Role.EDITOR)
    chunking = checked(ChunkingChoice, wanted.chunking or {}, param="chunking")
    base = KnowledgeBase.objects.create(
        workspace_id=home,
        owner=user,
        visibility=wanted.visibility,
        name=wanted.name,
        description=wanted.description,
        retrieval=RetrievalChoice().model_dump(),
    )
    base.active = index_new(base, chunking, embedding_id=wanted.embedding_id, status=IndexStatus.ACTIVE)
    base.save(update_fields=["active"])
    log.info("base_created", base=str(base.pk))
    return base_get(user=user, base_id=base.pk)


def base_change(*, user: User, base_id: UUID, changes: dict[str, Any]) -> KnowledgeBase:
    """Change what is given. Raises InvalidRequest, NotFound, Forbidden."""
    base = base_to_edit(user=user, base_id=base_id)
    if changes.get("visibility", base.visibility) != base.visibility:
        base_to_manage(user=user, base_id=base_id)
    if "retrieval" in changes:
        changes["retrieval"] = checked(
            RetrievalChoice, {**base.retrieval, **changes["retrieval"]}, param="retrieval"
        ).model_dump()
    if changes.get("caption_model_id"):
        _sees_check(changes["caption_model_id"])
    if "fields" in changes:
        changes["fields"] = _fields(base, changes["fields"])
    for name, value in changes.items():
        setattr(base, name, value)
    base.save(update_fields=[*changes, "updated_at"])
    return base_get(user=user, base_id=base.pk)


def _sees_check(model_id: UUID) -> None:
    if not ModelEndpoint.objects.filter(pk=model_id, sees_images=True).exists():
        told = "This model does not see pictures; choose one that does."
        raise InvalidRequest(told, code="model_not_available", param="caption_model_id")


def _fields(base: KnowledgeBase, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A field keeps its type while documents have values in it: they would not be of the new one."""
    fields = fields_check(wanted)
    before = {field["name"]: field["type"] for field in base.fields}
    for field in fields:
        changed = before.get(field["name"], field["type"]) != field["type"]
        if changed and Document.objects.filter(base=base, metadata__has_key=field["name"]).exists():
            raise InvalidRequest(
                f"Documents have values in {field['name']}; clear them before it gets another type.", param="fields"
            )
    return fields


@transaction.atomic
def base_delete(*, user: User, base_id: UUID) -> None:
    """Delete it for good: nobody finds it from now on, and what it held is cleared away in the background.

    Raises NotFound, Forbidden.
    """
    base = base_to_manage(user=user, base_id=base_id)
    list(Index.objects.select_for_update().filter(base=base).order_by("pk"))
    KnowledgeBase.objects.filter(pk=base.pk).update(deleted_at=timezone.now())
    Job.objects.filter(base=base).delete()
    job_add(JobKind.PURGE, base_id=base.pk, rank=1)
    log.info("base_deleted", base=str(base.pk))
