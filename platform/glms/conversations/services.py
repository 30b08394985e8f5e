"""What can be done to conversations apart from answering: begin, rename, choose a branch, put away."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from glms.accounts.models import User
from glms.agents.config import variables_check
from glms.agents.models import AgentVersion
from glms.agents.selectors import agent_get
from glms.agents.services import version_for_run
from glms.conversations.models import Conversation, Message, TitleSource
from glms.conversations.selectors import conversation_get, newest_leaf_under
from glms.core.errors import InvalidRequest, NotFound
from glms.core.wire import announce

MAX_TITLE = 120


def conversation_create(*, user: User, agent_id: UUID, test: bool, variables: dict[str, Any]) -> Conversation:
    """Begin a conversation with an agent. `test` talks to the draft. Raises NotFound, InvalidRequest, Forbidden."""
    agent = agent_get(user=user, agent_id=agent_id)
    version = version_for_run(user=user, agent=agent, draft=test)
    made = Conversation.objects.create(
        workspace_id=agent.workspace_id,
        owner=user,
        agent=agent,
        is_test=test,
        variables=variables_check(version.config, variables) if variables else {},
    )
    return conversation_get(user=user, conversation_id=made.pk)


def version_of(*, user: User, conversation: Conversation) -> AgentVersion:
    """The version that answers next. Raises NotFound when the agent is gone or no longer the user's to see."""
    agent = agent_get(user=user, agent_id=conversation.agent_id)
    return version_for_run(user=user, agent=agent, draft=conversation.is_test)


def conversation_locked(*, user: User, conversation_id: UUID, with_deleted: bool = False) -> Conversation:
    """The conversation, nobody else's to change until the transaction ends. Raises NotFound."""
    rows = Conversation.objects.for_user(user).select_related("agent__published").select_for_update(of=("self",))
    found = rows.filter(pk=conversation_id).first()
    if found is None or (found.deleted_at and not with_deleted):
        raise NotFound("There is no such conversation.")
    return found


@transaction.atomic
def conversation_update(*, user: User, conversation_id: UUID, changes: dict[str, Any]) -> Conversation:
    """Change `title`, `variables` or the branch shown (`head_message_id`), those that are given."""
    conversation = conversation_locked(user=user, conversation_id=conversation_id)
    fields: dict[str, Any] = {}
    if "title" in changes:
        fields |= {"title": _title(changes["title"]), "title_source": TitleSource.USER}
    if "variables" in changes:
        config = version_of(user=user, conversation=conversation).config
        fields["variables"] = variables_check(config, changes["variables"])
    if "head_message_id" in changes:
        fields["head_id"] = newest_leaf_under(conversation_id=conversation.pk, message_id=changes["head_message_id"])
    if fields:
        touch(conversation, **fields)
    return conversation_get(user=user, conversation_id=conversation_id)


def touch(conversation: Conversation, **fields: Any) -> None:
    """Change columns of a locked conversation and, after commit, tell every window that shows it."""
    conversation_id, revision = conversation.pk, conversation.revision + 1
    Conversation.objects.filter(pk=conversation_id).update(**fields, revision=revision, updated_at=timezone.now())
    conversation.revision = revision
    transaction.on_commit(lambda: announce(conversation_id, revision))


def title_set(*, conversation_id: UUID, title: str, source: str) -> None:
    """A title that was not made by the user; theirs stays, the order of the list too."""
    changed = Conversation.objects.filter(pk=conversation_id).exclude(title_source=TitleSource.USER)
    if changed.update(title=title[:MAX_TITLE], title_source=source, revision=F("revision") + 1):
        announce(conversation_id, Conversation.objects.values_list("revision", flat=True).get(pk=conversation_id))


def title_from(text: str) -> str:
    """A title to begin with: the first words of the first message."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59].rstrip() + "…"


def _title(title: str) -> str:
    clean = " ".join(title.split())
    if not clean or len(clean) > MAX_TITLE:
        raise InvalidRequest(f"A title has 1 to {MAX_TITLE} characters.", param="title")
    return clean


@transaction.atomic
def conversation_delete(*, user: User, conversation_id: UUID) -> None:
    """Delete the conversation so that it can be restored."""
    touch(conversation_locked(user=user, conversation_id=conversation_id), deleted_at=timezone.now())


@transaction.atomic
def conversation_restore(*, user: User, conversation_id: UUID) -> Conversation:
    """Undo a deletion."""
    gone = conversation_locked(user=user, conversation_id=conversation_id, with_deleted=True)
    touch(gone, deleted_at=None)
    return conversation_get(user=user, conversation_id=conversation_id)


def message_add(*, conversation: Conversation, parent_id: UUID | None, role: str, text: str) -> Message:
    """One more node of the tree."""
    return Message.objects.create(
        workspace_id=conversation.workspace_id, conversation=conversation, parent_id=parent_id, role=role, text=text
    )
