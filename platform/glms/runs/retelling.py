"""A branch of a conversation retold as the messages that a model reads: words, calls, results, files, summaries."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from glms.agents.config import AgentConfig, fill_in
from glms.conversations.models import Message, MessageRole
from glms.files.models import StoredFile
from glms.files.selectors import files_of
from glms.memory.selectors import facts_told
from glms.runs.models import Run
from glms.tools.builtin.knowledge import told_as_context
from glms.tools.catalogue import catalogue
from inference.compaction import with_summary
from inference.messages import AssistantMessage, SystemMessage, ToolCall, ToolResult, UserMessage
from inference.messages import Message as ModelMessage
from inference.observations import Source

Items = dict[UUID, list[dict[str, Any]]]

MEMORY = (
    "What you remember about this user from earlier conversations (they can see and change it; use it where it helps, "
    "do not recite it; keep new lasting facts with `remember`, drop wrong ones with `forget`):"
)
UNAVAILABLE = (
    "These tools of yours cannot be used now. Where one would be needed, say so and why; do not make up what it would "
    "have given:"
)
FILE = "#File: /mnt/data/{name}\n#Size: {size}\n#File uploaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The messages; calls of the last turn that an earlier attempt started; the first free number of a source.

    given: sources that the platform looked up for messages of the user's.
    """

    messages: list[ModelMessage]
    started: frozenset[str]
    next_source: int
    given: list[Source]


def retold(run: Run, config: AgentConfig, branch: list[Message], items: Items) -> Told:
    """What the model shall read before it goes on with the run's reply, the last message of `branch`."""
    messages: list[ModelMessage] = []
    shown, summary = _since_summary(branch, items)
    system = _system(run, config)
    if told := with_summary(system, summary) if summary else system:
        messages.append(SystemMessage(text=told))
    files = files_of([message.pk for message in shown])
    looked_up = looked_up_in(items.get(run.message_id, []))
    for message in shown:
        if message.role == MessageRole.USER:
            text = _with_files(message.text, files.get(message.pk, []))
            if looked_up and message.pk == run.message.parent_id:
                text = told_as_context(looked_up["output"] or "", text)
            messages.append(UserMessage(text=text))
        else:
            messages.extend(_answer(items.get(message.pk, []), ongoing=message.pk == run.message_id))
    calls = [item for one in items.values() for item in one if item["kind"] == "call"]
    own = [item for item in items.get(run.message_id, []) if item["kind"] == "call"]
    numbers = [source["number"] for call in calls for source in call.get("sources", ())]
    return Told(
        messages=messages,
        started=frozenset(call["call_id"] for call in own if not call["outcome"]),
        next_source=max(numbers, default=0) + 1,
        given=[Source(**source) for call in calls if is_platforms(call) for source in call.get("sources", ())],
    )


def is_platforms(call: dict[str, Any]) -> bool:
    """Whether the platform made this call before the model was asked: it is of turn 0."""
    return bool(call["turn"] == 0)


def looked_up_in(items: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What was looked up for the message that these items answer, once that is done."""
    calls = [item for item in items if item["kind"] == "call" and is_platforms(item)]
    return next((call for call in calls if call["outcome"] == "done"), None)


def _system(run: Run, config: AgentConfig) -> str:
    variables = run.conversation.variables
    opening = fill_in(config.opening_statement, variables).strip()
    parts = [
        fill_in(config.instructions, variables).strip(),
        f"You opened the conversation with these words: {opening}" if opening else "",
        _memory(run) if config.memory else "",
        _unavailable(config),
    ]
    return "\n\n".join(part for part in parts if part)


def _memory(run: Run) -> str:
    facts = facts_told(user_id=run.owner_id, agent_id=run.conversation.agent_id)
    return "\n".join([MEMORY, *(f"{number}. {text}" for number, text in facts)]) if facts else f"{MEMORY} nothing yet."


def _unavailable(config: AgentConfig) -> str:
    kits = [kit for choice in config.tools if (kit := catalogue().get(choice.name))]
    reasons = [f"- {kit.title}: {reason}" for kit in kits if (reason := kit.unavailable())]
    return "\n".join([UNAVAILABLE, *reasons]) if reasons else ""


def _since_summary(branch: list[Message], items: Items) -> tuple[list[Message], str]:
    """The part of the branch that is told word for word, and the summary that stands for what came before."""
    for index in range(len(branch) - 1, -1, -1):
        found = [item for item in items.get(branch[index].pk, []) if item["kind"] == "compaction"]
        if summary := next((item["summary"] for item in reversed(found) if item["what"] == "history"), ""):
            return branch[index - 1 :], summary
    return branch, ""


def _with_files(text: str, files: list[StoredFile]) -> str:
    notes = [FILE.format(name=file.name, size=file.size) for file in files]
    return "\n\n".join([*notes, text]) if notes else text


def _answer(items: list[dict[str, Any]], *, ongoing: bool) -> list[ModelMessage]:
    """One reply as messages. In an earlier reply, calls that never got a result are left out."""
    results = {item["call_id"]: item for item in items if item["kind"] == "call" and item["outcome"]}
    told: list[ModelMessage] = []
    for item in items:
        if item["kind"] == "call" and item["outcome"] and not is_platforms(item):
            told.append(_result(item))
        elif item["kind"] == "turn":
            calls = tuple(ToolCall(**call) for call in item["calls"] if ongoing or call["id"] in results)
            if calls or item["text"]:
                told.append(AssistantMessage(text=item["text"], reasoning=item["reasoning"], calls=calls))
    return told


def _result(item: dict[str, Any]) -> ToolResult:
    return ToolResult(
        call_id=item["call_id"],
        name=item["name"],
        output=item["output"] or "",
        outcome=item["outcome"],
        metadata=item.get("metadata", ""),
        sources=tuple(Source(**source) for source in item.get("sources", ())),
    )
