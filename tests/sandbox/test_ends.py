"""When sandboxd is killed outright, nothing of any sandbox is left, whatever was going on and whatever code did."""

import asyncio
import os
import random
import threading
import time
from collections.abc import Iterator

import pytest

from tests.sandbox.apart import waited
from tests.sandbox.conftest import WAYS
from tests.support.sandbox import Insider, Sandboxd, text_of

ALONE = 4243
"""The uid of ordinary users here: whatever has it belongs to the sandboxd of the test."""
LINEAGE = (
    "import os, signal, subprocess, sys, time\n"
    "for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)\n"
    "stay = 'import signal, time\\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\\ntime.sleep(600)'\n"
    "child = subprocess.Popen([sys.executable, '-c', stay], start_new_session=True)\n"
    "if os.fork() == 0:\n"
    "    os.setsid()\n"
    "    if os.fork() == 0:\n"
    "        subprocess.Popen(['/bin/sh', '-c', 'sleep 600 & exec sleep 600'])\n"
    "        time.sleep(600)\n"
    "    os._exit(0)\n"
    "os.kill(child.pid, signal.SIGSTOP)\n"
    "time.sleep(1)\n"
)
"""Children of children, cut loose from their parents, deaf, and one of them stopped."""
TAKEN_OVER = r"""
import ctypes, os, re, struct, time
seat = int(open('/proc/1/syscall').read().split()[-1], 16)
memory = os.open('/proc/1/mem', os.O_RDWR)
room = next(int(at, 16) for at, how in re.findall(r'(\w+)-\w+ (\S+)', open('/proc/1/maps').read()) if how[1] == 'w')
code = bytes.fromhex('b89d000000 bf01000000 31f6 0f05'.replace(' ', ''))       # prctl(PR_SET_PDEATHSIG, 0)
code += b'\x48\xb9' + struct.pack('<Q', room) + bytes.fromhex('4889010f1f00')  # its answer, where we can read it
code += bytes.fromhex('b822000000 0f05 ebf7'.replace(' ', ''))                 # pause(), for ever
os.pwrite(memory, struct.pack('<q', 77), room)
os.pwrite(memory, code, seat)
if os.fork() == 0:
    if os.fork() == 0:
        time.sleep(0.2)
    os._exit(0)                                                                # pid 1 wakes to bury an orphan
time.sleep(1)
print('answer', struct.unpack('<q', os.pread(memory, 8, room))[0])
"""
"""The first process inside, by whose end all others end, made to forget that it ends with its supervisor."""

pytestmark = pytest.mark.chaos


@pytest.fixture(params=WAYS)
def mine(request: pytest.FixtureRequest) -> Iterator[Sandboxd]:
    with Sandboxd(plain=request.param == "plain", uid=ALONE, warm=2) as started:
        assert started.status["reason"] == "", started.status
        yield started


def left_after_kill(box: Sandboxd) -> list[Insider]:
    assert box.insiders()
    return box.left_after_kill()


def in_the_midst(box: Sandboxd, *works: object) -> None:
    """Begin calls and do not wait for their ends."""

    async def begun() -> None:
        await asyncio.gather(*works, return_exceptions=True)  # type: ignore[call-overload]

    threading.Thread(target=lambda: asyncio.run(begun()), daemon=True).start()
    until = time.monotonic() + 60
    while box.client.status_now()["interpreters"] < len(works) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(1)


def test_nothing_is_left_of_idle_and_warm_interpreters(mine: Sandboxd) -> None:
    waited(mine.run("idle", "x = 1"))
    until = time.monotonic() + 60
    while mine.client.status_now()["warm"] < 2 and time.monotonic() < until:
        time.sleep(0.1)
    assert mine.client.status_now()["warm"] == 2
    assert left_after_kill(mine) == []


def test_nothing_is_left_of_what_calls_left_behind(mine: Sandboxd) -> None:
    waited(mine.run("lineage", LINEAGE))
    assert len([one for one in mine.insiders() if b"sleep" in one.words]) >= 3
    assert left_after_kill(mine) == []


def test_nothing_is_left_of_calls_that_are_running(mine: Sandboxd) -> None:
    spin = "while True: pass"
    bomb = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    in_the_midst(
        mine,
        mine.client.run("spin", f"{LINEAGE}{spin}"),
        mine.client.run("bomb", bomb),
        mine.client.call_function(f"{LINEAGE}{spin}", "f", {}, variables={}),
    )
    assert left_after_kill(mine) == []


def test_nothing_is_left_of_a_sandbox_that_took_over_its_first_process(mine: Sandboxd) -> None:
    if os.uname().machine != "x86_64":
        pytest.skip("the attack is in the machine code of another processor")
    answer = text_of(waited(mine.run("takeover", TAKEN_OVER)))
    assert answer == "answer -1\n", "either the attack did not begin, or it succeeded"
    assert left_after_kill(mine) == []


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_left_of_sandboxes_that_are_just_starting(way: str) -> None:
    """Wherever in its start each of them is."""
    chance = random.Random(7)
    for _ in range(6):
        with Sandboxd(plain=way == "plain", uid=ALONE, warm=3) as one:
            time.sleep(chance.uniform(0.0, 1.0))
            assert one.left_after_kill() == []


def test_after_a_kill_the_next_one_begins_where_the_files_are(mine: Sandboxd) -> None:
    waited(mine.run("kept", "open('/mnt/data/note', 'w').write('mine')\nx = 1"))
    assert mine.left_after_kill() == []
    mine.__enter__()

    run = waited(mine.run("kept", "print(open('/mnt/data/note').read(), 'x' in globals())"))

    assert mine.status["reason"] == "", mine.status
    assert (text_of(run), run.variables_lost) == ("mine False\n", True)
