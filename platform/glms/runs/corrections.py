"""From an answer that was wrong: what is right goes into a knowledge base, or among its test questions."""

from uuid import UUID

from glms.accounts.models import User
from glms.conversations.models import Message, MessageRole
from glms.core.errors import NotFound
from glms.library.services.corrections import Corrected, Correction, correction_add


def message_correct(*, user: User, message_id: UUID, base_id: UUID, correction: Correction) -> Corrected:
    """Raises NotFound, unless it is a reply in a conversation of the user's own; Forbidden, InvalidRequest."""
    replies = Message.objects.filter(role=MessageRole.ASSISTANT, conversation__owner=user)
    mine = replies.filter(conversation__workspace__memberships__user=user, conversation__deleted_at=None)
    if not mine.filter(pk=message_id).exists():
        raise NotFound("There is no such answer.")
    return correction_add(user=user, base_id=base_id, correction=correction)
