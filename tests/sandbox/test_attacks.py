"""Every attack of the corpus, on the real launcher: first that code runs at all, then that nothing succeeds."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.canary import Canary
from tests.support.sandbox import Sandboxd, text_of

CORPUS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "sandbox_escapes.json").read_text())
BY_NAME = {case["name"]: case for case in CORPUS}
STUMBLES = {"py_pickle_result": "IPython's own `open` cannot be pickled, so the attack ends before it begins"}
UNPROTECTED = ("fs_read_canary", "fs_write_site_packages", "fs_symlink_to_outside")
AT_ONCE = 20

pytestmark = pytest.mark.chaos


def other_folder(box: Sandboxd, canary: Canary) -> Path:
    """The folder of another conversation, which holds the canary."""
    asyncio.run(box.client.put("victim", "secret.txt", canary.text.encode()))
    return next(box.home.glob("**/victim/data"))


async def attack(box: Sandboxd, case: dict[str, Any], code: str, number: int) -> str:
    """The verdict of one attack in an interpreter of its own: its text, and how it ended."""
    conversation = f"{case['name'][:50]}-{number}"
    run = await box.run(conversation, code, seconds=float(case["timeout"]))
    await box.client.forget(conversation)
    return f"{text_of(run)}\n(ended: {run.ended})"


def problems_of(case: dict[str, Any], verdict: str, canary: Canary) -> list[str]:
    found = []
    if "ESCAPE:" in verdict and case["tier"] != "info":
        found.append(f"{case['name']}: {verdict[:300]}")
    if canary.text in verdict:
        found.append(f"{case['name']}: told the canary")
    if case["name"] in STUMBLES:
        return found
    if "BLOCKED:" not in verdict and "(ended: None)" in verdict and not case["killed_ok"] and case["tier"] != "info":
        found.append(f"{case['name']}: no verdict: {verdict[:300]}")
    return found


@pytest.mark.parametrize("name", UNPROTECTED)
def test_without_a_sandbox_the_attack_succeeds(name: str, canary: Canary, tmp_path: Path) -> None:
    code = canary.fill(BY_NAME[name]["code"], other=tmp_path)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert "ESCAPE:" in done.stdout


async def test_in_the_sandbox_code_runs_writes_and_computes(box: Sandboxd) -> None:
    code = (
        "import threading, subprocess, sys, numpy\n"
        "open('/mnt/data/a', 'w').write('x')\nopen('/tmp/b', 'w').write('y')\n"
        "t = threading.Thread(target=lambda: print('thread')); t.start(); t.join()\n"
        "print(subprocess.run([sys.executable, '-c', 'print(1 + 1)'], capture_output=True, text=True).stdout)\n"
        "print(int(numpy.arange(4).sum()))"
    )
    assert text_of(await box.run("control", code)).split() == ["thread", "2", "6"]


def test_no_attack_succeeds(box: Sandboxd, canary: Canary) -> None:
    other = other_folder(box, canary)
    problems: list[str] = []

    async def all_of_them() -> None:
        for number, case in enumerate(CORPUS):
            verdict = await attack(box, case, canary.fill(case["code"], other=other), number)
            problems.extend(problems_of(case, verdict, canary))

    asyncio.run(all_of_them())
    assert problems == []


def test_no_attack_succeeds_among_twenty_at_once(box: Sandboxd, canary: Canary) -> None:
    other = other_folder(box, canary)
    quick = [case for case in CORPUS if case["timeout"] == 15 and not case["name"].startswith("res_")]
    problems: list[str] = []

    async def twenty(case: dict[str, Any]) -> None:
        code = canary.fill(case["code"], other=other)
        verdicts = await asyncio.gather(*(attack(box, case, code, 100 + n) for n in range(AT_ONCE)))
        for verdict in verdicts:
            problems.extend(problems_of(case, verdict, canary))

    async def some() -> None:
        for case in quick[::12]:
            await twenty(case)

    asyncio.run(some())
    assert problems == []


async def test_after_all_of_it_the_sandbox_still_works(box: Sandboxd) -> None:
    assert text_of(await box.run("afterwards", "print(1 + 1)")) == "2\n"
