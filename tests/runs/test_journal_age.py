"""Old journals: partitions come and go by the week, and an ended run is told again without its lines."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from django.db import connection

from glms.core.models import IdempotencyKey
from glms.runs.housekeeping import AHEAD, WEEK, keep_house, partition_name, week_of
from glms.runs.journal.folded import lines_of_ended
from glms.runs.models import Run, RunEvent
from glms.runs.selectors import stored_state
from inference.events import TERMINAL_TYPES, decode
from inference.replay import rebuild
from tests.support.talk import Talk


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'runs_runevent'::regclass")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_partitions_are_made_ahead_and_dropped_when_old() -> None:
    now = datetime.now(UTC)
    assert {partition_name(week_of(now) + ahead * WEEK) for ahead in range(AHEAD)} <= partitions()
    keep_house(now + timedelta(days=60))
    assert partition_name(week_of(now)) not in partitions()
    assert "runs_runevent_default" in partitions()


@pytest.mark.django_db
def test_a_partition_with_an_open_run_stays(talk: Callable[..., Talk]) -> None:
    talk().start(text="nobody answers")
    now = datetime.now(UTC)
    keep_house(now + timedelta(days=60))
    assert partition_name(week_of(now)) in partitions()


@pytest.mark.django_db
def test_old_idempotency_keys_go() -> None:
    IdempotencyKey.objects.create(
        user_id="01a208e0-ac5c-73cb-82a2-3e2b187adbed", key="k", fingerprint="", status=200, body=""
    )
    keep_house()
    assert IdempotencyKey.objects.count() == 1
    keep_house(datetime.now(UTC) + timedelta(days=3))
    assert IdempotencyKey.objects.count() == 0


@pytest.mark.parametrize(
    "message",
    ["[[words 30]]", '[[call calculator {"expression": "6*7"}]] [[then]] [[say 42]]', "[[fault 401 9]]"],
)
def test_a_run_without_its_lines_is_told_again_as_it_was(
    talk: Callable[..., Talk], loop: asyncio.AbstractEventLoop, message: str
) -> None:
    told = talk(tools=[{"name": "calculator"}]).say(message)
    run = Run.objects.get(pk=told["id"])
    before = list(RunEvent.objects.filter(run_id=run.pk).order_by("seq").values_list("seq", "type"))
    RunEvent.objects.filter(run_id=run.pk).delete()
    lines = asyncio.run_coroutine_threadsafe(lines_of_ended(run.pk, 0), loop).result(10)
    state = rebuild(decode(line.body) for line in lines)
    stored = stored_state(run, list(run.items.order_by("position").values_list("data", flat=True)))
    assert orjson.loads(orjson.dumps(asdict(state))) == orjson.loads(orjson.dumps(stored))
    assert {(line.seq, line.type) for line in lines} <= set(before)
    assert lines[-1].type in TERMINAL_TYPES
