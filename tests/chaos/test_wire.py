"""Valkey killed, wiped, silent, away for a minute: it is only a wire."""

import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import psutil
import pytest

from inference.scripted import reply_text
from tests.chaos.conftest import LONG
from tests.support.client import Person, text_of
from tests.support.instance import Instance
from tests.support.invariants import agree
from tests.support.scripted import wait_until

Tell = Callable[[str], None]
pytestmark = pytest.mark.timeout(240)

AWAY_SECONDS = 60 if LONG else 20
QUICK = 1.0
"""Seconds that a submit may take while the wire is away; two cores are shared with the rest of the test."""


def submit_seconds(ann: Person, text: str) -> tuple[float, str]:
    conversation = ann.conversation()
    began = time.monotonic()
    answer = ann.send(conversation, text)
    took = time.monotonic() - began
    assert answer.status_code == 202, answer.text
    return took, answer.json()["run"]["id"]


def test_valkey_killed_and_wiped_in_mid_answer_loses_nothing(instance: Instance, ann: Person) -> None:
    message = "[[words 150]][[pace 40]]"
    runs = [ann.run(message) for _ in range(8)]
    readers = [ann.follow(runs[0]), ann.follow_by_socket(runs[0]), *map(ann.follow, runs)]
    readers[0].until("text_added", count=3)
    instance.kill("valkey")
    time.sleep(0.5)
    with instance.without("valkey", wiped=True):
        time.sleep(1)

    agree(*readers)
    assert {text_of(ann.ended(run_id)) for run_id in runs} == {reply_text(message, 150)}
    assert max(reader.lag() for reader in readers) < 3
    assert max(reader.cuts for reader in readers) == 0, "readers do not notice but for a lag"


def test_without_valkey_submits_are_quick_runs_start_and_end_and_readers_lag_two_seconds_at_most(
    instance: Instance, ann: Person, tell: Tell
) -> None:
    with instance.without("valkey"):
        gone = time.time()
        submits: list[float] = []
        runs: list[str] = []
        readers = []
        while time.time() - gone < AWAY_SECONDS:
            took, run_id = submit_seconds(ann, "[[words 60]][[pace 50]]")
            submits.append(took)
            runs.append(run_id)
            readers.append(ann.follow(run_id))
            readers.append(ann.follow_by_socket(run_id))
            time.sleep(3)
        ended_without = [ann.ended(run_id)["status"] for run_id in runs[:-1]]
        lag = max(reader.lag() for reader in readers)
    tell(f"submits max {max(submits):.2f} s, median {sorted(submits)[len(submits) // 2]:.2f} s; lag {lag:.2f} s")

    assert set(ended_without) == {"finished"}, "runs start and end without the wire"
    assert max(submits) < QUICK
    assert lag <= 2.0
    agree(*readers)


def test_without_valkey_a_worker_hands_over_and_its_successor_goes_on(
    instance: Instance, ann: Person, tell: Tell
) -> None:
    message = "[[words 150]][[pace 40]]"
    with instance.without("valkey"):
        run_id = ann.run(message)
        reader = ann.follow(run_id).until("text_added", count=3)
        old = instance.kill("runs", signal.SIGTERM, wait=False)
        ended = wait_until(lambda: not psutil.pid_exists(old), seconds=15, what="the worker ends")
        agree(reader)
        tell(f"ended after {ended:.1f} s; silence of the stream {reader.silence():.1f} s")

    assert ended < 8
    assert text_of(ann.ended(run_id)) == reply_text(message, 150)
    assert "worker_lost" not in [event.get("reason") for event in reader.events]


def test_celery_takes_up_work_again_after_valkey_was_away(instance: Instance, ann: Person, tell: Tell) -> None:
    with instance.without("valkey", wiped=True):
        time.sleep(3)
    run_log, background_log = (len(instance.log(name)) for name in ("runs", "background"))

    def by_message() -> bool:
        took, run_id = submit_seconds(ann, "[[say hello]]")
        state = ann.ended(run_id)
        return took < QUICK and _seconds_queued(state) < 0.8  # far less than the reaper takes

    back = wait_until(by_message, seconds=40, what="runs start by message again", every=1)
    tell(f"runs start by message again after {back:.1f} s")
    titled = ann.run("[[say hello]]", conversation_id=_listed_conversation(ann))
    ann.ended(titled)
    conversation = ann.state(titled)["conversation_id"]
    wait_until(
        lambda: ann.http.get(f"/api/v1/conversations/{conversation}").json()["title_source"] == "model",
        seconds=40,
        what="the background worker makes titles again",
    )
    assert "Traceback" not in instance.log("runs")[run_log:]
    assert "Traceback" not in instance.log("background")[background_log:]


def test_a_silent_valkey_holds_nobody_up(instance: Instance, ann: Person, tell: Tell) -> None:
    """It takes connections and answers nothing, as behind a firewall that drops packets."""
    instance.pause("valkey")
    try:
        with ThreadPoolExecutor(8) as threads:
            took = list(threads.map(lambda _: submit_seconds(ann, "[[words 20]][[pace 20]]"), range(8)))
        later = [submit_seconds(ann, "[[say hello]]") for _ in range(3)]
        states = [ann.ended(run_id) for _, run_id in (*took, *later)]
    finally:
        instance.resume("valkey")
    tell(f"first submits max {max(took)[0]:.2f} s, later ones {max(later)[0]:.2f} s")

    assert {state["status"] for state in states} == {"finished"}
    assert max(took)[0] < 5
    assert max(later)[0] < 2


def _listed_conversation(ann: Person) -> str:
    answer = ann.http.post("/api/v1/conversations", json={"agent_id": ann.agent()})
    return str(answer.json()["id"])


def _seconds_queued(state: dict) -> float:
    started, queued = (datetime.fromisoformat(state[name]) for name in ("started_at", "queued_at"))
    return (started - queued).total_seconds()
