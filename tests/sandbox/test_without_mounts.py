"""Where a policy lets a plain user mount nothing: the same boundary, disk watched, nothing left for the next start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.apart import waited
from tests.sandbox.canary import Canary
from tests.sandbox.corpus import CORPUS, Launched
from tests.support.sandbox import Sandboxd, text_of

OWN = 4244
NESTED = "import os\nfor _ in range(2000):\n    os.mkdir('d'); os.chdir('d')\n"

pytestmark = pytest.mark.chaos


@pytest.fixture(scope="module")
def launched(canary: Canary) -> Iterator[Launched]:
    with Sandboxd(canary=canary.text, plain=True, uid=OWN, mounts=False) as box:
        waited(box.client.put("victim", "secret.txt", canary.text.encode()))
        yield Launched(box=box, canary=canary, other=next(box.home.glob("**/victim/data")))


def boxes(box: Sandboxd) -> list[Path]:
    return list((box.home / "stage" / "boxes").iterdir())


def test_its_weakness_is_told(launched: Launched) -> None:
    assert launched.box.status["level"] >= 2
    assert "no file system of its own" in " ".join(launched.box.status["notes"])


def test_no_attack_succeeds(launched: Launched) -> None:
    async def all_of_them() -> list[str]:
        return [wrong for case in CORPUS if case.is_quick for wrong in await launched.in_a_function(case)]

    assert waited(all_of_them()) == []
    assert launched.canary.visits == []


@pytest.mark.parametrize(
    "code",
    [
        "for n in range(100):\n    open(f'/tmp/{n}', 'wb').write(bytes(20 << 20))",
        "import os\nfor n in range(100_000): os.mkdir(f'/tmp/{n}')",
        f"{NESTED}import time\ntime.sleep(20)",
    ],
    ids=["bytes", "number", "deep"],
)
def test_who_fills_the_disk_is_ended_and_leaves_nothing(launched: Launched, code: str) -> None:
    run = waited(launched.box.run("filler", code, seconds=30))
    assert run.ended == "memory"
    assert not [path for path in boxes(launched.box) if sum(1 for _ in path.rglob("*")) > 1000]
    assert text_of(waited(launched.box.run("filler", "print('well')"))) == "well\n"


def test_after_a_kill_nothing_is_left_for_the_next_start() -> None:
    with Sandboxd(plain=True, uid=OWN + 1, mounts=False) as box:
        waited(box.run("lost", f"{NESTED}import subprocess\nsubprocess.Popen(['sleep', '100'])"))
        assert box.left_after_kill() == []
        assert boxes(box)

        box.__enter__()

        assert box.status["reason"] == "", box.status
        assert text_of(waited(box.run("next", "print('well')"))) == "well\n"
        assert all(sum(1 for _ in path.iterdir()) == 3 for path in boxes(box))
