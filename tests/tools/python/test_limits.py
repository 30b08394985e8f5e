"""What bounds the interpreter, and how the model and people are told: time, memory, output, processes, network."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.calls import python, results, turns
from tests.support.sandbox import Sandboxd, in_its_place
from tests.support.talk import Talk

Begin = Callable[..., Talk]


def test_input_has_an_end_at_once(coder: Begin) -> None:
    [call] = results(coder().say(turns(python("name = input('Who? ')"))))
    assert "EOFError" in call["output"]
    assert call["view"]["ended"] is None


def test_memory_ends_the_interpreter_and_the_loss_is_said(coder: Begin, sandbox: Sandboxd) -> None:
    greedy = "kept = 7\nblocks = []\nwhile True: blocks.append(b'x' * (16 << 20))"
    with in_its_place(sandbox.client.socket, memory="256"):
        run = coder().say(turns(python(greedy), python("kept")))
    ended, after = results(run)
    assert "used more than 256 MB of memory, its files included, and was stopped" in ended["output"]
    assert "all variables are lost" in ended["output"]
    assert (ended["view"]["ended"], ended["view"]["variables_lost"]) == ("memory", True)
    assert "NameError" in after["output"]
    assert after["view"]["variables_lost"] is False


def test_much_output_keeps_its_beginning_and_its_end(coder: Begin) -> None:
    [call] = results(coder().say(turns(python("for n in range(20_000): print('line', n)"))))
    assert call["output"].startswith("line 0\n")
    assert call["output"].endswith("line 19999")
    assert "characters left out" in call["output"]
    assert len(call["output"]) < 20_000
    [shown] = call["view"]["outputs"]
    assert 50_000 < len(shown["text"]) < 110_000


def test_endless_output_is_stopped_and_said(coder: Begin) -> None:
    [call] = results(coder().say(turns(python("while True: print('x' * 1000)"))))
    assert "The code printed more than 16 MB and was stopped." in call["output"]
    assert call["view"]["ended"] == "output"
    assert len(str(call["view"])) < 200_000


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("open('/mnt/data/big', 'wb').write(bytes(300 << 20))", "/mnt/data holds 256 MB"),
        ("import subprocess\nall = [subprocess.Popen(['sleep', '9']) for _ in range(99)]", "64 processes and threads"),
        ("import threading as t, time\nfor _ in range(99): t.Thread(target=time.sleep, args=(9,)).start()", "64 proc"),
        ("import urllib.request as u\nu.urlopen('http://example.com')", "there is no network"),
        ("import socket\nsocket.create_connection(('127.0.0.1', 5432))", "there is no network"),
        ("import requests", "packages cannot be installed"),
        ("pip install requests", "packages cannot be installed"),
        ("%pip install requests", "packages cannot be installed"),
        ("import subprocess as s, sys\ns.run([sys.executable, '-m', 'pip', 'install', 'x'])", "packages cannot be"),
        ("!pip install requests", "Packages cannot be installed: there is no network"),
    ],
)
def test_what_cannot_be_had_is_said_clearly_and_at_once(coder: Begin, code: str, note: str) -> None:
    began = time.monotonic()
    [call] = results(coder().say(turns(python(code))))
    assert note in call["output"]
    assert call["view"]["ended"] is None
    assert time.monotonic() - began < 20
    if "acka" in note:
        assert "pandas" in call["output"]
    if "Packages" not in note:
        assert any(note in told for told in call["view"]["notes"])


def test_an_interpreter_that_rested_too_long_says_that_its_variables_are_lost(coder: Begin, sandbox: Sandboxd) -> None:
    bob = coder()
    with in_its_place(sandbox.client.socket, idle="1") as restless:
        bob.say(turns(python("kept = 7\nopen('/mnt/data/kept.txt', 'w').write('still')")))
        wait_for(lambda: restless.client.status_now()["conversations"] == 0)
        [call] = results(bob.say(turns(python("print(open('/mnt/data/kept.txt').read())"))))
    assert call["output"].startswith("still\n")
    assert "variables of earlier calls are lost, files are kept" in call["output"]
    assert call["view"]["variables_lost"] is True


def test_the_loss_is_said_also_when_the_first_call_after_it_was_cancelled(coder: Begin, sandbox: Sandboxd) -> None:
    import asyncio

    bob = coder()
    bob.say(turns(python("kept = 7")))
    asyncio.run(sandbox.client.kill(bob.id))

    async def hang_up() -> None:
        call = asyncio.ensure_future(sandbox.client.run(bob.id, "import time\ntime.sleep(2)", seconds=3))
        await asyncio.sleep(1)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)

    asyncio.run(hang_up())
    first, second = results(bob.say(turns(python("kept = 8"), python("kept"))))
    assert first["view"]["variables_lost"] is True
    assert (second["output"], second["view"]["variables_lost"]) == ("8", False)


def test_a_run_that_is_cancelled_stops_its_code_and_keeps_its_variables(coder: Begin, sandbox: Sandboxd) -> None:
    import threading

    bob = coder()
    bob.say(turns(python("kept = 7")))
    run_id = bob.start(text=turns(python("import time\nfor n in range(600): time.sleep(0.1)"))).json()["run"]["id"]
    worker = threading.Thread(target=bob.worker.execute, args=(run_id,))
    worker.start()
    wait_for(lambda: any(call["status"] == "running" for call in results(run_of(bob, run_id))))
    assert bob.client.post(f"/api/v1/runs/{run_id}/cancel").status_code == 200
    worker.join(60)
    run = run_of(bob, run_id)
    assert (run["status"], results(run)[0]["outcome"]) == ("cancelled", "cancelled")
    assert results(bob.say(turns(python("(kept, n < 600)"))))[0]["output"] == "(7, True)"


def run_of(bob: Talk, run_id: str) -> dict[str, Any]:
    return bob.client.get(f"/api/v1/runs/{run_id}").json()


def wait_for(reached: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.05)
