"""What must hold of every instance at every moment, whatever befell it: asked of its tables after each chaos test."""

import json
from dataclasses import asdict
from typing import Any

import psycopg
from psycopg.rows import dict_row

from inference.events import decode
from inference.replay import rebuild
from tests.support.client import Reader
from tests.support.order import order_problems

BROKEN: dict[str, str] = {
    "a run's numbers are dense from 1": """
        SELECT run_id FROM runs_runevent GROUP BY run_id HAVING min(seq) <> 1 OR max(seq) <> count(*)
    """,
    "an ended run has exactly one terminal event, its last": """
        SELECT run.id, run.status, run.last_seq FROM runs_run run
        LEFT JOIN runs_runevent event ON event.run_id = run.id AND event.type IN
            ('run_finished', 'run_failed', 'run_cancelled')
        WHERE run.status IN ('finished', 'failed', 'cancelled')
        GROUP BY run.id HAVING count(event.seq) <> 1 OR max(event.seq) <> run.last_seq
            OR max(event.type) <> 'run_' || run.status
            OR run.last_seq <> (SELECT max(seq) FROM runs_runevent last WHERE last.run_id = run.id)
    """,
    "an open run has no terminal event": """
        SELECT run.id FROM runs_run run JOIN runs_runevent event ON event.run_id = run.id
        WHERE run.status IN ('queued', 'running', 'waiting')
            AND event.type IN ('run_finished', 'run_failed', 'run_cancelled')
    """,
    "a running run's lease is not long past": """
        SELECT id, lease_until FROM runs_run WHERE status = 'running' AND lease_until < now() - interval '60 seconds'
    """,
    "a running run has a lease, no other has": """
        SELECT id, status FROM runs_run WHERE (status = 'running') <> (lease_until IS NOT NULL)
    """,
    "a conversation has one open run at most": """
        SELECT conversation_id FROM runs_run WHERE status IN ('queued', 'running', 'waiting')
        GROUP BY conversation_id HAVING count(*) > 1
    """,
    "an ended run has no open item": """
        SELECT item.run_id, item.position FROM runs_runitem item JOIN runs_run run ON run.id = item.run_id
        WHERE run.status IN ('finished', 'failed', 'cancelled')
            AND (item.closed_seq IS NULL OR item.data->>'status' <> 'finished')
    """,
    "an item's numbers are those of its events": """
        SELECT item.run_id, item.position FROM runs_runitem item
        LEFT JOIN runs_runevent opened ON opened.run_id = item.run_id AND opened.seq = item.opened_seq
        LEFT JOIN runs_runevent closed ON closed.run_id = item.run_id AND closed.seq = item.closed_seq
        WHERE opened.type IS DISTINCT FROM (CASE item.data->>'kind'
                WHEN 'compaction' THEN 'history_compacted' ELSE (item.data->>'kind') || '_started' END)
            OR (item.closed_seq IS NOT NULL AND item.data->>'kind' <> 'compaction'
                AND closed.type IS DISTINCT FROM (item.data->>'kind') || '_finished')
    """,
    "a run belongs where its conversation and its message belong": """
        SELECT run.id FROM runs_run run
        JOIN conversations_conversation conversation ON conversation.id = run.conversation_id
        JOIN conversations_message message ON message.id = run.message_id
        WHERE run.workspace_id <> conversation.workspace_id OR message.workspace_id <> conversation.workspace_id
            OR message.conversation_id <> conversation.id OR run.owner_id <> conversation.owner_id
    """,
    "a message belongs where its parent belongs": """
        SELECT child.id FROM conversations_message child
        JOIN conversations_message parent ON parent.id = child.parent_id
        WHERE child.conversation_id <> parent.conversation_id OR child.workspace_id <> parent.workspace_id
    """,
    "a reply has a run and a question has none": """
        SELECT message.id FROM conversations_message message LEFT JOIN runs_run run ON run.message_id = message.id
        WHERE (message.role = 'assistant') <> (run.id IS NOT NULL)
    """,
    "a document has chunks of one reading once nobody works on it": """
        SELECT DISTINCT chunk.document_id FROM library_chunk chunk
        JOIN library_placement place ON place.document_id = chunk.document_id AND place.index_id = chunk.index_id
        WHERE chunk.edition <> place.edition AND NOT EXISTS (
            SELECT 1 FROM library_job job WHERE job.document_id = chunk.document_id AND job.index_id = chunk.index_id
        )
    """,
    "a document that is ready has as many chunks as it says, all of them in the index": """
        SELECT place.document_id, place.chunks, count(chunk.id) FROM library_placement place
        LEFT JOIN library_chunk chunk ON chunk.document_id = place.document_id AND chunk.index_id = place.index_id
            AND chunk.edition = place.edition
        WHERE place.state = 'ready' GROUP BY place.id
        HAVING count(chunk.id) <> place.chunks
            OR bool_or(chunk.enabled AND NOT chunk.is_parent AND NOT chunk.indexed)
    """,
    "a document that is worked on has a job, and a job its document": """
        SELECT id, state FROM library_document document
        WHERE state IN ('received', 'parsing', 'embedding')
            AND NOT EXISTS (SELECT 1 FROM library_job job WHERE job.document_id = document.id)
    """,
    "an item or event has its run": """
        SELECT run_id FROM runs_runevent WHERE run_id NOT IN (SELECT id FROM runs_run) LIMIT 5
    """,
}

