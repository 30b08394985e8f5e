"""Attacks on sandboxd itself and on other conversations, by code that knows how it is held: beyond the corpus."""

import asyncio
import time

import pytest

from glms.sandbox.client import FileRefused, FunctionFailed, SandboxUnavailable
from tests.sandbox.apart import waited
from tests.sandbox.corpus import Launched
from tests.support.sandbox import Sandboxd, text_of

PATIENT = 5.0
"""Seconds within which sandboxd answers others, on a busy machine too, whatever one conversation does to it."""
WIRE = "import gc, os, threading, time\nwire = [o for o in gc.get_objects() if type(o).__name__ == 'Wire'][0]\n"

pytestmark = pytest.mark.chaos


async def answers(box: Sandboxd, ended: asyncio.Event) -> float:
    """The longest that sandboxd took to say how it is."""
    longest = 0.0
    while not ended.is_set():
        began = time.monotonic()
        await box.client.status()
        longest = max(longest, time.monotonic() - began)
        await asyncio.sleep(0.05)
    return longest


@pytest.mark.parametrize(
    "code",
    [
        "print('A' * 2_000_000)",
        "print('A\\r' * 400_000)",
        WIRE + "m = (b'\\0' + wire.nonce.encode() + b':7\\0') * 2000\nfor _ in range(3000): os.write(1, m)",
        WIRE + "for n in range(60): wire.reply(at=n, display={'text/plain': 'x' * (10 << 20)})",
        WIRE + "os.write(wire._replies, b'x' * (100 << 20))",
        WIRE + "while True: os.write(wire._replies, b'{\"at\":1}\\n' * 5000)",
        WIRE + "for _ in range(5000): wire.reply(done=0)\nwhile True: os.write(1, b'y' * 4096)",
        "for i in range(4000):\n    try: __import__('os').mkdir(f'd{i}')\n    except OSError: break",
    ],
    ids=["line", "returns", "marks", "replies", "one-reply", "many-replies", "dones", "folders"],
)
def test_no_output_keeps_sandboxd_from_answering_others(first: Launched, code: str) -> None:
    async def attack() -> tuple[float, str | None, int]:
        ended = asyncio.Event()
        watching = asyncio.create_task(answers(first.box, ended))
        run = await first.box.run("flood", code, seconds=10)
        await first.box.client.forget("flood")
        ended.set()
        return await watching, run.ended, len(str(run.outputs))

    longest, _ended, size = waited(attack())
    assert longest < PATIENT
    assert size < 3 << 20


@pytest.mark.parametrize("told", ["{'done': [1]}", "7"])
def test_a_reply_that_is_none_ends_the_interpreter(first: Launched, told: str) -> None:
    code = f"{WIRE}import json\nos.write(wire._replies, json.dumps({told}).encode() + b'\\n')\ntime.sleep(30)"
    run = waited(first.box.run("odd", code, seconds=20))
    assert (run.ended, run.variables_lost) == ("crashed", True)


def test_what_a_call_leaves_behind_does_not_run_between_calls(launched: Launched) -> None:
    code = (
        "import subprocess, sys, threading, time\n"
        "count = 'import time\\nfor n in range(10**6): open(\"/tmp/ticks\", \"w\").write(str(n)); time.sleep(0.01)'\n"
        "child = subprocess.Popen([sys.executable, '-c', count], start_new_session=True)\n"
        "turns = [0]\n"
        "def turn():\n    while True: turns[0] += 1; time.sleep(0.01)\n"
        "threading.Thread(target=turn, daemon=True).start()\ntime.sleep(0.5)"
    )

    look = "time.sleep(0.3)\nwhile not (ticks := open('/tmp/ticks').read()): pass\nprint(turns[0]); print(ticks)"

    async def rest() -> list[str]:
        await launched.box.run("behind", code)
        seen = []
        for pause in (3.0, 0.0):
            seen.append(text_of(await launched.box.run("behind", look)))
            await asyncio.sleep(pause)
        await launched.box.client.forget("behind")
        return seen

    before, after = ([int(word) for word in seen.split()] for seen in waited(rest()))
    assert all(0 < later - earlier < 150 for earlier, later in zip(before, after, strict=True)), (before, after)


def test_processes_that_only_multiply_do_not_outlast_their_call(launched: Launched) -> None:
    """Each starts the next one and ends, so that none is there long enough to be stopped."""
    code = (
        "import os, time\n"
        "if os.fork() == 0:\n    while True:\n        if os.fork(): os._exit(0)\n"
        "time.sleep(0.3)"
    )

    async def chain() -> set[str]:
        await launched.box.run("chain", code, seconds=10)
        spaces = {one.space for one in launched.box.insiders()}
        seen = set()
        for _ in range(20):
            seen |= {(folder.pid, folder.words) for folder in launched.box.insiders() if folder.space in spaces}
            await asyncio.sleep(0.05)
        await launched.box.client.forget("chain")
        return seen

    assert len(waited(chain())) < 100


