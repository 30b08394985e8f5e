"""Every attack of the corpus, on the real launcher: first that code runs at all, then that nothing succeeds.

`GLMS_ATTACKS=all` has each of the twenty run all of it, which takes many minutes.
"""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.apart import waited
from tests.sandbox.canary import Canary
from tests.sandbox.conftest import AT_ONCE
from tests.sandbox.corpus import CORPUS, Case, Launched
from tests.support.sandbox import text_of

BY_NAME = {case.name: case for case in CORPUS}
UNPROTECTED = ("fs_read_canary", "fs_write_site_packages", "fs_symlink_to_outside", "net_abstract_unix")
SHARE = 1 if os.environ.get("GLMS_ATTACKS") == "all" else 5
"""One case in so many for each of those that attack at once; together they run every case four times."""
SIDE_BY_SIDE = 4

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]


@pytest.mark.parametrize("name", UNPROTECTED)
def test_without_a_sandbox_the_attack_succeeds(name: str, canary: Canary, tmp_path: Path) -> None:
    code = canary.fill(BY_NAME[name].code, other=tmp_path)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    canary.visits.clear()
    assert "ESCAPE:" in done.stdout


def test_in_the_sandbox_code_runs_writes_and_computes(launched: Launched) -> None:
    code = (
        "import threading, subprocess, sys, numpy\n"
        "open('/mnt/data/a', 'w').write('x')\nopen('/tmp/b', 'w').write('y')\n"
        "t = threading.Thread(target=lambda: print('thread')); t.start(); t.join()\n"
        "print(subprocess.run([sys.executable, '-c', 'print(1 + 1)'], capture_output=True, text=True).stdout)\n"
        "print(int(numpy.arange(4).sum()))"
    )
    assert text_of(waited(launched.box.run("control", code))).split() == ["thread", "2", "6"]


def test_no_attack_succeeds_in_a_conversation(launched: Launched) -> None:
    """A plain user's sandboxd gets all attacks below, and here those that are about what it makes of an interpreter."""
    chosen = [case for case in CORPUS if SHARE == 1 or not launched.box.plain or case.needs_the_interpreter]

    async def all_of_them() -> list[str]:
        free = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(case: Case) -> list[str]:
            async with free:
                return await launched.in_a_conversation(case)

        return [wrong for found in await asyncio.gather(*map(one, chosen)) for wrong in found]

    assert waited(all_of_them()) == []
    assert launched.canary.visits == []


def test_no_attack_succeeds_in_functions_twenty_at_once(crowd: Launched) -> None:
    chosen = CORPUS if SHARE == 1 else [case for case in CORPUS if case.is_quick]

    async def attacker(number: int) -> list[str]:
        mine = [*chosen[number:], *chosen[:number]]
        return [wrong for case in mine[::SHARE] for wrong in await crowd.in_a_function(case)]

    async def at_once() -> list[str]:
        return [wrong for found in await asyncio.gather(*map(attacker, range(AT_ONCE))) for wrong in found]

    assert waited(at_once()) == []
    assert crowd.canary.visits == []
    assert waited(crowd.box.call("def f(): return 1 + 1")).result == 2


def test_after_all_of_it_the_sandbox_still_works(launched: Launched) -> None:
    assert text_of(waited(launched.box.run("afterwards", "print(1 + 1)"))) == "2\n"