RUNS = "SELECT id, status, attempt, prompt_tokens, completion_tokens, error, last_seq, message_id FROM runs_run"


def check(database_url: str) -> None:
    """Raises AssertionError with all that is broken."""
    broken: list[str] = []
    with psycopg.connect(database_url, row_factory=dict_row, autocommit=True) as connection:
        for claim, query in BROKEN.items():
            if rows := connection.execute(query).fetchall():
                broken.append(f"not so: {claim}: {rows[:5]}")
        for run in connection.execute(RUNS).fetchall():
            broken += [f"run {run['id']}: {problem}" for problem in _problems_of(connection, run)]
    assert not broken, "\n".join(broken)


def stored(database_url: str, run_id: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A run's events and its state as the rows have it."""
    with psycopg.connect(database_url, row_factory=dict_row, autocommit=True) as connection:
        run = connection.execute(f"{RUNS} WHERE id = %s", [run_id]).fetchone()
        assert run is not None
        return _events(connection, run), _stored_state(connection, run)


def _problems_of(connection: Any, run: dict[str, Any]) -> list[str]:
    events = [decode(event) for event in _events(connection, run)]
    if run["status"] in {"queued", "running", "waiting"} or not events:
        return order_problems(events)
    problems = order_problems(events)
    state = _stored_state(connection, run)
    if (rebuilt := json.loads(json.dumps(asdict(rebuild(events))))) != state:
        problems.append(f"rebuilt from its events it is {rebuilt}, stored it is {state}")
    said = "\n\n".join(item["text"] for item in state["items"] if item["kind"] == "turn" and item["text"])
    message = connection.execute("SELECT text FROM conversations_message WHERE id = %s", [run["message_id"]]).fetchone()
    if message["text"] != said:
        problems.append(f"its message says {message['text']!r}, its turns {said!r}")
    return problems


def _events(connection: Any, run: dict[str, Any]) -> list[dict[str, Any]]:
    rows = connection.execute("SELECT body FROM runs_runevent WHERE run_id = %s ORDER BY seq", [run["id"]]).fetchall()
    return [row["body"] for row in rows]


def _stored_state(connection: Any, run: dict[str, Any]) -> dict[str, Any]:
    """As `glms.runs.selectors.stored_state` tells it."""
    items = connection.execute("SELECT data FROM runs_runitem WHERE run_id = %s ORDER BY position", [run["id"]])
    return {
        "status": run["status"],
        "attempt": run["attempt"],
        "items": [row["data"] for row in items.fetchall()],
        "usage": {"prompt_tokens": run["prompt_tokens"], "completion_tokens": run["completion_tokens"]},
        "error": run["error"],
        "waiting": [],
        "last_seq": run["last_seq"],
    }


def problems_with(reader: Reader) -> list[str]:
    """A reader from the beginning must have put together what the API tells."""
    if reader.problem is not None:
        return [repr(reader.problem)]
    if reader.after or not reader.has_end.is_set():
        return []
    told = reader.person.state(reader.run_id)
    state = reader.state()
    return [f"{name}: {state[name]} but {told[name]} is stored" for name in state if state[name] != told[name]]


def agree(*readers: Reader) -> None:
    """Wait for the end of each; all must have put together what is stored."""
    for reader in readers:
        reader.wait()
    problems = [f"{reader.run_id}: {problem}" for reader in readers for problem in problems_with(reader)]
    assert not problems, "\n".join(problems)
