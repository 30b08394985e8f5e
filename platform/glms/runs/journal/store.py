"""The journal's SQL. Every write names the attempt that makes it; a lost attempt writes nothing.

`held` locks the runs of the batch against a claim (`FOR KEY SHARE` against its `FOR UPDATE`), so no attempt can begin
between the check of the fence and the commit. Batches may be sent again after a lost connection: lines and items that
are there already are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from glms.core.database import Connection
from glms.runs.models import RunStatus

ENDED = (RunStatus.FINISHED.value, RunStatus.FAILED.value, RunStatus.CANCELLED.value)


class Line(NamedTuple):
    """One event as it is stored and sent: `body` is its JSON."""

    run_id: UUID
    seq: int
    type: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSaved:
    """A row of `runs_runitem`; `data` is the item as clients read it."""

    run_id: UUID
    position: int
    opened_seq: int
    closed_seq: int | None
    data: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageUsed:
    """A passage of a document that the run was given, under its number. cited: the answer refers to it."""

    document_id: UUID
    chunk_id: int
    number: int
    cited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMoved:
    """The run leaves the worker's hands: it ended, or it waits for another worker (`queued`) or a person (`waiting`).

    waiting: the calls it waits for, `[{call_id, waits_for}]`. cost: what its tokens cost, None where no price is known.
    uses: which passages it was given, once it ended.
    """

    run_id: UUID
    attempt: int
    status: str
    model: str
    last_seq: int
    prompt_tokens: int
    completion_tokens: int
    error: dict[str, str] | None
    text: str
    waiting: list[dict[str, str]]
    cost: float | None
    uses: tuple[PassageUsed, ...] = ()


@dataclass(slots=True)
class Batch:
    """What is written in one transaction."""

    fences: dict[UUID, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    items: list[ItemSaved] = field(default_factory=list)
    moves: list[RunMoved] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Written:
    """held: the runs that still are ours. conversations: those that changed, with their new revision."""

    held: frozenset[UUID]
    conversations: list[tuple[UUID, int]]


# One JSON value rather than arrays: psycopg escapes each text of an array by regular expression, which cost more than
# everything else here together.
LINES = """
WITH held AS MATERIALIZED (
    SELECT run.id
    FROM runs_run run
    JOIN unnest(%(runs)s::uuid[], %(attempts)s::int[]) AS mine(id, attempt)
      ON run.id = mine.id AND run.attempt = mine.attempt
    FOR KEY SHARE OF run
), written AS (
    INSERT INTO runs_runevent (run_id, seq, type, body)
    SELECT held.id, (line->>1)::int, line->>2, line->3
    FROM jsonb_array_elements(%(lines)s::jsonb) AS line
    JOIN held ON held.id = (line->>0)::uuid
    ON CONFLICT (run_id, seq) DO NOTHING
)
SELECT id FROM held
"""

ITEMS = """
INSERT INTO runs_runitem (run_id, position, opened_seq, closed_seq, data)
SELECT item.run_id, item.position, item.opened_seq, item.closed_seq, item.data::jsonb
FROM unnest(%(runs)s::uuid[], %(positions)s::int[], %(opened)s::int[], %(closed)s::int[], %(data)s::text[])
     AS item(run_id, position, opened_seq, closed_seq, data)
ON CONFLICT (run_id, position) DO UPDATE SET closed_seq = EXCLUDED.closed_seq, data = EXCLUDED.data
"""

MOVES = """
WITH moved AS (
    UPDATE runs_run run
    SET status = move.status, model = move.model, last_seq = move.last_seq, prompt_tokens = move.prompt_tokens,
        completion_tokens = move.completion_tokens, error = move.error::jsonb, updated_at = now(),
        waiting = move.waiting::jsonb, cost = move.cost,
        ended_at = CASE WHEN move.status IN ('queued', 'waiting') THEN NULL ELSE now() END,
        lease_owner = '', lease_until = NULL
    FROM unnest(%(runs)s::uuid[], %(attempts)s::int[], %(statuses)s::text[], %(models)s::text[], %(seqs)s::int[],
                %(prompts)s::bigint[], %(completions)s::bigint[], %(errors)s::text[], %(texts)s::text[],
                %(waiting)s::text[], %(costs)s::numeric[])
         AS move(run_id, attempt, status, model, last_seq, prompt_tokens, completion_tokens, error, text, waiting, cost)
    WHERE run.id = move.run_id AND run.attempt = move.attempt AND run.status = 'running'
    RETURNING run.conversation_id, run.message_id, move.text, run.status
), said AS (
    UPDATE conversations_message message SET text = moved.text, updated_at = now()
    FROM moved WHERE message.id = moved.message_id AND moved.status NOT IN ('queued', 'waiting')
)
UPDATE conversations_conversation conversation SET revision = revision + 1, updated_at = now()
FROM moved WHERE conversation.id = moved.conversation_id
RETURNING conversation.id, conversation.revision
"""


USES = """
INSERT INTO runs_passageuse (run_id, document_id, chunk_id, number, cited)
SELECT used.run_id, used.document_id, used.chunk_id, used.number, used.cited
FROM unnest(%(runs)s::uuid[], %(documents)s::uuid[], %(chunks)s::bigint[], %(numbers)s::int[], %(cited)s::bool[])
     AS used(run_id, document_id, chunk_id, number, cited)
