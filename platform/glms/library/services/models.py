"""What the instance's owner changes about embedding and rerank models."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from glms.accounts.models import User
from glms.accounts.services.people import require_instance_owner
from glms.core.errors import Conflict
from glms.core.secrets import encrypt
from glms.library.encoding import model_try
from glms.library.models import Index, KnowledgeModel
from glms.library.selectors import model_get
from glms.serving.services import checked_url

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class NewModel:
    name: str
    kind: str
    url: str
    model: str
    api_key: str | None = field(repr=False, default=None)


def model_create(*, user: User, entered: NewModel) -> KnowledgeModel:
    """Raises Forbidden for all but the instance's owner, InvalidRequest for a bad URL, Conflict for a taken name."""
    require_instance_owner(user)
    row = KnowledgeModel(name=entered.name, kind=entered.kind, url=checked_url(entered.url), model=entered.model)
    _set_key(row, entered.api_key)
    _save(row)
    log.info("knowledge_model_created", model=str(row.pk))
    return row


def model_change(*, user: User, model_id: UUID, changes: dict[str, Any]) -> KnowledgeModel:
    """Change what is given; `api_key: ""` takes the key away, and so does another server without a new key.

    Raises Forbidden, NotFound, InvalidRequest, Conflict; `in_use` when an index was made with the model's old name.
    """
    require_instance_owner(user)
    row = model_get(model_id=model_id)
    if changes.get("model", row.model) != row.model:
        _require_unused(row)
        row.dimension = None
    if "url" in changes:
        url = checked_url(changes["url"])
        if urlsplit(url).netloc != urlsplit(row.url).netloc:
            _set_key(row, None)  # a key is never sent to another server than the one it was entered for
        row.url = url
    if "api_key" in changes:
        _set_key(row, changes["api_key"])
    for name in changes.keys() & {"name", "model"}:
        setattr(row, name, changes[name])
    row.status, row.status_detail = "unknown", ""
    _save(row)
    log.info("knowledge_model_changed", model=str(row.pk), changed=sorted(changes))
    return row


@transaction.atomic
def model_delete(*, user: User, model_id: UUID) -> None:
    """Raises Forbidden for all but the instance's owner, NotFound, Conflict (`in_use`)."""
    require_instance_owner(user)
    row = model_get(model_id=model_id)
    KnowledgeModel.objects.select_for_update().get(pk=row.pk)
    _require_unused(row)
    row.delete()
    log.info("knowledge_model_deleted", model=str(model_id))


def model_check(*, model_id: UUID) -> KnowledgeModel:
    """Ask the model's server now. Raises NotFound."""
    row = model_get(model_id=model_id)
    tried = model_try(row)
    row.status, row.status_detail, row.checked_at = tried.status, tried.detail[:300], timezone.now()
    changed = ["status", "status_detail", "checked_at", "updated_at"]
    if tried.dimension is not None and row.dimension != tried.dimension and not row.indexes.exists():
        row.dimension = tried.dimension
        changed.append("dimension")
    row.save(update_fields=changed)
    return row


def _require_unused(row: KnowledgeModel) -> None:
    if Index.objects.filter(endpoint=row).exists():
        raise Conflict("Indexes were made with this model; its vectors cannot be mixed with another's.", code="in_use")


def _set_key(row: KnowledgeModel, key: str | None) -> None:
    row.api_key = encrypt(key, binding=row.binding) if key else None


def _save(row: KnowledgeModel) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("There is a model of this name.", code="name_taken", param="name") from error
