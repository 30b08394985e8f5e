"""Run workers that are killed, told to stop, paused, cut off, poisoned, or live in another hour."""

import itertools
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from inference.calls import MAY_HAVE_HAPPENED
from inference.scripted import reply_text
from tests.chaos.conftest import LEASE, TOOLS, Keep
from tests.support import invariants
from tests.support.client import Person, calls_of, text_of
from tests.support.instance import Instance
from tests.support.invariants import agree
from tests.support.proxy import DatabaseProxy
from tests.support.scripted import ScriptedProcess, wait_until
from tests.support.tools import NAMES
from tests.support.worker import SecondWorker

Tell = Callable[[str], None]
pytestmark = pytest.mark.timeout(240)

TAKEN_OVER = LEASE * 4 / 3 + 5
"""Seconds: lease, reaper, and two slow cores."""


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def written(instance: Instance, run_id: str) -> list[tuple[int, str]]:
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        query = "SELECT seq, body::text FROM runs_runevent WHERE run_id = %s ORDER BY seq"
        return connection.execute(query, [run_id]).fetchall()


def owner_of(instance: Instance, run_id: str) -> tuple[str, int]:
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        row = connection.execute("SELECT lease_owner, attempt FROM runs_run WHERE id = %s", [run_id]).fetchone()
        assert row is not None
        return row


def test_kill_9_of_the_worker_with_the_real_lease(model: ScriptedProcess, tmp_path: Path, tell: Tell) -> None:
    """In mid-answer, between two calls, in mid-call: each run goes on within 40 s as its tool allows."""
    once, again, before = (tmp_path / name for name in ("once", "again", "before"))
    answer = "[[words 120]][[pace 50]]"
    risky = f'[[call slow {{"seconds": 8, "file": "{once}"}}]][[then]][[say risky]]'
    harmless = f'[[call slow_repeatable {{"seconds": 6, "file": "{again}"}}]][[then]][[say harmless]]'
    between = f'[[call counter {{"file": "{before}"}}]][[then]][[words 100]][[pace 50]]'
    with Instance(tmp_path / "home", environment={**model.environment, **TOOLS}) as instance:
        with Person.sign_up(instance.url) as ann:
            texts = (answer, risky, harmless, between)
            runs = [ann.run(text, tools=NAMES) for text in texts]
            readers = [ann.follow(run_id) for run_id in runs] + [ann.follow_by_socket(runs[0])]
            readers[0].until("text_added", count=5)
            readers[1].until("call_started")
            readers[2].until("call_started")
            readers[3].until("text_added", count=3)
            killed = time.time()
            instance.kill("runs", wait=False)
            for reader in readers:
                reader.until("run_started", count=2, seconds=45)
            back = max(at for reader in readers for at in reader.heard_at[: reader.types().index("run_started", 1) + 1])
            agree(*readers)
            states = [ann.ended(run_id) for run_id in runs]
        invariants.check(instance.database_url)

    tell(f"all four runs went on {back - killed:.1f} s after the kill")
    assert back - killed <= 40
    assert {state["status"] for state in states} == {"finished"}
    assert text_of(states[0]) == reply_text(answer, 120), "nothing is doubled or lost"
    assert readers[0].types().count("turn_withdrawn") == 1
    assert [call["outcome"] for call in calls_of(states[1])] == ["unknown"]
    assert [line.split()[0] for line in lines_of(once)] == ["start"], "what must not be repeated is not"
    assert model.told(risky)[-1]["content"] == MAY_HAVE_HAPPENED
    assert [call["outcome"] for call in calls_of(states[2])] == ["done"]
    assert [line.split()[0] for line in lines_of(again)] == ["start", "start", "end"]
    assert len({line.split()[1] for line in lines_of(again)}) == 1, "the same key for the same call"
    assert len(lines_of(before)) == 1, "a finished call is never repeated"
    assert text_of(states[3]) == reply_text(between, 100)


def test_a_worker_killed_at_random_moments_never_loses_or_doubles_a_word(
    instance: Instance, ann: Person, keep_journal: Keep, tell: Tell
) -> None:
    messages = [
        f"[[words {20 + 15 * number}]][[pace 15]]" + '[[call calculator {"expression":"2*3"}]][[then]][[words 60]]'
        for number in range(12)
    ]
    runs = [ann.run(message, tools=("calculator",)) for message in messages]
    readers = [*map(ann.follow, runs), *map(ann.follow_by_socket, runs[:3])]
    for pause in (0.4, 6.0):  # in the middle of the first attempt, and about where the second begins
        time.sleep(pause)
        instance.kill("runs")
    agree(*readers)

    for message, run_id, number in zip(messages, runs, itertools.count(), strict=False):
        state = ann.ended(run_id)
        first, second = reply_text(message, 20 + 15 * number), reply_text(message, 60)
        assert text_of(state) == f"{first}\n\n{second}"
        assert [call["output"] for call in calls_of(state)] == ["6"]
    attempts = [ann.state(run_id)["attempt"] for run_id in runs]
    tell(f"attempts {attempts}")
    keep_journal("worker_killed", runs[attempts.index(max(attempts))])


