"""What a run begins with: its model, its tools, and the conversation as the model shall read it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from glms.agents.config import fill_in
from glms.conversations.models import Message, MessageRole
from glms.conversations.selectors import branch_to
from glms.runs.models import Run, RunItem
from glms.serving.selectors import ModelConnection, connection_for
from glms.tools.catalogue import tools_named
from inference.messages import (
    AssistantMessage,
    Conversation,
    SystemMessage,
    ToolCall,
    ToolResult,
    UserMessage,
)
from inference.messages import (
    Message as ModelMessage,
)
from inference.tools import Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """All that the loop needs; plain values, no row."""

    conversation_id: UUID
    connection: ModelConnection
    parameters: dict[str, Any]
    tools: dict[str, Tool]
    conversation: Conversation
    max_turns: int
    wants_title: bool


def context_load(run_id: UUID) -> RunContext:
    """Read the run's version and the branch it answers. Raises AppError when the model is not to be had."""
    run = Run.objects.select_related("version", "conversation__agent", "message").get(pk=run_id)
    config = run.version.config
    model = config["model"]
    conversation = run.conversation
    branch = branch_to(conversation_id=run.conversation_id, message_id=run.message_id)
    return RunContext(
        conversation_id=conversation.pk,
        connection=connection_for(user_id=run.owner_id, model_id=model["id"]),
        parameters={key: model[key] for key in ("temperature", "top_p", "max_tokens") if model[key] is not None},
        tools=tools_named(tool["name"] for tool in config["tools"]),
        conversation=_conversation(run, config, branch),
        max_turns=config["max_turns"],
        wants_title=conversation.title_source == "auto" and not conversation.is_test and len(branch) <= 2,
    )


def _conversation(run: Run, config: dict[str, Any], branch: list[Message]) -> Conversation:
    items = _items_by_message(branch)
    messages: list[ModelMessage] = []
    if system := _system(config, run.conversation.variables):
        messages.append(SystemMessage(text=system))
    for message in branch:
        if message.role == MessageRole.USER:
            messages.append(UserMessage(text=message.text))
        else:
            messages.extend(_answer(items.get(message.pk, []), ongoing=message.pk == run.message_id))
    started = frozenset(
        item["call_id"] for item in items.get(run.message_id, []) if item["kind"] == "call" and not item["outcome"]
    )
    return Conversation(messages, started)


def _system(config: dict[str, Any], variables: dict[str, Any]) -> str:
    instructions = fill_in(config["instructions"], variables).strip()
    opening = fill_in(config["opening_statement"], variables).strip()
    parts = [instructions, f"You opened the conversation with these words: {opening}" if opening else ""]
    return "\n\n".join(part for part in parts if part)


def _items_by_message(branch: list[Message]) -> dict[UUID, list[dict[str, Any]]]:
    rows = (
        RunItem.objects.filter(run__message__in=[message.pk for message in branch])
        .order_by("run_id", "position")
        .values_list("run__message_id", "data")
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for message_id, data in rows:
        found.setdefault(message_id, []).append(data)
    return found


def _answer(items: list[dict[str, Any]], *, ongoing: bool) -> list[ModelMessage]:
    """One reply as messages. In an earlier reply, calls that never got a result are left out."""
    results = {item["call_id"]: item for item in items if item["kind"] == "call" and item["outcome"]}
    told: list[ModelMessage] = []
    for item in items:
        if item["kind"] == "call":
            if item["outcome"]:
                told.append(ToolResult(call_id=item["call_id"], name=item["name"], output=item["output"] or ""))
            continue
        calls = tuple(ToolCall(**call) for call in item["calls"] if ongoing or call["id"] in results)
        if calls or item["text"]:
            told.append(AssistantMessage(text=item["text"], reasoning=item["reasoning"], calls=calls))
    return told
