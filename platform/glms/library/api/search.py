"""Searching over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from glms.accounts.auth import acting
from glms.core.http import Body, Id
from glms.core.limits import Rate, limit_use
from glms.library.passages import Passage
from glms.library.searching import MAX_BASES, MAX_QUERY, Wanted, search
from glms.library.shapes import SearchMode

router = Router(tags=["knowledge"])

SEARCHES = Rate(amount=600, seconds=60)


class SearchIn(Body):
    query: Annotated[str, Field(min_length=1, max_length=MAX_QUERY)]
    knowledge_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_BASES)]
    mode: SearchMode | None = None
    top_k: Annotated[int, Field(ge=1, le=50)] | None = None
    threshold: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)] | None = None
    rerank: bool | None = None
    filter: dict[str, Any] | None = None
    index_id: Id | None = None


class DocumentRef(Schema):
    id: UUID
    name: str
    media_type: str


class ScoresOut(Schema):
    keyword: float | None
    vector: float | None
    fused: float
    rerank: float | None


class PassageOut(Schema):
    chunk_id: int
    chunk_ids: list[int]
    knowledge_id: UUID
    document: DocumentRef
    text: str
    start: int
    end: int
    page: int | None
    boxes: list[list[float]]
    headings: list[str]
    scores: ScoresOut
    matched: list[str]
    metadata: dict[str, Any]


class MsOut(Schema):
    embed: int
    search: int
    rerank: int
    total: int


class FindingsOut(Schema):
    query: str
    passages: list[PassageOut]
    ms: MsOut
    notes: list[str]


def _passage(found: Passage) -> PassageOut:
    return PassageOut(
        chunk_id=found.chunk_id,
        chunk_ids=list(found.chunk_ids),
        knowledge_id=found.base_id,
        document=DocumentRef(id=found.document_id, name=found.name, media_type=found.media_type),
        text=found.text,
        start=found.start,
        end=found.end,
        page=found.page,
        boxes=[list(box) for box in found.boxes],
        headings=list(found.headings),
        scores=ScoresOut.model_validate(found.scores, from_attributes=True),
        matched=list(found.matched),
        metadata=found.metadata,
    )


@router.post("/knowledge/search", response=FindingsOut)
def knowledge_search(request: HttpRequest, body: SearchIn) -> FindingsOut:
    """Passages of one or several bases, the best first, with their scores."""
    user = acting(request)
    limit_use(action="knowledge-search", who=str(user.pk), rate=SEARCHES)
    given = body.model_dump(exclude={"knowledge_ids"})
    found = search(user=user, wanted=Wanted(base_ids=tuple(body.knowledge_ids), **given))
    return FindingsOut(
        query=found.query,
        passages=[_passage(one) for one in found.passages],
        ms=MsOut(**found.ms),
        notes=list(found.notes),
    )
