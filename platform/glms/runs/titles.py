"""A conversation's title, made by the model from its first exchange."""

import asyncio
from uuid import UUID

import aiohttp
import structlog

from glms.conversations.models import TitleSource
from glms.conversations.services import title_set
from glms.core.errors import AppError
from glms.runs.models import Run, RunStatus
from glms.serving.selectors import ModelConnection, connection_for
from inference.chat import complete
from inference.errors import InferenceError
from inference.messages import Message, SystemMessage, UserMessage
from inference.models import model_for
from inference.streaming import Endpoint

log = structlog.get_logger(__name__)

ASK = (
    "Write a title of at most six words for this conversation, in its language. "
    "Answer with the title alone, without quotes.\n\nUser: {question}\n\nAssistant: {answer}\n\nTitle:"
)
LONGEST = 60


def title_make(conversation_id: UUID) -> None:
    """Give the conversation a title, unless its user did. What the model says is taken only when it can be one."""
    run = (
        Run.objects.filter(conversation_id=conversation_id, status=RunStatus.FINISHED)
        .select_related("message__parent", "version")
        .order_by("id")
        .first()
    )
    if run is None:
        return
    question, answer = run.message.parent.text[:800], run.message.text[:800]
    try:
        connection = connection_for(user_id=run.owner_id, model_id=run.version.config["model"]["id"])
        said = asyncio.run(_ask(connection, ASK.format(question=question, answer=answer)))
    except (AppError, InferenceError, TimeoutError) as error:
        log.info("no_title", reason=type(error).__name__)
        return
    if title := tidy(said):
        title_set(conversation_id=conversation_id, title=title, source=TitleSource.MODEL)


def tidy(said: str) -> str:
    """The title in what a model said, empty when it is none."""
    lines = [line.strip() for line in said.strip().splitlines() if line.strip()]
    title = lines[0].removeprefix("Title:").strip(" \t\"'“”‘’「」《》*#.。:：") if lines else ""
    return title if 0 < len(title) <= LONGEST else ""


async def _ask(connection: ModelConnection, prompt: str) -> str:
    endpoint = Endpoint(url=connection.url, model=connection.model, key=connection.key, silence=30)
    messages: list[Message] = [SystemMessage(text="You name conversations."), UserMessage(text=prompt)]
    async with aiohttp.ClientSession(trust_env=False) as session, asyncio.timeout(60):
        parameters = {"max_tokens": 24, "temperature": 0.2}
        model = model_for(session, endpoint, dialect=connection.dialect, parameters=parameters)
        return await complete(model, messages)