def test_memory_cannot_be_hidden(launched: Launched) -> None:
    """From those who watch where there is no control group: by being no process's own, or a process's secret."""
    hidden = (
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "print('memfd', libc.syscall(319, b'x', 0), 'secret', libc.syscall(447, 0))\n"
        "print('shm', libc.shmget(0, 1 << 20, 0o1600), 'msg', libc.msgget(0, 0o1600))"
    )
    secretive = (
        "import ctypes, os, time\nctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\nkids = []\n"
        "for _ in range(8):\n"
        "    pid = os.fork()\n"
        "    if not pid:\n"
        "        x = bytearray(400 << 20)\n"
        "        for at in range(0, len(x), 4096): x[at] = 1\n"
        "        time.sleep(5); os._exit(0)\n"
        "    kids.append(pid)\n"
        "print('held', sum(os.waitpid(pid, 0)[1] == 0 for pid in kids))"
    )
    assert text_of(waited(launched.box.run("hidden", hidden))) == "memfd -1 secret -1\nshm -1 msg -1\n"
    run = waited(launched.box.run("secretive", secretive, seconds=30))
    waited(launched.box.client.forget("secretive"))
    assert run.ended == "memory" or text_of(run).split()[-1] in {"0", "1", "2"}, (run.ended, text_of(run))


def test_links_and_names_lead_to_nobody_elses_files(first: Launched) -> None:
    code = (
        "import os\nos.symlink('/', 'root'); os.symlink('..', 'up'); os.symlink('/tmp/mine', 'file')\n"
        f"os.symlink({str(first.other / 'secret.txt')!r}, 'other')"
    )
    names = ("root/etc/passwd", "up/x", "../victim/data/secret.txt", "../../victim/data/secret.txt", "other", "/x")

    async def tries() -> None:
        await first.box.run("links", code)
        for name in names:
            with pytest.raises(FileRefused):
                await first.box.client.read("links", name)
        for name in ("root/tmp/put", "up/put", "../victim/data/put"):
            with pytest.raises(FileRefused):
                await first.box.client.put("links", name, b"put")
        for conversation in ("../victim", "victim/data", ".", "..", "", "victim\0", "x" * 65):
            with pytest.raises((FileRefused, SandboxUnavailable)):
                await first.box.client.read(conversation, "secret.txt")
            with pytest.raises((FileRefused, SandboxUnavailable)):
                await first.box.client.run(conversation, "1")
        await first.box.client.put("links", "file", b"put")
        assert await first.box.client.read("links", "file") == b"put"
        seen = await first.box.run("links", "print(os.path.islink('file'), os.path.exists('/tmp/mine'))")
        assert text_of(seen) == "False False\n"

    waited(tries())
    assert sorted(path.name for path in first.other.iterdir()) == ["secret.txt"]


def test_nobody_is_reached_by_a_path(launched: Launched) -> None:
    """Sandboxd's own socket, and one that is open to everybody."""
    code = (
        "import socket\n"
        f"for path in ({str(launched.box.client.socket)!r}, {str(launched.canary.unix)!r}):\n"
        "    try:\n        socket.socket(socket.AF_UNIX).connect(path); print('reached', path)\n"
        "    except OSError as error: print(type(error).__name__)"
    )
    assert text_of(waited(launched.box.run("socket", code))).split() == ["FileNotFoundError"] * 2
    assert launched.box.client.socket.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("code", "ended"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "crashed"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", "timeout"),
        ("import os; os.closerange(0, 500)", "crashed"),
        ("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", "timeout"),
        ("import ctypes; ctypes.string_at(0)", "crashed"),
    ],
    ids=["kill", "stop", "close", "forks", "fault"],
)
def test_an_interpreter_that_harms_itself_is_told_and_replaced(first: Launched, code: str, ended: str) -> None:
    run = waited(first.box.run("harm", code, seconds=2))
    again = waited(first.box.run("harm", "print('well')"))
    waited(first.box.client.forget("harm"))
    assert run.ended == ended
    assert run.variables_lost or "fork" in code, "the first of the forks may still heed its interrupt in time"
    assert text_of(again) == "well\n"


def test_commands_that_are_read_away_do_not_hold_the_conversation(first: Launched) -> None:
    steal = f"{WIRE}fd = wire._commands.fileno()\nwire.reply(done=wire.mark())\ntime.sleep(100)"
    waited(first.box.run("thief", steal, seconds=5))

    began = time.monotonic()
    run = waited(first.box.run("thief", f"x = '{'x' * 900_000}'\nprint('ran')", seconds=2))

    assert time.monotonic() - began < 60
    assert run.ended == "timeout" or "ran" in text_of(run)


def test_a_forged_result_of_a_function_is_data_or_a_failure(first: Launched) -> None:
    for told in ("done=[1], result=5", "done='x'", "done=0, result={'a': 'x' * (20 << 20)}"):
        code = f"{WIRE}wire.reply({told})\ntime.sleep(20)\ndef f(): return 1"
        with pytest.raises(FunctionFailed):
            waited(first.box.call(code, seconds=3))
