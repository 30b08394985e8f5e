"""PostgreSQL stopped fast, at once, killed, and away for longer than a lease, while people send and read."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import psycopg
import pytest
from websockets.exceptions import ConnectionClosedError

from inference.scripted import reply_text
from tests.chaos.conftest import LEASE
from tests.support.client import Person, text_of
from tests.support.instance import Instance
from tests.support.invariants import agree

Tell = Callable[[str], None]
pytestmark = pytest.mark.timeout(240)

MESSAGE = "[[words 80]][[pace 30]]"


@dataclass
class Load:
    """People who send without pause: what they were answered."""

    ann: Person
    promised: dict[str, list[str]] = field(default_factory=lambda: {"conversation": [], "run": []})
    answers: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def send_on(self) -> None:
        while not self.stop.is_set():
            conversation = self._ask(
                "conversation", "/api/v1/conversations", {"agent_id": self.ann.agent(), "test": True}
            )
            if conversation:
                self._ask("run", f"/api/v1/conversations/{conversation['id']}/runs", {"text": MESSAGE})
            self.stop.wait(0.3)

    def _ask(self, kind: str, path: str, body: dict) -> dict | None:
        """As a client that heeds `Retry-After` does, with one key for all tries."""
        headers = {"Idempotency-Key": str(uuid4())}
        while not self.stop.is_set():
            began = time.monotonic()
            try:
                answer = self.ann.http.post(path, json=body, headers=headers)
            except httpx.TransportError as error:
                self.wrong.append(f"{path}: {error!r}")
                return None
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.answers[answer.status_code] += 1
            if answer.status_code in {201, 202}:
                told = answer.json()
                self.promised[kind].append(told["run"]["id"] if kind == "run" else told["id"])
                return dict(told)
            if answer.status_code != 503 or "Retry-After" not in answer.headers:
                self.wrong.append(f"{path}: {answer.status_code} {answer.headers} {answer.text[:200]}")
                return None
            time.sleep(0.5)
        return None


@contextmanager
def load_of(ann: Person, people: int) -> Iterator[Load]:
    load = Load(ann)
    threads = [threading.Thread(target=load.send_on) for _ in range(people)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.stop.set()
        for thread in threads:
            thread.join(40)


def missing(instance: Instance, load: Load) -> set[str]:
    """What was promised and is not there."""
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        rows = connection.execute("SELECT id::text FROM runs_run UNION SELECT id::text FROM conversations_conversation")
        there = {row[0] for row in rows.fetchall()}
    return {one for ids in load.promised.values() for one in ids} - there


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL], ids=["fast", "immediate", "kill9"])
def test_postgres_restarted_under_load_breaks_no_promise_and_no_run(
    instance: Instance, ann: Person, number: signal.Signals, tell: Tell
) -> None:
    long = "[[words 250]][[pace 30]]"
    runs = [ann.run(long) for _ in range(6)]
    readers = [*map(ann.follow, runs), *map(ann.follow_by_socket, runs[:3])]
    with load_of(ann, people=3) as load:
        readers[0].until("text_added", count=5)
        instance.kill("postgres", number)
        back = time.time()
        time.sleep(4)
    agree(*readers)
    states = [ann.ended(run_id) for run_id in (*runs, *load.promised["run"])]
    silence = max(reader.silence() for reader in readers)
    tell(f"answers {dict(load.answers)}, slowest {load.slowest:.1f} s; silence of a stream at most {silence:.1f} s")

    assert load.wrong == []
    assert missing(instance, load) == set()
    assert {state["status"] for state in states} == {"finished"}
    assert {text_of(state) for state in states[:6]} == {reply_text(long, 250)}
    assert {text_of(state) for state in states[6:]} == {reply_text(MESSAGE, 80)}
    assert {state["attempt"] for state in states} <= {1, 2}
    assert time.time() - back < 60


def test_postgres_away_for_longer_than_a_lease_breaks_no_promise_and_no_run(
    instance: Instance, ann: Person, tell: Tell
) -> None:
    long = "[[words 250]][[pace 30]]"
    runs = [ann.run(long) for _ in range(4)]
    readers = [*map(ann.follow, runs), ann.follow_by_socket(runs[0])]
    with load_of(ann, people=2) as load:
        readers[0].until("text_added", count=5)
        with instance.without("postgres"):
            with ann.socket() as socket, pytest.raises(ConnectionClosedError) as closed:
                socket.recv(timeout=30)
            time.sleep(1.4 * LEASE)
        back = time.time()
        agree(*readers)
        going = time.time() - back
    states = [ann.ended(run_id) for run_id in (*runs, *load.promised["run"])]
    tell(f"answers {dict(load.answers)}, slowest {load.slowest:.1f} s; runs ended {going:.1f} s after the return")

    assert closed.value.rcvd.code == 1013
    assert load.wrong == []
    assert missing(instance, load) == set()
    assert {text_of(state) for state in states[:4]} == {reply_text(long, 250)}
    assert {text_of(state) for state in states[4:]} == {reply_text(MESSAGE, 80)}
    assert going < 60
