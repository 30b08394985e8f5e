"""What clients read of the library."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, Q, Sum
from ninja import Schema

from glms.accounts.models import User
from glms.core.models import Visibility
from glms.library.models import (
    Chunk,
    Document,
    DocumentState,
    Index,
    IndexStatus,
    KnowledgeBase,
    PlacementState,
    Store,
)
from glms.library.models.documents import WORKING
from glms.library.selectors import can_edit, roles_of
from glms.library.shapes import FieldType, SearchMode


class Person(Schema):
    id: UUID
    name: str


class ErrorOut(Schema):
    code: str
    message: str


class FieldOut(Schema):
    name: str
    type: FieldType


class ChunkingOut(Schema):
    mode: Literal["structure", "parent_child", "qa", "separators"]
    size: int
    overlap: int
    parent_size: int
    separators: list[str]


class RetrievalOut(Schema):
    mode: SearchMode
    top_k: int
    threshold: float | None
    rerank: bool
    rewrite: bool
    token_budget: int


class EmbeddingOut(Schema):
    source: Literal["bundled", "endpoint"]
    endpoint_id: UUID | None
    model: str
    dimension: int | None


class IndexOut(Schema):
    id: UUID
    status: IndexStatus
    store: Store
    chunking: ChunkingOut
    embedding: EmbeddingOut
    documents_done: int
    documents_total: int
    documents_failed: int
    chunks: int
    created_at: datetime
    error: ErrorOut | None


class CountsOut(Schema):
    documents: int
    working: int
    ready: int
    failed: int
    chunks: int


class BaseOut(Schema):
    id: UUID
    workspace_id: UUID
    visibility: Visibility
    owner: Person
    name: str
    description: str
    retrieval: RetrievalOut
    fields: list[FieldOut]
    caption_model_id: UUID | None
    active_index: IndexOut
    building_index: IndexOut | None
    counts: CountsOut
    created_at: datetime
    updated_at: datetime
    can_edit: bool


class DocumentOut(Schema):
    id: UUID
    knowledge_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    source_url: str | None
    site_id: UUID | None
    origin: Literal["file", "text", "site", "corrections"]
    state: Literal["received", "parsing", "embedding", "ready", "failed", "cancelled"]
    progress: float
    error: ErrorOut | None
    warnings: list[str]
    pages: int | None
    chunks: int
    characters: int
    metadata: dict[str, Any]
    enabled: bool
    created_at: datetime
    updated_at: datetime


class PieceOut(Schema):
    """A chunk that is not kept. `parent`: the position of its parent."""

    position: float
    text: str
    question: str
    start: int
    end: int
    page: int | None
    boxes: list[list[float]]
    headings: list[str]
    kind: str
    tokens: int
    parent: int | None
    is_parent: bool


class ChunkOut(PieceOut):
    """`parent`: its id."""

    id: int
    document_id: UUID
    enabled: bool
    edited: bool
    added: bool


def indexes_out(indexes: Sequence[Index]) -> list[IndexOut]:
    """Indexes with how far their documents are."""
    counted = {
        row.pk: row
        for row in Index.objects.filter(pk__in=[index.pk for index in indexes]).annotate(
            total=Count("placements"),
            done=Count("placements", filter=~Q(placements__state=PlacementState.WAITING)),
            failed=Count("placements", filter=Q(placements__state=PlacementState.FAILED)),
        )
    }
    chunks = _chunks_of(indexes)
    return [_index(index, counted[index.pk], chunks.get(index.pk, 0)) for index in indexes]


def _chunks_of(indexes: Sequence[Index]) -> dict[UUID, int]:
    rows = Index.objects.filter(pk__in=[index.pk for index in indexes]).annotate(total=Sum("placements__chunks"))
    return {row.pk: row.total or 0 for row in rows}


def _index(index: Index, counted: Any, chunks: int) -> IndexOut:
    return IndexOut(
        id=index.pk,
        status=IndexStatus(index.status),
        store=Store(index.store),
        chunking=ChunkingOut(**index.chunking),
        embedding=EmbeddingOut(
            source="endpoint" if index.endpoint_id else "bundled",
            endpoint_id=index.endpoint_id,
            model=index.model,
            dimension=index.dimension,
        ),
        documents_done=counted.done,
        documents_total=counted.total,
        documents_failed=counted.failed,
        chunks=chunks,
        created_at=index.created_at,
        error=ErrorOut(**index.error) if index.error else None,
    )


def bases_out(user: User, bases: Sequence[KnowledgeBase]) -> list[BaseOut]:
    """Bases with their indexes and counts; some queries for all of them together."""
    roles = roles_of(user)
    shown: dict[UUID, list[IndexOut]] = {}
    rows = list(Index.objects.filter(base__in=[base.pk for base in bases]).order_by("-id"))
    for row, out in zip(rows, indexes_out(rows), strict=True):
        shown.setdefault(row.base_id, []).append(out)
    counts = _counts(bases)
    return [
        _base(base, shown.get(base.pk, []), counts.get(base.pk, {}), editable=can_edit(roles.get(base.workspace_id)))
        for base in bases
    ]


def _counts(bases: Sequence[KnowledgeBase]) -> dict[UUID, dict[str, int]]:
    counted: dict[UUID, dict[str, int]] = {}
    rows = Document.objects.filter(base__in=[base.pk for base in bases]).values("base", "state")
    for row in rows.annotate(count=Count("id")):
        counted.setdefault(row["base"], {})[row["state"]] = row["count"]
    return counted


def _base(base: KnowledgeBase, indexes: Sequence[IndexOut], states: dict[str, int], *, editable: bool) -> BaseOut:
    active = next(index for index in indexes if index.id == base.active_id)
    others = (index for index in indexes if index.status in {"building", "failed"})
    return BaseOut(
        id=base.pk,
        workspace_id=base.workspace_id,
        visibility=Visibility(base.visibility),
        owner=Person(id=base.owner_id, name=base.owner.name or base.owner.email),
        name=base.name,
        description=base.description,
        retrieval=RetrievalOut(**base.retrieval),
        fields=[FieldOut(**field) for field in base.fields],
        caption_model_id=base.caption_model_id,
        active_index=active,
        building_index=next(others, None),
        counts=CountsOut(
            documents=sum(states.values()),
            working=sum(states.get(state, 0) for state in WORKING),
            ready=states.get(DocumentState.READY, 0),
            failed=states.get(DocumentState.FAILED, 0),
            chunks=active.chunks,
        ),
        created_at=base.created_at,
        updated_at=base.updated_at,
        can_edit=editable,
    )


def document_out(document: Document) -> DocumentOut:
    shown = {name: getattr(document, name) for name in DocumentOut.model_fields if hasattr(document, name)}
    return DocumentOut(
        **{
            **shown,
            "knowledge_id": document.base_id,
            "source_url": document.source_url or None,
            "error": ErrorOut(**document.error) if document.error else None,
        }
    )


def piece_out(row: Chunk, parent: int | None) -> PieceOut:
    return PieceOut(**_piece(row), parent=parent)


def chunk_out(row: Chunk) -> ChunkOut:
    return ChunkOut(
        **_piece(row),
        parent=row.parent_id,
        id=row.pk,
        document_id=row.document_id,
        enabled=row.enabled,
        edited=row.edited,
        added=row.added,
    )


def _piece(row: Chunk) -> dict[str, Any]:
    names = (
        "position", "text", "question", "start", "end", "page", "boxes", "headings", "kind", "tokens", "is_parent",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}
