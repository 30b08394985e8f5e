"""Knowledge bases over HTTP."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Status

from glms.accounts.auth import acting
from glms.core.http import Body, Id, Page, PageQuery, page
from glms.core.idempotency import idempotent
from glms.core.text import Name
from glms.library import selectors
from glms.library.api.schemas import BaseOut, FieldOut, bases_out
from glms.library.models import KnowledgeBase
from glms.library.services import bases

router = Router(tags=["knowledge"])

Description = Annotated[str, Field(max_length=500)]
VisibilityName = Literal["private", "workspace"]


class BaseCreate(Body):
    name: Name
    description: Description = ""
    visibility: VisibilityName = "private"
    workspace_id: Id | None = None
    chunking: dict[str, Any] | None = None
    embedding_id: Id | None = None


class BaseChange(Body):
    name: Name | None = None
    description: Description | None = None
    visibility: VisibilityName | None = None
    retrieval: dict[str, Any] | None = None
    fields: Annotated[list[FieldOut], Field(max_length=30)] | None = None
    caption_model_id: Id | None = None


class BaseListQuery(PageQuery):
    q: Annotated[str, Field(max_length=200)] = ""
    workspace_id: UUID | None = None


def _one(request: HttpRequest, base: KnowledgeBase) -> BaseOut:
    return bases_out(acting(request), [base])[0]


@router.get("/knowledge", response=Page[BaseOut])
def knowledge_list(request: HttpRequest, query: Query[BaseListQuery]) -> Page[BaseOut]:
    """The knowledge bases that you may read, the last changed first."""
    user = acting(request)
    rows = selectors.base_list(user=user, workspace_id=query.workspace_id, text=query.q)
    found, cursor = page(rows, order=("updated_at", "id"), limit=query.limit, cursor=query.cursor)
    return Page(items=bases_out(user, found), next_cursor=cursor)


@router.post("/knowledge", response={201: BaseOut})
@idempotent
def knowledge_create(request: HttpRequest, body: BaseCreate) -> Status[BaseOut]:
    """Make a knowledge base."""
    made = bases.base_create(user=acting(request), wanted=bases.NewBase(**body.model_dump()))
    return Status(201, _one(request, made))


@router.get("/knowledge/{uuid:knowledge_id}", response=BaseOut)
def knowledge_get(request: HttpRequest, knowledge_id: UUID) -> BaseOut:
    """One knowledge base."""
    return _one(request, selectors.base_get(user=acting(request), base_id=knowledge_id))


@router.patch("/knowledge/{uuid:knowledge_id}", response=BaseOut)
def knowledge_change(request: HttpRequest, knowledge_id: UUID, body: BaseChange) -> BaseOut:
    """Change what is given; `caption_model_id: null` has pictures described no more."""
    given = body.model_dump(exclude_unset=True)
    changes = {name: value for name, value in given.items() if value is not None or name == "caption_model_id"}
    return _one(request, bases.base_change(user=acting(request), base_id=knowledge_id, changes=changes))


@router.delete("/knowledge/{uuid:knowledge_id}", response={204: None})
def knowledge_delete(request: HttpRequest, knowledge_id: UUID) -> Status[None]:
    """Delete it for good, with all that is in it: nobody finds anything of it any more."""
    bases.base_delete(user=acting(request), base_id=knowledge_id)
    return Status(204, None)
