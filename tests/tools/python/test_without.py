"""Where no sandbox can be had: Python is off, says why, and nothing runs unsandboxed."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from glms.tools.catalogue import catalogue
from tests.support.calls import python, results, turns
from tests.support.sandbox import Sandboxd, in_its_place
from tests.support.talk import Talk

Begin = Callable[..., Talk]
WHY = "No sandbox is running here: it is switched off, or could not start; `glms doctor` says why."
ASKED = "Where one would be needed, say so and why"
HERE = "tests.tools.python.elsewhere"


@pytest.fixture
def nowhere(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The product's Python is one that looks for its sandbox in a place where none listens."""
    from tests.tools.python import elsewhere

    elsewhere.place(tmp_path / "s.sock")
    settings.TOOL_MODULES = (HERE,)
    catalogue.cache_clear()
    yield tmp_path / "s.sock"
    catalogue.cache_clear()


def told(bob: Talk) -> str:
    tools = bob.client.get("/api/v1/tools").json()["items"]
    return next(tool["unavailable"] for tool in tools if tool["name"] == "python")


def last_request(model_url: str) -> dict[str, Any]:
    return httpx.get(model_url.removesuffix("/v1") + "/scripted/requests").json()["requests"][-1]


def test_without_a_sandbox_python_is_off_and_says_why(
    talk: Begin, nowhere: Path, model_url: str, tmp_path: Path
) -> None:
    bob = talk(tools=[{"name": "python"}, {"name": "calculator"}])
    assert told(bob) == WHY
    run = bob.say(turns(python(f"open({str(tmp_path / 'trace')!r}, 'w')")))
    [call] = results(run)
    assert call["outcome"] == "error"
    assert not (tmp_path / "trace").exists()
    asked = last_request(model_url)
    assert "python" not in [tool["function"]["name"] for tool in asked["tools"]]
    assert f"cannot be used now. {ASKED}" in asked["messages"][0]["content"]
    assert asked["messages"][0]["content"].endswith(f"\n- Python: {WHY}")


def test_a_sandbox_that_cannot_work_here_says_why(talk: Begin, nowhere: Path, tmp_path: Path) -> None:
    with Sandboxd(socket=nowhere, more={"--environment": str(tmp_path / "none")}) as lame:
        assert "glms sandbox install" in lame.status["reason"]
        bob = talk(tools=[{"name": "python"}])
        assert told(bob) == lame.status["reason"]
        assert results(bob.say(turns(python("1"))))[0]["outcome"] == "error"


def test_a_sandbox_that_dies_in_a_call_is_an_observation_and_the_next_one_serves(
    coder: Begin, sandbox: Sandboxd
) -> None:
    bob = coder()

    def kill(box: Sandboxd) -> None:
        while not box.client.status_now()["conversations"]:
            time.sleep(0.05)
        box.process.kill()

    with in_its_place(sandbox.client.socket) as other:
        killer = threading.Thread(target=kill, args=(other,))
        killer.start()
        [call] = results(bob.say(turns(python("import time\ntime.sleep(50)"))))
        killer.join()
    assert (call["outcome"], call["output"]) == (
        "error",
        "Python cannot be run now: The sandbox was restarted during the call.",
    )
    assert results(bob.say(turns(python("6 * 7"))))[0]["output"] == "42"
