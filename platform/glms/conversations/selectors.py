"""Which conversations and messages a user may see."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from glms.accounts.models import User
from glms.conversations.models import Conversation, Message
from glms.core.errors import NotFound

SNIPPET_BEFORE = 40
SNIPPET_LENGTH = 160

BRANCH = """
WITH RECURSIVE branch AS (
    SELECT message.*, 0 AS depth FROM conversations_message message
    WHERE message.id = %s AND message.conversation_id = %s
    UNION ALL
    SELECT parent.*, branch.depth + 1 FROM conversations_message parent JOIN branch ON parent.id = branch.parent_id
)
SELECT * FROM branch ORDER BY depth
"""


@dataclass(frozen=True, kw_only=True)
class ConversationFilter:
    """What to list. text: words to look for in titles and messages, any script."""

    text: str = ""
    agent_id: UUID | None = None
    test: bool = False


def conversation_list(*, user: User, wanted: ConversationFilter) -> QuerySet[Conversation]:
    """The user's own conversations, deleted ones left out."""
    rows = Conversation.objects.for_user(user).filter(deleted_at=None, is_test=wanted.test)
    if wanted.agent_id:
        rows = rows.filter(agent_id=wanted.agent_id)
    if wanted.text:
        said = Message.objects.filter(conversation__owner=user, text__icontains=wanted.text)
        rows = rows.filter(Q(title__icontains=wanted.text) | Q(pk__in=said.values("conversation_id")))
    return rows.select_related("agent__published")


def conversation_get(*, user: User, conversation_id: UUID, with_deleted: bool = False) -> Conversation:
    """Raises NotFound."""
    rows = Conversation.objects.for_user(user).select_related("agent__published")
    if not with_deleted:
        rows = rows.filter(deleted_at=None)
    found = rows.filter(pk=conversation_id).first()
    if found is None:
        raise NotFound("There is no such conversation.")
    return found


def snippets(conversations: list[Conversation], text: str) -> dict[UUID, str]:
    """For each conversation the words around the newest hit, plain text."""
    hits = (
        Message.objects.filter(conversation__in=[row.pk for row in conversations], text__icontains=text)
        .annotate(rank=Window(RowNumber(), partition_by=F("conversation_id"), order_by=F("created_at").desc()))
        .filter(rank=1)
        .values_list("conversation_id", "text")
    )
    return {conversation_id: snippet(found, text) for conversation_id, found in hits}


def snippet(text: str, wanted: str) -> str:
    """About 160 characters of `text` around the first `wanted`, on one line."""
    at = max(text.lower().find(wanted.lower()), 0)
    begin = max(at - SNIPPET_BEFORE, 0)
    part = " ".join(text[begin : begin + SNIPPET_LENGTH].split())
    return ("…" if begin else "") + part + ("…" if begin + SNIPPET_LENGTH < len(text) else "")


def branch_to(*, conversation_id: UUID, message_id: UUID | None) -> list[Message]:
    """The messages from the root down to this one. Empty for None."""
    if message_id is None:
        return []
    found = list(Message.objects.raw(BRANCH, [message_id, conversation_id]))
    return found[::-1]


def siblings_of(messages: list[Message], conversation_id: UUID) -> dict[UUID | None, list[UUID]]:
    """For each parent of `messages` its children, in the order in which they were made."""
    parents = {message.parent_id for message in messages}
    ids = [parent for parent in parents if parent]
    of_parent = Q(parent__in=ids) | Q(parent=None) if None in parents else Q(parent__in=ids)
    rows = Message.objects.filter(of_parent, conversation_id=conversation_id).order_by("id")
    found: dict[UUID | None, list[UUID]] = {}
    for message_id, parent_id in rows.values_list("id", "parent_id"):
        found.setdefault(parent_id, []).append(message_id)
    return found


def newest_leaf_under(*, conversation_id: UUID, message_id: UUID) -> UUID:
    """The last leaf that was made below this message; itself when it has no answer. Raises NotFound."""
    message = Message.objects.filter(conversation_id=conversation_id, pk=message_id).first()
    if message is None:
        raise NotFound("There is no such message.")
    leaf: UUID = message.pk
    while child := Message.objects.filter(parent_id=leaf).order_by("-id").values_list("id", flat=True).first():
        leaf = child
    return leaf
