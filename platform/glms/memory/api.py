"""Memories over HTTP: their user reads, corrects and deletes them."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from glms.accounts.auth import acting
from glms.core.http import Body, Page, PageQuery, page
from glms.memory import selectors, services
from glms.memory.models import Fact

router = Router(tags=["memory"])


class AgentName(Schema):
    id: UUID
    name: str


class MemoryOut(Schema):
    id: UUID
    agent: AgentName
    text: str
    created_at: datetime
    updated_at: datetime


class MemoryChange(Body):
    text: str


class MemoryListQuery(PageQuery):
    agent_id: UUID | None = None


def _memory(fact: Fact) -> MemoryOut:
    return MemoryOut(
        id=fact.pk,
        agent=AgentName(id=fact.agent_id, name=fact.agent.name),
        text=fact.text,
        created_at=fact.created_at,
        updated_at=fact.updated_at,
    )


@router.get("", response=Page[MemoryOut])
def memory_list(request: HttpRequest, query: Query[MemoryListQuery]) -> Page[MemoryOut]:
    """What agents remember about you, the newest first."""
    rows = selectors.fact_list(user=acting(request), agent_id=query.agent_id)
    found, cursor = page(rows, order=("created_at", "id"), limit=query.limit, cursor=query.cursor)
    return Page(items=[_memory(row) for row in found], next_cursor=cursor)


@router.patch("/{uuid:memory_id}", response=MemoryOut)
def memory_change(request: HttpRequest, memory_id: UUID, body: MemoryChange) -> MemoryOut:
    """Correct one."""
    return _memory(services.fact_change(user=acting(request), fact_id=memory_id, text=body.text))


@router.delete("/{uuid:memory_id}", response={204: None})
def memory_delete(request: HttpRequest, memory_id: UUID) -> Status[None]:
    """Delete one."""
    services.fact_delete(user=acting(request), fact_id=memory_id)
    return Status(204, None)


@router.delete("", response={204: None})
def memory_clear(request: HttpRequest, agent_id: UUID | None = None) -> Status[None]:
    """Delete all, or all of one agent."""
    services.facts_delete(user=acting(request), agent_id=agent_id)
    return Status(204, None)
