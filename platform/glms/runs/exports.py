"""A conversation as a file: Markdown for people, JSON for programs."""

from typing import Any, Literal

import orjson

from glms.conversations.models import Conversation, Message, MessageRole
from glms.conversations.selectors import branch_to
from glms.runs.models import Run
from glms.runs.selectors import states_of


def conversation_file(conversation: Conversation, kind: Literal["markdown", "json"]) -> tuple[str, str, str]:
    """The branch shown as (text, media type, file name)."""
    branch = branch_to(conversation_id=conversation.pk, message_id=conversation.head_id)
    rows = list(Run.objects.filter(message__in=[message.pk for message in branch]).select_related("version"))
    states = states_of(rows)
    runs = {run.message_id: (run, states[run.pk]) for run in rows}
    if kind == "json":
        return _as_json(conversation, branch, runs), "application/json", "conversation.json"
    return _as_markdown(conversation, branch, runs), "text/markdown", "conversation.md"


Runs = dict[Any, tuple[Run, dict[str, Any]]]


def _as_json(conversation: Conversation, branch: list[Message], runs: Runs) -> str:
    messages = []
    for message in branch:
        told: dict[str, Any] = {"role": message.role, "text": message.text, "created_at": message.created_at}
        if message.pk in runs:
            run, state = runs[message.pk]
            told |= {"text": _said(state), "model": run.model, "agent_version": run.version.number, **state}
        messages.append(told)
    whole = {
        "format": "glms.conversation",
        "format_version": 1,
        "title": conversation.title,
        "agent": conversation.agent.name,
        "created_at": conversation.created_at,
        "variables": conversation.variables,
        "messages": messages,
    }
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode()


def _as_markdown(conversation: Conversation, branch: list[Message], runs: Runs) -> str:
    parts = [f"# {conversation.title or conversation.agent.name}", f"*{conversation.created_at:%Y-%m-%d %H:%M} UTC*"]
    for message in branch:
        if message.role == MessageRole.USER:
            parts += ["## User", message.text]
            continue
        parts.append(f"## {conversation.agent.name}")
        _, state = runs[message.pk]
        parts += [_item(item) for item in state["items"]]
        if state["status"] in {"failed", "cancelled"}:
            parts.append(f"*({state['status']})*")
    return "\n\n".join(part for part in parts if part) + "\n"


def _item(item: dict[str, Any]) -> str:
    if item["kind"] == "turn":
        return str(item["text"])
    return f"> `{item['name']}({item['arguments']})` → {' '.join((item['output'] or '').split())[:500]}"


def _said(state: dict[str, Any]) -> str:
    return "\n\n".join(item["text"] for item in state["items"] if item["kind"] == "turn" and item["text"])
