"""What a run begins with: its model, its tools, its budget, and the conversation as the model shall read it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from glms.agents.config import AgentConfig, config_read
from glms.conversations.models import Message
from glms.conversations.selectors import branch_to
from glms.files.shelf import Shelf
from glms.library.desk import desk_for
from glms.memory.notebook import Notebook
from glms.runs.lookup import Lookup, lookup_for
from glms.runs.models import Run, RunItem
from glms.runs.retelling import Told, retold
from glms.runs.selectors import decided_of
from glms.runs.toolbox import box_for
from glms.serving.selectors import ModelConnection, connection_for
from glms.tools.kit import Surroundings
from inference.budget import Budget
from inference.calls import Toolbox
from inference.messages import Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """All that the loop needs; plain values, no row."""

    conversation_id: UUID
    connection: ModelConnection
    parameters: dict[str, Any]
    box: Toolbox
    conversation: Conversation
    max_turns: int
    budget: Budget
    wants_title: bool
    lookup: Lookup | None = None


def context_load(run_id: UUID) -> RunContext:
    """Read the run's version and the branch it answers. Raises AppError when the model is not to be had."""
    run = Run.objects.select_related("version", "conversation__agent", "message").get(pk=run_id)
    config = config_read(run.version.config)
    conversation = run.conversation
    branch = branch_to(conversation_id=run.conversation_id, message_id=run.message_id)
    connection = connection_for(user_id=run.owner_id, model_id=config.model.id)
    told = retold(run, config, branch, _items_by_message(branch))
    around = _surroundings(run, config, told, connection)
    return RunContext(
        conversation_id=conversation.pk,
        connection=connection,
        parameters=_parameters(config),
        box=box_for(run, config, around),
        conversation=Conversation(told.messages, told.started, decided_of(run.pk), told.given),
        max_turns=config.max_turns,
        budget=_budget(config, connection),
        wants_title=conversation.title_source == "auto" and not conversation.is_test and len(branch) <= 2,
        lookup=lookup_for(run, config, around),
    )


def _parameters(config: AgentConfig) -> dict[str, Any]:
    chosen = config.model
    wanted = {"temperature": chosen.temperature, "top_p": chosen.top_p, "max_tokens": chosen.max_tokens}
    return {key: value for key, value in wanted.items() if value is not None}


def _budget(config: AgentConfig, connection: ModelConnection) -> Budget:
    return Budget(
        max_tokens=config.budget.max_tokens,
        max_seconds=config.budget.max_seconds,
        max_cost=config.budget.max_cost,
        input_price=connection.input_price,
        output_price=connection.output_price,
    )


def _surroundings(run: Run, config: AgentConfig, told: Told, connection: ModelConnection) -> Surroundings:
    agent_id = run.conversation.agent_id
    notebook = Notebook(user_id=run.owner_id, agent_id=agent_id, workspace_id=run.workspace_id)
    return Surroundings(
        conversation_id=run.conversation_id,
        user_id=run.owner_id,
        workspace_id=run.workspace_id,
        files=Shelf(run.conversation_id),
        memory=notebook if config.memory else None,
        knowledge=desk_for(
            user_id=run.owner_id,
            workspace_id=run.workspace_id,
            ids=config.knowledge.bases,
            top_k=config.knowledge.top_k,
            token_budget=connection.context_length // 4 if connection.context_length else None,
        ),
        next_source=told.next_source,
    )


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
