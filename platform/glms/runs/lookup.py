"""Passages looked up for a message before the model is asked: a call of the platform's, told as one of turn 0."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp
import structlog

from glms.agents.config import AgentConfig
from glms.runs.models import Run
from glms.serving.selectors import ModelConnection
from glms.tools.builtin.knowledge import NAME, SearchKnowledge, told_as_context
from glms.tools.kit import Surroundings
from inference.calls import run_call
from inference.chat import complete
from inference.errors import InferenceError
from inference.events import CallFinished, CallStarted, Event
from inference.messages import AssistantMessage, Conversation, Message, SystemMessage, ToolCall, UserMessage
from inference.models import model_for
from inference.replay import RunState
from inference.streaming import Endpoint
from inference.tools import CallContext

log = structlog.get_logger(__name__)

CALL_ID = "lookup"
MOST_TOLD = 6
"""Earlier messages that a query is rewritten with."""
LONGEST_TOLD = 1500
LONGEST_QUERY = 400
ASIDE_SECONDS = 20.0
REWRITE = (
    "You turn the last message of a conversation into one query for a search in documents: whole, in its language, with"
    " names instead of words like “it”. Answer with the query alone, on one line."
)

Ask = Callable[[Sequence[Message]], Awaitable[str]]
"""Gives the model's plain answer. Raises InferenceError, TimeoutError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What is to be looked up for a message. rewrite: the model first makes a query of it and what was said before."""

    tool: SearchKnowledge
    message: str
    rewrite: bool


def lookup_for(run: Run, config: AgentConfig, around: Surroundings) -> Lookup | None:
    """None for agents that search by themselves, or have nothing to search."""
    if around.knowledge is None or config.knowledge.mode != "always":
        return None
    tool = SearchKnowledge(around.knowledge, around.numbers)
    return Lookup(tool=tool, message=run.message.parent.text, rewrite=around.knowledge.rewrite)


def asker(session: aiohttp.ClientSession, connection: ModelConnection) -> Ask:
    """The conversation's model, for a short answer beside it."""
    endpoint = Endpoint(url=connection.url, model=connection.model, key=connection.key, silence=ASIDE_SECONDS)
    parameters = {"max_tokens": 200, "temperature": 0}
    model = model_for(session, endpoint, dialect=connection.dialect, parameters=parameters)

    async def ask(messages: Sequence[Message]) -> str:
        async with asyncio.timeout(ASIDE_SECONDS):
            return await complete(model, messages)

    return ask


async def look_up(
    lookup: Lookup, conversation: Conversation, state: RunState, ask: Ask
) -> AsyncGenerator[Event, None]:
    """Search, and put what was found before the user's message; nothing when an earlier attempt did."""
    call = state.call(CALL_ID)
    if call is not None and call.status == "finished":
        return
    query = json.loads(call.arguments)["query"] if call else await _query(lookup, conversation, ask)
    arguments = json.dumps({"query": query}, ensure_ascii=False)
    if call is None:
        yield CallStarted(turn=0, call_id=CALL_ID, name=NAME, arguments=arguments)
    made = ToolCall(id=CALL_ID, name=NAME, arguments=arguments)
    context = CallContext(key=CALL_ID)
    done = await run_call(lookup.tool, made, interrupted=False, decided=None, context=context)
    if done.outcome == "done":
        _give(conversation, done)
    yield done


def _give(conversation: Conversation, done: CallFinished) -> None:
    for index in range(len(conversation.messages) - 1, -1, -1):
        message = conversation.messages[index]
        if isinstance(message, UserMessage):
            conversation.messages[index] = UserMessage(text=told_as_context(done.output, message.text))
            break
    conversation.given.extend(done.sources)


async def _query(lookup: Lookup, conversation: Conversation, ask: Ask) -> str:
    """The message, or what the model makes of it with what was said before."""
    spoken = [one for one in conversation.messages if isinstance(one, UserMessage | AssistantMessage) and one.text]
    if not lookup.rewrite or len(spoken) < 2:
        return lookup.message
    lines = [f"{_who(one)}: {one.text[:LONGEST_TOLD]}" for one in spoken[-MOST_TOLD - 1 : -1]]
    asked = f"{chr(10).join(lines)}\n\nThe last message: {lookup.message}\n\nQuery:"
    try:
        said = await ask([SystemMessage(text=REWRITE), UserMessage(text=asked)])
    except (InferenceError, TimeoutError) as error:
        log.info("query_not_rewritten", reason=type(error).__name__)
        return lookup.message
    first = next((line.strip() for line in said.splitlines() if line.strip()), "")
    query = first.removeprefix("Query:").strip(" \"'“”「」")
    return query if 0 < len(query) <= LONGEST_QUERY else lookup.message


def _who(message: Message) -> str:
    return "User" if isinstance(message, UserMessage) else "Assistant"
