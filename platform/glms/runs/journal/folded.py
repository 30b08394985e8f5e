"""An ended run told again from its items, after its lines were dropped: numbers jump, the rebuilt run is the same."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any
from uuid import UUID

from glms.core.database import Connection, patiently
from glms.runs.journal.store import Line
from inference.citations import Citation
from inference.events import (
    CallFinished,
    CallStarted,
    Event,
    HistoryCompacted,
    Recorded,
    RunCancelled,
    RunFailed,
    RunFinished,
    RunStarted,
    TurnFinished,
    TurnStarted,
    encode,
)
from inference.messages import ToolCall, Usage
from inference.observations import Artefact, Source

RUN = """
SELECT status, attempt, model, last_seq, prompt_tokens, completion_tokens, error,
       (extract(epoch FROM started_at) * 1000)::bigint, (extract(epoch FROM ended_at) * 1000)::bigint
FROM runs_run WHERE id = %s
"""
ITEMS = "SELECT opened_seq, closed_seq, data FROM runs_runitem WHERE run_id = %s ORDER BY position"


async def lines_of_ended(run_id: UUID, after: int) -> list[Line]:
    """The lines after `after`, without deltas."""

    async def read(connection: Connection) -> list[Recorded]:
        run = await (await connection.execute(RUN, (run_id,))).fetchone()
        items = await (await connection.execute(ITEMS, (run_id,))).fetchall()
        return retold(run, items) if run else []

    recorded = await patiently(read)
    return [Line(run_id, one.seq, one.event.type, encode(one).decode()) for one in recorded if one.seq > after]


def retold(run: tuple[Any, ...], items: list[tuple[Any, ...]]) -> list[Recorded]:
    """Events that rebuild to the stored run. run, items: rows of the two queries above."""
    status, attempt, model, last_seq, prompt_tokens, completion_tokens, error, started_ms, ended_ms = run
    usage = Usage(prompt_tokens=prompt_tokens, completion_tokens=completion_tokens)
    told: list[Recorded] = []
    if started_ms is not None:
        told.append(Recorded(seq=1, at_ms=started_ms, event=RunStarted(attempt=attempt, model=model)))
    for opened_seq, closed_seq, data in items:
        opened, closed = EVENTS_OF[data["kind"]](data)
        told.append(Recorded(seq=opened_seq, at_ms=data["started_ms"], event=opened))
        if closed_seq is not None and closed is not None:
            told.append(Recorded(seq=closed_seq, at_ms=data["finished_ms"], event=closed))
    end: Event
    match status:
        case "finished":
            end = RunFinished(usage=usage)
        case "cancelled":
            end = RunCancelled(usage=usage)
        case _:
            failure = error or {"code": "internal", "message": ""}
            end = RunFailed(code=failure["code"], message=failure["message"], usage=usage)
    told.append(Recorded(seq=last_seq, at_ms=ended_ms or 0, event=end))
    return sorted(told, key=lambda one: one.seq)


def _turn(data: dict[str, Any]) -> tuple[Event, Event]:
    finished = TurnFinished(
        turn=data["turn"],
        text=data["text"],
        reasoning=data["reasoning"],
        calls=tuple(ToolCall(**call) for call in data["calls"]),
        finish_reason=data["finish_reason"],
        usage=Usage(**data["usage"]) if data["usage"] else None,
        first_token_ms=data["first_token_ms"],
        citations=tuple(Citation(**one) for one in data.get("citations", ())),
    )
    return TurnStarted(turn=data["turn"]), finished


def _call(data: dict[str, Any]) -> tuple[Event, Event]:
    started = CallStarted(
        turn=data["turn"],
        call_id=data["call_id"],
        name=data["name"],
        arguments=data["arguments"],
        decision=data.get("decision"),
    )
    finished = CallFinished(
        call_id=data["call_id"],
        outcome=data["outcome"],
        output=data["output"] or "",
        metadata=data.get("metadata", ""),
        view=data.get("view"),
        artefacts=tuple(Artefact(**one) for one in data.get("artefacts", ())),
        sources=tuple(Source(**one) for one in data.get("sources", ())),
    )
    return started, finished


def _compaction(data: dict[str, Any]) -> tuple[Event, None]:
    told = {field.name: data[field.name] for field in fields(HistoryCompacted) if field.name != "type"}
    return HistoryCompacted(**told), None


EVENTS_OF: dict[str, Callable[[dict[str, Any]], tuple[Event, Event | None]]] = {
    "turn": _turn,
    "call": _call,
    "compaction": _compaction,
}
