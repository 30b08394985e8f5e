"""Agents over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from glms.accounts.auth import acting
from glms.accounts.models import Role, User
from glms.agents import selectors, services
from glms.agents.config import AgentConfig, config_hash
from glms.agents.models import Agent, AgentVersion
from glms.core.http import Body, Id, Page, page
from glms.core.idempotency import idempotent
from glms.core.models import Visibility

router = Router(tags=["agents"])

VisibilityName = Literal["private", "workspace"]


class Person(Schema):
    id: UUID
    name: str


class VersionRef(Schema):
    id: UUID
    number: int | None
    content_hash: str
    notes: str
    published_at: datetime
    published_by: Person


class VersionOut(VersionRef):
    config: AgentConfig


class AgentOut(Schema):
    id: UUID
    workspace_id: UUID
    visibility: Visibility
    owner: Person
    draft: AgentConfig
    draft_revision: int
    published: VersionRef | None
    has_unpublished_changes: bool
    archived_at: datetime | None
    deleted_at: datetime | None
    created_at: datetime
    updated_at: datetime
    can_edit: bool


class AgentCreate(Body):
    draft: dict[str, Any] = {}
    workspace_id: Id | None = None
    visibility: VisibilityName = "private"


class AgentChange(Body):
    draft: dict[str, Any] | None = None
    draft_revision: int | None = None
    visibility: VisibilityName | None = None


class AgentCopy(Body):
    name: Annotated[str, Field(max_length=80)] | None = None


class AgentPublish(Body):
    notes: Annotated[str, Field(max_length=2000)] = ""


class AgentBundle(Schema):
    format: str
    format_version: int
    config: AgentConfig


class AgentFile(Body):
    """A file as somebody uploads it; the service says what is wrong with it."""

    format: Any = None
    format_version: Any = None
    config: Any = None


class AgentListQuery(Schema):
    q: Annotated[str, Field(max_length=200)] = ""
    archived: bool = False
    workspace_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: str | None = None


def _person(user: User) -> Person:
    return Person(id=user.pk, name=user.name or user.email)


def _version(version: AgentVersion) -> VersionRef:
    return VersionRef(
        id=version.pk,
        number=version.number,
        content_hash=version.content_hash,
        notes=version.notes,
        published_at=version.created_at,
        published_by=_person(version.made_by),
    )


def _agent(agent: Agent, user: User, roles: dict[UUID, Role]) -> AgentOut:
    published = agent.published
    return AgentOut(
        id=agent.pk,
        workspace_id=agent.workspace_id,
        visibility=Visibility(agent.visibility),
        owner=_person(agent.owner),
        draft=agent.draft,
        draft_revision=agent.draft_revision,
        published=_version(published) if published else None,
        has_unpublished_changes=published is None or published.content_hash != config_hash(agent.draft),
        archived_at=agent.archived_at,
        deleted_at=agent.deleted_at,
        created_at=agent.created_at,
        updated_at=agent.updated_at,
        can_edit=selectors.can_edit(user, agent, roles.get(agent.workspace_id)),
    )


def _one(request: HttpRequest, agent: Agent) -> AgentOut:
    user = acting(request)
    return _agent(agent, user, selectors.roles_of(user))


@router.get("", response=Page[AgentOut])
def agent_list(request: HttpRequest, query: Query[AgentListQuery]) -> Page[AgentOut]:
    """The agents that you may use, the last changed first."""
    user = acting(request)
    wanted = selectors.AgentFilter(text=query.q, archived=query.archived, workspace_id=query.workspace_id)
    rows = selectors.agent_list(user=user, wanted=wanted)
    found, cursor = page(rows, order=("updated_at", "id"), limit=query.limit, cursor=query.cursor)
    roles = selectors.roles_of(user)
    return Page(items=[_agent(agent, user, roles) for agent in found], next_cursor=cursor)


@router.post("", response={201: AgentOut})
@idempotent
def agent_create(request: HttpRequest, body: AgentCreate) -> Status[AgentOut]:
    """Make an agent."""
    agent = services.agent_create(
        user=acting(request), draft=body.draft, workspace_id=body.workspace_id, visibility=body.visibility
    )
    return Status(201, _one(request, agent))


@router.post("/import", response={201: AgentOut})
@idempotent
def agent_import(request: HttpRequest, body: AgentFile, workspace_id: UUID | None = None) -> Status[AgentOut]:
    """Make an agent from an exported file."""
    agent = services.agent_import(user=acting(request), bundle=body.model_dump(), workspace_id=workspace_id)
    return Status(201, _one(request, agent))


@router.get("/{uuid:agent_id}", response=AgentOut)
def agent_get(request: HttpRequest, agent_id: UUID) -> AgentOut:
    """One agent."""
    return _one(request, selectors.agent_get(user=acting(request), agent_id=agent_id))


@router.patch("/{uuid:agent_id}", response=AgentOut)
def agent_update(request: HttpRequest, agent_id: UUID, body: AgentChange) -> AgentOut:
    """Change the draft or who sees the agent."""
    agent = services.agent_update(
        user=acting(request),
        agent_id=agent_id,
        draft=body.draft,
        draft_revision=body.draft_revision,
        visibility=body.visibility,
    )
    return _one(request, agent)


@router.delete("/{uuid:agent_id}", response={204: None})
def agent_delete(request: HttpRequest, agent_id: UUID) -> Status[None]:
    """Delete an agent; `restore` undoes it."""
    services.agent_delete(user=acting(request), agent_id=agent_id)
    return Status(204, None)


@router.post("/{uuid:agent_id}/restore", response=AgentOut)
def agent_restore(request: HttpRequest, agent_id: UUID) -> AgentOut:
    """Undo the deletion."""
    return _one(request, services.agent_restore(user=acting(request), agent_id=agent_id))


@router.post("/{uuid:agent_id}/archive", response=AgentOut)
def agent_archive(request: HttpRequest, agent_id: UUID) -> AgentOut:
    """Put the agent away."""
    return _one(request, services.agent_archive(user=acting(request), agent_id=agent_id, archived=True))


@router.post("/{uuid:agent_id}/unarchive", response=AgentOut)
def agent_unarchive(request: HttpRequest, agent_id: UUID) -> AgentOut:
    """Take the agent back."""
    return _one(request, services.agent_archive(user=acting(request), agent_id=agent_id, archived=False))


@router.post("/{uuid:agent_id}/duplicate", response={201: AgentOut})
@idempotent
def agent_duplicate(request: HttpRequest, agent_id: UUID, body: AgentCopy | None = None) -> Status[AgentOut]:
    """A private copy of your own."""
    agent = services.agent_duplicate(user=acting(request), agent_id=agent_id, name=body.name if body else None)
    return Status(201, _one(request, agent))


@router.post("/{uuid:agent_id}/publish", response=AgentOut)
def agent_publish(request: HttpRequest, agent_id: UUID, body: AgentPublish) -> AgentOut:
    """Make the draft the version that everybody talks to."""
    return _one(request, services.agent_publish(user=acting(request), agent_id=agent_id, notes=body.notes))


@router.get("/{uuid:agent_id}/versions", response=Page[VersionRef])
def version_list(
    request: HttpRequest,
    agent_id: UUID,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: str | None = None,
) -> Page[VersionRef]:
    """The published versions, the newest first."""
    rows = selectors.version_list(user=acting(request), agent_id=agent_id)
    found, following = page(rows, order=("created_at", "id"), limit=limit, cursor=cursor)
    return Page(items=[_version(version) for version in found], next_cursor=following)


@router.get("/{uuid:agent_id}/versions/{int:number}", response=VersionOut)
def version_get(request: HttpRequest, agent_id: UUID, number: int) -> VersionOut:
    """One published version with its config."""
    version = selectors.version_get(user=acting(request), agent_id=agent_id, number=number)
    return VersionOut(**_version(version).model_dump(), config=version.config)


@router.post("/{uuid:agent_id}/versions/{int:number}/revert", response=AgentOut)
def agent_revert(request: HttpRequest, agent_id: UUID, number: int) -> AgentOut:
    """Copy a published version into the draft."""
    return _one(request, services.agent_revert(user=acting(request), agent_id=agent_id, number=number))


@router.get("/{uuid:agent_id}/export", response=AgentBundle)
def agent_export(request: HttpRequest, agent_id: UUID) -> dict[str, Any]:
    """The agent as one JSON file."""
    return services.agent_export(user=acting(request), agent_id=agent_id)