def test_a_worker_told_to_stop_hands_its_runs_over_within_seconds(
    instance: Instance, ann: Person, tmp_path: Path, keep_journal: Keep, tell: Tell
) -> None:
    answer = "[[words 150]][[pace 40]]"
    short = f'[[call slow {{"seconds": 3, "file": "{tmp_path}/short"}}]][[then]][[say short]]'
    long = f'[[call slow {{"seconds": 60, "file": "{tmp_path}/long"}}]][[then]][[say long]]'
    with SecondWorker(instance):
        runs = [ann.run(text, tools=NAMES) for text in (answer, short, long)]
        readers = [ann.follow(run_id) for run_id in runs]
        readers[0].until("text_added", count=3)
        for reader in readers[1:]:
            reader.until("call_started")
        mine = [owner_of(instance, run_id)[0].split(":")[1] == str(instance.pid("runs")) for run_id in runs]
        told = time.time()
        instance.kill("runs", signal.SIGTERM)
        agree(*readers)
    states = [ann.ended(run_id) for run_id in runs]
    over = [_second_start(reader) - told for reader, ours in zip(readers, mine, strict=True) if ours]
    tell(f"handed over after {', '.join(f'{one:.1f}' for one in over)} s")

    assert {state["status"] for state in states} == {"finished"}
    assert text_of(states[0]) == reply_text(answer, 150)
    assert [calls_of(states[1])[0]["outcome"], calls_of(states[1])[0]["output"]] == ["done", "slept 3"], (
        "a short call is waited for"
    )
    assert all(one < 10 for one in over)
    assert len(lines_of(tmp_path / "short")) == 2
    if mine[0]:
        assert "worker_lost" not in [event.get("reason") for event in readers[0].events]
        keep_journal("handed_over", runs[0])


def _second_start(reader: object) -> float:
    starts = [at for event, at in zip(reader.events, reader.heard_at, strict=True) if event["type"] == "run_started"]
    return starts[1] if len(starts) > 1 else starts[0]


def test_a_worker_that_sleeps_past_its_lease_writes_nothing_more(
    instance: Instance, ann: Person, tmp_path: Path, tell: Tell
) -> None:
    answer = "[[words 200]][[pace 50]]"
    risky = f'[[call slow {{"seconds": 4, "file": "{tmp_path}/risky"}}]][[then]][[say done]]'
    runs = [ann.run(answer), ann.run(risky, tools=NAMES)]
    readers = [ann.follow(run_id) for run_id in runs]
    readers[0].until("text_added", count=5)
    readers[1].until("call_started")
    paused_owner = owner_of(instance, runs[0])[0]
    instance.pause("runs")
    paused = time.time()
    try:
        with SecondWorker(instance, name="taker"):
            readers[0].until("run_started", count=2, seconds=60)
            taken = time.time() - paused
            assert owner_of(instance, runs[0])[0] != paused_owner
            instance.resume("runs")  # in the middle of the other's answer
            agree(*readers)
    finally:
        instance.resume("runs")
    tell(f"taken over {taken:.1f} s after the pause")

    states = [ann.ended(run_id) for run_id in runs]
    assert text_of(states[0]) == reply_text(answer, 200)
    assert readers[0].types().count("run_started") == 2
    assert [call["outcome"] for call in calls_of(states[1])] == ["unknown"]
    again = ann.run("[[say still there]]")
    assert ann.ended(again)["status"] == "finished", "the one that slept works on"


def test_a_worker_asleep_for_two_leases_wakes_up_to_a_finished_run(instance: Instance, ann: Person) -> None:
    answer = "[[words 60]][[pace 50]]"
    run_id = ann.run(answer)
    reader = ann.follow(run_id).until("text_added", count=5)
    instance.pause("runs")
    asleep = time.time()
    try:
        with SecondWorker(instance, name="late"):
            agree(reader)
            before = written(instance, run_id)
            time.sleep(max(0.0, 2 * LEASE - (time.time() - asleep)))
            instance.resume("runs")
            time.sleep(3)
    finally:
        instance.resume("runs")

    assert written(instance, run_id) == before, "not a line, not a changed one"
    assert text_of(ann.ended(run_id)) == reply_text(answer, 60)


@pytest.fixture
def proxy(instance: Instance) -> Iterator[DatabaseProxy]:
    with (
        tempfile.TemporaryDirectory() as folder,
        DatabaseProxy(Path(folder), instance.layout.sockets) as proxy,
    ):
        yield proxy


