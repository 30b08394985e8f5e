"""Conversations over HTTP; their messages and runs are in `runs.api`."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from glms.accounts.auth import acting
from glms.agents.config import Avatar, Variable, fill_in
from glms.conversations import selectors, services
from glms.conversations.models import Conversation
from glms.core.http import Body, Id, Page, page
from glms.core.idempotency import idempotent

router = Router(tags=["conversations"])


class AgentSummary(Schema):
    id: UUID
    name: str
    avatar: Avatar
    opening_statement: str
    starter_questions: list[str]
    variables: list[Variable]


class ConversationOut(Schema):
    id: UUID
    workspace_id: UUID
    agent: AgentSummary
    title: str
    title_source: str
    is_test: bool
    variables: dict[str, Any]
    head_message_id: UUID | None
    active_run_id: UUID | None
    revision: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    snippet: str | None = None


class ConversationCreate(Body):
    agent_id: Id
    test: bool = False
    variables: dict[str, Any] = {}


class ConversationChange(Body):
    title: str | None = None
    head_message_id: Id | None = None
    variables: dict[str, Any] | None = None


class ConversationListQuery(Schema):
    q: Annotated[str, Field(max_length=200)] = ""
    agent_id: UUID | None = None
    test: bool = False
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: str | None = None


def conversation_out(conversation: Conversation, snippet: str | None = None) -> ConversationOut:
    """What a client reads of a conversation."""
    agent = conversation.agent
    config = agent.draft if conversation.is_test or agent.published is None else agent.published.config
    active = conversation.runs.filter(status__in=("queued", "running", "waiting")).values_list("id", flat=True).first()
    return ConversationOut(
        id=conversation.pk,
        workspace_id=conversation.workspace_id,
        agent=AgentSummary(
            id=agent.pk,
            name=config["name"],
            avatar=config["avatar"],
            opening_statement=fill_in(config["opening_statement"], conversation.variables),
            starter_questions=config["starter_questions"],
            variables=config["variables"],
        ),
        title=conversation.title,
        title_source=conversation.title_source,
        is_test=conversation.is_test,
        variables=conversation.variables,
        head_message_id=conversation.head_id,
        active_run_id=active,
        revision=conversation.revision,
        created_at=conversation.created_at,
        updated_at=conversation.updated_at,
        deleted_at=conversation.deleted_at,
        snippet=snippet,
    )


@router.get("", response=Page[ConversationOut])
def conversation_list(request: HttpRequest, query: Query[ConversationListQuery]) -> Page[ConversationOut]:
    """Your conversations, the last used first; with `q` those in whose title or messages it stands."""
    wanted = selectors.ConversationFilter(text=query.q.strip(), agent_id=query.agent_id, test=query.test)
    rows = selectors.conversation_list(user=acting(request), wanted=wanted)
    found, cursor = page(rows, order=("updated_at", "id"), limit=query.limit, cursor=query.cursor)
    around = selectors.snippets(found, wanted.text) if wanted.text else {}
    return Page(items=[conversation_out(row, around.get(row.pk)) for row in found], next_cursor=cursor)


@router.post("", response={201: ConversationOut})
@idempotent
def conversation_create(request: HttpRequest, body: ConversationCreate) -> Status[ConversationOut]:
    """Begin a conversation with an agent."""
    made = services.conversation_create(
        user=acting(request), agent_id=body.agent_id, test=body.test, variables=body.variables
    )
    return Status(201, conversation_out(made))


@router.get("/{uuid:conversation_id}", response=ConversationOut)
def conversation_get(request: HttpRequest, conversation_id: UUID) -> ConversationOut:
    """One conversation."""
    return conversation_out(selectors.conversation_get(user=acting(request), conversation_id=conversation_id))


@router.patch("/{uuid:conversation_id}", response=ConversationOut)
def conversation_update(request: HttpRequest, conversation_id: UUID, body: ConversationChange) -> ConversationOut:
    """Rename it, fill in variables, or choose the branch to show."""
    changes = {key: value for key, value in body.model_dump(exclude_unset=True).items() if value is not None}
    changed = services.conversation_update(user=acting(request), conversation_id=conversation_id, changes=changes)
    return conversation_out(changed)


@router.delete("/{uuid:conversation_id}", response={204: None})
def conversation_delete(request: HttpRequest, conversation_id: UUID) -> Status[None]:
    """Delete it; `restore` undoes it."""
    services.conversation_delete(user=acting(request), conversation_id=conversation_id)
    return Status(204, None)


@router.post("/{uuid:conversation_id}/restore", response=ConversationOut)
def conversation_restore(request: HttpRequest, conversation_id: UUID) -> ConversationOut:
    """Undo the deletion."""
    restored = services.conversation_restore(user=acting(request), conversation_id=conversation_id)
    return conversation_out(restored)
