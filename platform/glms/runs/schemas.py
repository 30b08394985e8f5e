"""What clients read of a run and its message; `docs/events.md` says what each field means."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema

from glms.conversations.models import MessageRole
from glms.files.api import FileOut


class UsageOut(Schema):
    prompt_tokens: int
    completion_tokens: int


class ErrorOut(Schema):
    code: str
    message: str


class CallRequestOut(Schema):
    id: str
    name: str
    arguments: str


class CitationOut(Schema):
    start: int
    end: int
    number: int
    title: str
    url: str
    evidence: str
    valid: bool
    invalid_reason: Literal["unknown_source", "not_in_source", "not_supported"] | None


class ProgressOut(Schema):
    text: str
    fraction: float | None


class ArtefactOut(Schema):
    id: str
    name: str
    media_type: str
    size: int


class SourceOut(Schema):
    number: int
    title: str
    url: str
    text: str


class TurnOut(Schema):
    kind: Literal["turn"]
    turn: int
    status: Literal["streaming", "finished"]
    text: str
    reasoning: str
    calls: list[CallRequestOut]
    finish_reason: Literal["stop", "tool_calls", "length", "cancelled", "interrupted"] | None
    usage: UsageOut | None
    started_ms: int
    finished_ms: int | None
    first_token_ms: int | None
    citations: list[CitationOut] = []


class CallOut(Schema):
    kind: Literal["call"]
    turn: int
    call_id: str
    name: str
    arguments: str
    status: Literal["running", "finished"]
    outcome: Literal["done", "error", "unknown", "cancelled", "denied"] | None
    output: str | None
    started_ms: int
    finished_ms: int | None
    decision: Literal["approved", "denied", "answered"] | None = None
    progress: ProgressOut | None = None
    metadata: str = ""
    view: dict[str, Any] | None = None
    artefacts: list[ArtefactOut] = []
    sources: list[SourceOut] = []


class CompactionOut(Schema):
    kind: Literal["compaction"]
    turn: int
    what: Literal["history", "results"]
    tokens_before: int
    tokens_after: int
    summary: str
    started_ms: int
    finished_ms: int


class WaitingCallOut(Schema):
    call_id: str
    name: str
    arguments: str
    waits_for: Literal["approval", "result"]


class VersionRefOut(Schema):
    id: UUID
    number: int | None


class RunOut(Schema):
    id: UUID
    conversation_id: UUID
    message_id: UUID
    status: Literal["queued", "running", "waiting", "finished", "failed", "cancelled"]
    attempt: int
    items: list[Annotated[TurnOut | CallOut | CompactionOut, Field(discriminator="kind")]]
    usage: UsageOut
    error: ErrorOut | None
    waiting: list[WaitingCallOut]
    cost: float | None
    last_seq: int
    agent_version: VersionRefOut
    model: str
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class MessageOut(Schema):
    id: UUID
    parent_id: UUID | None
    role: MessageRole
    text: str
    run_id: UUID | None
    run: RunOut | None
    sibling_ids: list[UUID]
    files: list[FileOut]
    created_at: datetime
