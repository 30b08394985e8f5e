"""Submits that come twice, cancels that come at any moment."""

import random
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from inference.scripted import reply_text
from tests.chaos.conftest import Keep
from tests.support.client import Person, calls_of, text_of
from tests.support.instance import Instance
from tests.support.invariants import agree
from tests.support.scripted import ScriptedProcess, wait_until

Tell = Callable[[str], None]
pytestmark = pytest.mark.timeout(240)


def test_fifty_submits_with_one_key_make_one_run(instance: Instance, ann: Person) -> None:
    conversation = ann.conversation()
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: ann.send(conversation, "[[say once]]", key="fifty"), range(50)))
    runs = {answer.json()["run"]["id"] for answer in answers if answer.status_code == 202}

    assert {answer.status_code for answer in answers} == {202}
    assert len(runs) == 1
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 49
    other = ann.send(conversation, "[[say something else]]", key="fifty")
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_conflict")
    messages = ann.http.get(f"/api/v1/conversations/{conversation}/messages").json()["items"]
    assert [message["role"] for message in messages] == ["user", "assistant"]
    ann.ended(runs.pop())


def test_fifty_submits_without_a_key_make_one_run_and_are_told_so(instance: Instance, ann: Person) -> None:
    conversation = ann.conversation()
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: ann.send(conversation, "[[words 50]][[pace 50]]"), range(50)))

    assert sorted({answer.status_code for answer in answers}) == [202, 409]
    assert sum(answer.status_code == 202 for answer in answers) == 1
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["error"]["code"] == "run_in_progress"


def test_cancel_at_any_moment_stops_the_run_and_the_model_within_two_seconds(
    instance: Instance, ann: Person, model: ScriptedProcess, keep_journal: Keep, tell: Tell
) -> None:
    moments = random.Random(4)
    message = "[[words 400]][[pace 25]]"
    wait_until(lambda: model.state()["open"] == 0, seconds=20, what="the model has nothing left to say")
    aborted = model.state()["aborted"]
    runs = [ann.run(message) for _ in range(12)]
    readers = [*map(ann.follow, runs), *map(ann.follow_by_socket, runs[:4])]

    def cancel(run_id: str) -> float:
        time.sleep(moments.uniform(0, 3))
        asked = time.monotonic()
        assert ann.cancel(run_id).status_code == 200
        ann.ended(run_id)
        return time.monotonic() - asked

    with ThreadPoolExecutor(12) as threads:
        took = list(threads.map(cancel, runs))
        twice = list(threads.map(ann.cancel, runs))
    wait_until(lambda: model.state()["open"] == 0, seconds=2, what="the model was told")
    tell(f"cancelled within {max(took):.2f} s")

    assert max(took) <= 2
    assert {answer.json()["status"] for answer in twice} == {"cancelled"}
    begun = sum("turn_started" in reader.types() for reader in readers[:12])
    assert model.state()["aborted"] - aborted >= begun - 1
    agree(*readers)
    for reader in readers:
        assert reader.types().count("run_cancelled") == 1
        assert reply_text(message, 400).startswith(reader.text()), "the partial answer stays"
    keep_journal("cancelled", max(readers, key=lambda reader: len(reader.events)).run_id)


def test_cancel_stops_a_tool_and_says_so(instance: Instance, ann: Person, tmp_path: Path) -> None:
    text = f'[[call slow {{"seconds": 30, "file": "{tmp_path}/slow"}}]][[then]][[say never]]'
    run_id = ann.run(text, tools=("slow",))
    reader = ann.follow(run_id).until("call_started")
    ann.cancel(run_id)
    agree(reader.wait(3))

    assert [call["outcome"] for call in calls_of(ann.ended(run_id))] == ["cancelled"]
    time.sleep(0.5)
    assert len((tmp_path / "slow").read_text().splitlines()) == 1


def test_cancel_after_the_end_changes_nothing(instance: Instance, ann: Person) -> None:
    run_id = ann.run("[[say hello]]")
    before = ann.ended(run_id)
    answers = [ann.cancel(run_id), ann.cancel(run_id)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert ann.state(run_id) == before


def test_cancel_before_any_worker_took_the_run_ends_it_at_once(instance: Instance, ann: Person) -> None:
    instance.pause("runs")
    try:
        conversation = ann.conversation()
        run_id = ann.run("[[say never]]", conversation_id=conversation)
        reader = ann.follow(run_id)
        assert ann.cancel(run_id).json()["status"] == "cancelled"
        reader.wait(3)
        next_run = ann.run("[[say next]]", conversation_id=conversation)
    finally:
        instance.resume("runs")

    assert reader.types() == ["run_cancelled"]
    agree(reader)
    assert text_of(ann.ended(next_run)) == "next"


def test_cancel_between_two_workers_ends_the_run_and_what_it_was_doing(
    instance: Instance, ann: Person, tmp_path: Path
) -> None:
    text = f'[[say first]][[call slow {{"seconds": 60, "file": "{tmp_path}/slow"}}]][[then]][[say never]]'
    run_id = ann.run(text, tools=("slow",))
    reader = ann.follow(run_id).until("call_started")
    instance.kill("runs", signal.SIGTERM, wait=False)
    wait_until(lambda: _is_queued(instance, run_id), seconds=15, what="it waits")
    ann.cancel(run_id)
    instance.wait_for("runs")
    agree(reader)

    ended = ann.ended(run_id)
    assert (ended["status"], text_of(ended)) == ("cancelled", "first")
    assert [call["outcome"] for call in calls_of(ended)] == ["cancelled"]
    assert ended["usage"]["completion_tokens"] > 0


def _is_queued(instance: Instance, run_id: str) -> bool:
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        return connection.execute("SELECT status FROM runs_run WHERE id = %s", [run_id]).fetchone() == ("queued",)


def test_a_conversation_goes_on_after_a_cancel(instance: Instance, ann: Person) -> None:
    conversation = ann.conversation()
    run_id = ann.run("[[words 200]][[pace 25]]", conversation_id=conversation)
    ann.follow(run_id).until("text_added")
    assert ann.send(conversation, "[[say too early]]").status_code == 409
    ann.cancel(run_id)
    ann.ended(run_id)

    assert text_of(ann.ended(ann.run("[[say well]]", conversation_id=conversation))) == "well"
