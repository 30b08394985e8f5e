"""The supervisor with real processes: start, end, crash, two at once."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from glms.instance import records
from glms.instance.layout import Layout
from tests.support.instance import SERVING, Instance

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]


def processes_of(home: Path) -> list[psutil.Process]:
    layout = Layout(home)
    return records.leftovers(path=layout.processes, identity=layout.identity)


def wait_until_none(home: Path, *, seconds: float) -> list[psutil.Process]:
    deadline = time.monotonic() + seconds
    while (found := processes_of(home)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def answers(instance: Instance) -> bool:
    with urllib.request.urlopen(f"{instance.url}/healthz", timeout=5) as answer:  # noqa: S310
        return answer.status == 200


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory):
    with Instance(tmp_path_factory.mktemp("up") / "home") as instance:
        yield instance


def test_it_starts_ends_within_ten_seconds_and_leaves_no_process(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home").start()
    assert answers(instance)
    assert len(processes_of(instance.home)) >= 6

    assert instance.stop() < 10
    assert processes_of(instance.home) == []
    assert {part["state"] for part in instance.state()["parts"]} == {"stopped"}


def test_a_second_start_on_the_same_data_uses_the_same_port(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home").start()
    first = instance.url
    instance._port = None
    instance.restart()

    assert instance.url == first
    assert answers(instance)
    instance.stop(number=signal.SIGTERM)


def test_after_kill_9_of_the_supervisor_nothing_is_left_and_the_next_start_is_clean(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home").start()
    instance.pause("runs")  # it cannot heed the kernel's signal: the next start must end it
    stubborn = instance.pid("runs")
    instance.kill_supervisor()
    remaining = wait_until_none(instance.home, seconds=1)
    assert stubborn in {process.pid for process in remaining}

    instance.start()
    assert not psutil.pid_exists(stubborn)
    assert answers(instance)
    instance.stop()
    assert processes_of(instance.home) == []


@pytest.mark.parametrize("name", ["web", "runs", "background", "beat", "valkey", "postgres"])
def test_a_killed_part_is_started_again(running: Instance, name: str) -> None:
    others = {other: running.pid(other) for other in SERVING if other not in {name, "migrate"}}

    running.kill(name)

    assert {other: running.pid(other) for other in others} == others, "only the killed part starts again"
    assert answers(running)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT, signal.SIGTERM])
def test_postgres_comes_back_however_it_was_stopped(running: Instance, number: signal.Signals) -> None:
    if number is signal.SIGTERM:
        for name in ("web", "runs", "background"):  # a smart shutdown waits for its clients
            running.kill(name, wait=False)
    running.kill("postgres", number)
    assert answers(running)


def test_valkey_may_be_absent_and_wiped(running: Instance) -> None:
    with running.without("valkey", wiped=True):
        assert answers(running)
    assert running.part("valkey")["state"] == "ready"


def test_a_second_supervisor_on_the_same_home_says_where_the_first_is(running: Instance) -> None:
    command = [sys.executable, "-m", "glms.instance.cli", "up", "--home", str(running.home)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert second.returncode == 1
    assert f"localhost:{running.state()['port']}" in second.stderr
    assert answers(running)


def test_status_shows_each_part(running: Instance) -> None:
    command = [sys.executable, "-m", "glms.instance.cli", "status", "--home", str(running.home)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert done.returncode == 0
    for name in SERVING:
        assert name in done.stdout


def test_two_homes_do_not_meet(running: Instance, tmp_path: Path) -> None:
    with Instance(tmp_path / "other", port=None) as other:
        assert other.url != running.url
        assert other.database_url != running.database_url
        assert not {process.pid for process in processes_of(other.home)} & {
            process.pid for process in processes_of(running.home)
        }
    assert answers(running)


def test_a_port_that_is_taken_is_refused_by_name(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "glms.instance.cli", "up", "--home", str(tmp_path / "h"), "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert done.returncode == 1
    assert f"port {port}" in done.stderr