def test_a_worker_cut_off_from_the_database_stops_itself_before_its_lease_ends(
    instance: Instance, ann: Person, model: ScriptedProcess, proxy: DatabaseProxy, tmp_path: Path, tell: Tell
) -> None:
    answer = "[[words 900]][[pace 50]]"
    risky = f'[[call slow {{"seconds": 12, "file": "{tmp_path}/risky"}}]][[then]][[say done]]'
    instance.pause("runs")  # so that the other one takes the runs
    with SecondWorker(instance, name="cut", database_url=proxy.url):
        runs = [ann.run(answer), ann.run(risky, tools=NAMES)]
        readers = [ann.follow(run_id) for run_id in runs]
        readers[0].until("text_added", count=5)
        readers[1].until("call_started")
        cut_owner = owner_of(instance, runs[0])[0]
        with proxy.cut():
            cut = time.time()
            stopped = wait_until(lambda: model.state()["open"] == 0, seconds=LEASE, what="it lets go of the model")
            assert owner_of(instance, runs[0])[0] == cut_owner
            instance.resume("runs")
            readers[0].until("run_started", count=2, seconds=TAKEN_OVER)
            ann.cancel(runs[0])  # the rest of it proves nothing
            time.sleep(max(0.0, 1.5 * LEASE - (time.time() - cut)))
        agree(*readers)
        after = ann.run("[[say well]]")
        assert ann.ended(after)["status"] == "finished"
    tell(f"stopped {stopped:.1f} s after the cut, with a lease of {LEASE:g} s")

    assert stopped < LEASE
    assert ann.ended(runs[0])["status"] == "cancelled"
    assert [call["outcome"] for call in calls_of(ann.ended(runs[1]))] == ["unknown"]
    assert [line.split()[0] for line in lines_of(tmp_path / "risky")] == ["start"], "its call was stopped with it"


def test_a_run_that_kills_its_worker_every_time_fails_and_the_others_go_on(
    instance: Instance, ann: Person, tmp_path: Path, keep_journal: Keep, tell: Tell
) -> None:
    deadly = ann.run(f'[[call killer {{"file": "{tmp_path}/deaths"}}]]', tools=NAMES)
    began = time.time()
    bystander_text = "[[words 150]][[pace 50]]"
    bystanders = [ann.run(bystander_text) for _ in range(5)]
    readers = [ann.follow(deadly), *map(ann.follow, bystanders)]
    failed = ann.ended(deadly, seconds=150)
    tell(f"given up after {time.time() - began:.0f} s and {len(lines_of(tmp_path / 'deaths'))} dead workers")

    assert failed["status"] == "failed"
    assert failed["error"]["code"] == "worker_crashed"
    assert len(lines_of(tmp_path / "deaths")) == 3
    assert [call["outcome"] for call in calls_of(failed)] == ["unknown"]
    agree(*readers)
    assert {text_of(ann.ended(run_id)) for run_id in bystanders} == {reply_text(bystander_text, 150)}
    keep_journal("worker_crashed", deadly)


FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


def with_clock(skew: str) -> dict[str, str]:
    return {"LD_PRELOAD": str(FAKETIME), "FAKETIME": skew, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.mark.skipif(FAKETIME is None, reason="needs the package libfaketime")
def test_workers_with_wrong_clocks_work_like_the_others(instance: Instance, ann: Person) -> None:
    answer = "[[words 280]][[pace 40]]"
    instance.pause("runs")
    try:
        with (
            SecondWorker(instance, name="fast", environment=with_clock("+3600")) as fast,
            SecondWorker(instance, name="slow", environment=with_clock("-3600")) as slow,
        ):
            runs = [ann.run(answer) for _ in range(12)]
            readers = [ann.follow(run_id).until("text_added", count=3) for run_id in runs]
            owners = [int(owner_of(instance, run_id)[0].split(":")[1]) for run_id in runs]
            assert set(owners) == {fast.pid, slow.pid}
            for reader, owner in zip(readers, owners, strict=True):
                ahead = reader.events[0]["at_ms"] / 1000 - time.time()
                assert abs(ahead) > 3000
                assert (ahead > 0) == (owner == fast.pid), "their clocks are wrong indeed"
            agree(*readers)
            states = [ann.ended(run_id) for run_id in runs]
            assert {(state["status"], state["attempt"]) for state in states} == {("finished", 1)}, "longer than a lease"

            lost = ann.run(answer)
            reader = ann.follow(lost).until("text_added", count=3)
            killed, other = (fast, slow) if owner_of(instance, lost)[0].split(":")[1] == str(fast.pid) else (slow, fast)
            killed.kill()
            reader.until("run_started", count=2, seconds=TAKEN_OVER)
            assert owner_of(instance, lost)[0].split(":")[1] == str(other.pid)
            agree(reader)
            assert text_of(ann.ended(lost)) == reply_text(answer, 280)
    finally:
        instance.resume("runs")