ON CONFLICT (run_id, number) DO UPDATE SET cited = EXCLUDED.cited
"""


async def write(connection: Connection, batch: Batch) -> Written:
    """One transaction. Sending the same batch twice has the effect of once."""
    if not batch.items and not batch.moves:
        return Written(await _write_lines(connection, batch), [])
    async with connection.transaction():
        held = await _write_lines(connection, batch)
        if items := [item for item in batch.items if item.run_id in held]:
            await connection.execute(ITEMS, _columns_of_items(items))
        changed: list[tuple[UUID, int]] = []
        if moves := [move for move in batch.moves if move.run_id in held]:
            cursor = await connection.execute(MOVES, _columns_of_moves(moves))
            changed = [(row[0], row[1]) for row in await cursor.fetchall()]
            if any(move.uses for move in moves):
                await connection.execute(USES, _columns_of_uses(moves))
    return Written(held, changed)


async def _write_lines(connection: Connection, batch: Batch) -> frozenset[UUID]:
    columns = {
        "runs": list(batch.fences),
        "attempts": list(batch.fences.values()),
        "lines": orjson.dumps(
            [(line.run_id, line.seq, line.type, orjson.Fragment(line.body)) for line in batch.lines]
        ).decode(),
    }
    cursor = await connection.execute(LINES, columns)
    return frozenset(row[0] for row in await cursor.fetchall())


def _columns_of_items(items: Sequence[ItemSaved]) -> dict[str, list[Any]]:
    # A batch may hold a call's start and its end: the later one counts.
    last = {(item.run_id, item.position): item for item in items}.values()
    return {
        "runs": [item.run_id for item in last],
        "positions": [item.position for item in last],
        "opened": [item.opened_seq for item in last],
        "closed": [item.closed_seq for item in last],
        "data": [orjson.dumps(item.data).decode() for item in last],
    }


def _columns_of_moves(moves: Sequence[RunMoved]) -> dict[str, list[Any]]:
    return {
        "runs": [move.run_id for move in moves],
        "attempts": [move.attempt for move in moves],
        "statuses": [move.status for move in moves],
        "models": [move.model for move in moves],
        "seqs": [move.last_seq for move in moves],
        "prompts": [move.prompt_tokens for move in moves],
        "completions": [move.completion_tokens for move in moves],
        "errors": [orjson.dumps(move.error).decode() if move.error else None for move in moves],
        "texts": [move.text for move in moves],
        "waiting": [orjson.dumps(move.waiting).decode() for move in moves],
        "costs": [move.cost for move in moves],
    }


def _columns_of_uses(moves: Sequence[RunMoved]) -> dict[str, list[Any]]:
    uses = [(move.run_id, use) for move in moves for use in move.uses]
    return {
        "runs": [run_id for run_id, _ in uses],
        "documents": [use.document_id for _, use in uses],
        "chunks": [use.chunk_id for _, use in uses],
        "numbers": [use.number for _, use in uses],
        "cited": [use.cited for _, use in uses],
    }


READ = "SELECT run_id, seq, type, body::text FROM runs_runevent WHERE run_id = %s AND seq > %s ORDER BY seq LIMIT %s"

READ_MANY = """
SELECT line.run_id, line.seq, line.type, line.body::text
FROM unnest(%s::uuid[], %s::int[]) AS reader(run_id, after)
CROSS JOIN LATERAL (
    SELECT * FROM runs_runevent event
    WHERE event.run_id = reader.run_id AND event.seq > reader.after ORDER BY event.seq LIMIT 500
) AS line
ORDER BY line.run_id, line.seq
"""

HEAD = """
SELECT status, last_seq, (SELECT coalesce(max(seq), 0) FROM runs_runevent WHERE run_id = run.id)
FROM runs_run run WHERE id = %s
"""


async def read(connection: Connection, run_id: UUID, after: int, limit: int = 1000) -> list[Line]:
    """The lines after `after`, in order."""
    cursor = await connection.execute(READ, (run_id, after, limit))
    return [Line(*row) for row in await cursor.fetchall()]


async def read_many(connection: Connection, after: dict[UUID, int]) -> list[Line]:
    """The lines of several runs, each after its own number."""
    cursor = await connection.execute(READ_MANY, (list(after), list(after.values())))
    return [Line(*row) for row in await cursor.fetchall()]


async def head(connection: Connection, run_id: UUID) -> tuple[str, int, int]:
    """The run's status, its last number once it has ended, and the last one stored. Raises LookupError."""
    row = await (await connection.execute(HEAD, (run_id,))).fetchone()
    if row is None:
        raise LookupError(str(run_id))
    return row[0], row[1], row[2]


REVISIONS = "SELECT id, revision FROM conversations_conversation WHERE id = ANY(%s)"


async def revisions(connection: Connection, conversation_ids: list[UUID]) -> list[tuple[UUID, int]]:
    """The present revision of each conversation."""
    cursor = await connection.execute(REVISIONS, (conversation_ids,))
    return [(row[0], row[1]) for row in await cursor.fetchall()]
