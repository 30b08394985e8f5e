"""Time ends a call: what the model and people are told of it, and what stays."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.calls import python, results, turns
from tests.support.sandbox import Sandboxd, in_its_place
from tests.support.talk import Talk

Begin = Callable[..., Talk]


@pytest.fixture(scope="module", autouse=True)
def _three_seconds(sandbox: Sandboxd) -> Iterator[None]:
    with in_its_place(sandbox.client.socket, seconds="3"):
        yield


def test_time_ends_a_call_with_what_it_had_shown_and_the_variables_stay(coder: Begin) -> None:
    loop = "kept = 7\nprint('begun')\nimport time\nwhile True: time.sleep(0.01)"
    run = coder().say(turns(python(loop), python("kept")))
    stopped, after = results(run)
    assert stopped["output"].startswith("begun\n")
    assert "The code was stopped after 3 seconds; what it had shown until then is above." in stopped["output"]
    assert (stopped["view"]["ended"], stopped["view"]["variables_lost"]) == ("timeout", False)
    assert after["output"] == "7"


def test_code_that_does_not_let_itself_be_stopped_is_killed_and_the_loss_is_said(coder: Begin) -> None:
    bob = coder()
    bob.say(turns(python("kept = 7\nopen('/mnt/data/kept.txt', 'w').write('still')")))
    stubborn = (
        "import time\nwhile True:\n    try:\n        time.sleep(9)\n    except BaseException:\n        print('no')"
    )
    run = bob.say(turns(python(stubborn), python("print(open('/mnt/data/kept.txt').read())\nkept")))
    stopped, after = results(run)
    assert (stopped["view"]["ended"], stopped["view"]["variables_lost"]) == ("timeout", True)
    assert "all variables are lost, the files in /mnt/data are kept" in stopped["output"]
    assert after["output"].startswith("still\n")
    assert "NameError" in after["output"]


@pytest.mark.parametrize("code", ["import re\nre.match(r'(a+)+$', 'a' * 40 + 'b')", "sum(iter(int, 1))"])
def test_code_that_never_comes_back_to_python_holds_no_place_for_long(coder: Begin, code: str) -> None:
    began = time.monotonic()
    [call] = results(coder().say(turns(python(code))))
    assert call["view"]["ended"] == "timeout"
    assert time.monotonic() - began < 30
