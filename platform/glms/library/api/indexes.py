"""Indexes over HTTP."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from glms.accounts.auth import acting
from glms.core.http import Body, Id, Page
from glms.core.idempotency import idempotent
from glms.library import selectors
from glms.library.api.schemas import BaseOut, IndexOut, bases_out, indexes_out
from glms.library.services import indexes

router = Router(tags=["knowledge"])


class IndexCreate(Body):
    """What is not given is as the active index has it; `embedding_id: null` is the encoder that ships along."""

    chunking: dict[str, Any] | None = None
    embedding_id: Id | None = None


@router.get("/knowledge/{uuid:knowledge_id}/indexes", response=Page[IndexOut])
def index_list(request: HttpRequest, knowledge_id: UUID) -> Page[IndexOut]:
    """The indexes of a base, the newest first."""
    base = selectors.base_get(user=acting(request), base_id=knowledge_id)
    return Page(items=indexes_out(list(base.indexes.order_by("-id"))))


@router.post("/knowledge/{uuid:knowledge_id}/indexes", response={202: IndexOut})
@idempotent
def index_create(request: HttpRequest, knowledge_id: UUID, body: IndexCreate) -> Status[IndexOut]:
    """Build another index of all documents, beside the active one."""
    same = "embedding_id" not in body.model_fields_set
    wanted = indexes.NewIndex(chunking=body.chunking, embedding_id=body.embedding_id, same_embedding=same)
    made = indexes.index_create(user=acting(request), base_id=knowledge_id, wanted=wanted)
    return Status(202, indexes_out([made])[0])


@router.post("/indexes/{uuid:index_id}/activate", response=BaseOut)
def index_activate(request: HttpRequest, index_id: UUID) -> BaseOut:
    """Search this index from now on."""
    user = acting(request)
    return bases_out(user, [indexes.index_activate(user=user, index_id=index_id)])[0]


@router.delete("/indexes/{uuid:index_id}", response={204: None})
def index_delete(request: HttpRequest, index_id: UUID) -> Status[None]:
    """Take away an index that is not searched."""
    indexes.index_delete(user=acting(request), index_id=index_id)
    return Status(204, None)
