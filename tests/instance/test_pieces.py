"""The supervisor's pieces by themselves: logs, ports, records, reasons, what is missing."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from glms.instance import lock, logfiles, ports, records
from glms.instance.board import Board, State
from glms.instance.commands import RUN_THREADS, run_worker
from glms.instance.console import LiveScreen, PlainScreen
from glms.instance.files import read_json, write_json
from glms.instance.layout import Layout, LayoutError
from glms.instance.postgres import BINARIES
from glms.instance.unix_user import postgres_user


@pytest.mark.parametrize(
    ("line", "loud"),
    [
        ('{"level": "error", "event": "x"}', True),
        ('{"level": "info", "event": "an ERROR is named"}', False),
        ('{"level": "warning"', True),
        ("2026-01-01 00:00:00.000 UTC [7] FATAL:  no space left on device", True),
        ("2026-01-01 00:00:00.000 UTC [7] FATAL:  the database system is starting up", False),
        ("7:M 01 Jan 2026 00:00:00.000 # WARNING Memory overcommit must be enabled!", False),
        ("7:M 01 Jan 2026 00:00:00.000 * Ready to accept connections unix", False),
        ("Traceback (most recent call last):", True),
        ("django.db.utils.OperationalError: gone", True),
        ("     . logfile -> [stderr]@%WARNING", False),
    ],
)
def test_the_terminal_shows_warnings_and_errors(line: str, loud: bool) -> None:
    assert logfiles.is_loud(line) is loud


def test_the_model_servers_warnings_stay_in_its_log() -> None:
    assert not logfiles.is_loud("(Worker pid=1) WARNING 01-01 00:00:00 libtcmalloc is not found", name="model")
    assert logfiles.is_loud("(EngineCore pid=1) ERROR 01-01 00:00:00 [core.py:1] died", name="model")


def test_a_follower_gives_whole_lines_once_and_survives_a_cut(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    follower = logfiles.Follower(log)
    log.write_bytes(b"one\ntw")
    assert list(follower.fresh()) == ["one"]
    with log.open("ab") as file:
        file.write(b"o\nthree\n")
    assert list(follower.fresh()) == ["two", "three"]
    assert list(follower.fresh()) == []
    log.write_bytes(b"new\n")
    assert list(follower.fresh()) == ["new"]


def test_a_long_log_is_cut_while_its_writer_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logfiles, "MAX_BYTES", 100)
    log = tmp_path / "web.log"
    with log.open("a") as writer:
        writer.write("x" * 200 + "\n")
        writer.flush()
        assert logfiles.shrink(log)
        writer.write("after\n")
    assert log.read_text() == "after\n"
    assert (tmp_path / "web.log.1").read_text() == "x" * 200 + "\n"


def test_three_older_logs_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    for number in range(6):
        logfiles.rotate(log)
        log.write_text(str(number))
    assert [path.read_text() for path in sorted(tmp_path.glob("web.log*"))] == ["5", "4", "3", "2"]


def test_a_remembered_port_is_taken_again_and_another_when_it_is_in_use(tmp_path: Path) -> None:
    with socket.socket() as first:
        first.bind(("127.0.0.1", 0))
        first.listen()
        taken = first.getsockname()[1]
        (tmp_path / "port").write_text(f"{taken}\n")
        with ports.listen(host="127.0.0.1", port=None, remembered=tmp_path / "port") as other:
            chosen = other.getsockname()[1]
            assert chosen != taken
    with ports.listen(host="127.0.0.1", port=None, remembered=tmp_path / "port") as again:
        assert again.getsockname()[1] == chosen


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not lock.is_held(path)
    with lock.held(path):
        assert lock.is_held(path)
        with pytest.raises(lock.AlreadyRunning), lock.held(path):
            pass
    assert not lock.is_held(path)


def test_a_process_that_took_over_a_recorded_number_is_spared(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        record = {"name": "web", "pid": stranger.pid, "create_time": psutil.Process(stranger.pid).create_time() - 100}
        write_json(tmp_path / "processes.json", [record])
        assert records.leftovers(path=tmp_path / "processes.json", identity="none") == []
        stranger.kill()


def test_what_carries_our_mark_is_found_and_ended_even_when_it_is_deaf_and_paused(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    environment = {**os.environ, records.MARK: "test-mark"}
    with subprocess.Popen([sys.executable, "-c", deaf], env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        found = records.leftovers(path=tmp_path / "none.json", identity="test-mark")
        assert [each.pid for each in found] == [process.pid]

        records.end(found, patience=0.3)
        process.wait(5)
        assert not psutil.pid_exists(process.pid)


def test_the_board_is_in_a_file_and_since_moves_only_with_the_state(tmp_path: Path) -> None:
    board = Board(path=tmp_path / "state.json", head={"pid": 1})
    board.put("web", State.STARTING, pid=5)
    began = board.parts["web"].since
    board.put("web", State.STARTING, detail="more", pid=5)
    assert board.parts["web"].since == began
    board.put("web", State.READY, pid=5)

    told = read_json(tmp_path / "state.json")
    assert told["pid"] == 1
    assert told["parts"][0]["state"] == "ready"


def test_both_screens_show_a_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for screen in (PlainScreen(tmp_path / "plain.log"), LiveScreen(tmp_path / "live.log")):
        board = Board(path=tmp_path / "state.json", head={})
        board.listeners.append(lambda part, show=screen.part, parts=board.parts: show(part, everything=parts.values()))
        board.put("web", State.STARTING)
        board.put("web", State.READY, detail="port 1")
        screen.log("web", "a line [with] brackets")
        screen.say("GLMs is at http://localhost:1")
        screen.close()
        shown = capsys.readouterr().out
        assert "port 1" in shown
        assert "a line [with] brackets" in shown
        assert "http://localhost:1" in shown


def test_sockets_of_a_deep_home_lie_in_a_short_folder_of_ours(tmp_path: Path) -> None:
    layout = Layout(tmp_path / ("d" * 120))
    layout.make()
    assert len(str(layout.sockets)) < 100
    assert layout.sockets.stat().st_mode & 0o077 == 0
    layout.sockets.rmdir()

    layout.sockets.symlink_to(tmp_path)
    with pytest.raises(LayoutError):
        layout.make()
    layout.sockets.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must become someone else")
def test_as_root_postgres_runs_as_a_user_that_reaches_its_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    inside = postgres_user(binary=BINARIES / "postgres", folder=closed)
    assert inside is not None
    assert inside.inside, "a folder that only root enters is reached from a user namespace"

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        own = postgres_user(binary=BINARIES / "postgres", folder=Path(folder))
    assert own is not None
    assert own.uid != 0


def test_a_thousand_runs_fit_in_one_worker() -> None:
    command = run_worker(identity="x")
    assert command[command.index("-c") + 1] == str(RUN_THREADS) == "1000"


def test_doctor_says_what_is_there_and_what_to_do(tmp_path: Path) -> None:
    environment = {"PATH": "/nowhere", "GLMS_HOME": str(tmp_path), "GLMS_FRONTEND_DIST": str(tmp_path)}
    command = [sys.executable, "-m", "glms.instance.cli", "doctor"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    for found in ("(PostgreSQL) 18", "Valkey server v=9", "embedded"):
        assert found in done.stdout
    for remedy in ("nodejs.org", "make page", "GLMS_MODEL_URL", "`glms up` starts it"):
        assert remedy in done.stdout


def test_status_of_a_home_where_nothing_runs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "glms.instance.cli", "status", "--home", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "does not run" in done.stdout


def test_json_that_is_cut_reads_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps({"a": 1})[:-2])
    assert read_json(tmp_path / "x.json") is None
