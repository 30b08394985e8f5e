"""Sandboxd for the tests of this folder: once as root starts it, once as an ordinary user does."""

import os
from collections.abc import Iterator

import pytest

from tests.sandbox.apart import waited
from tests.sandbox.canary import Canary, planted
from tests.sandbox.corpus import Launched
from tests.support.sandbox import Sandboxd

AT_ONCE = 20
WAYS = ("root", "plain") if os.geteuid() == 0 else ("plain",)
"""Where we are an ordinary user ourselves there is one way only."""


@pytest.fixture(scope="session")
def canary() -> Iterator[Canary]:
    with planted() as found:
        yield found


@pytest.fixture(scope="session")
def box(canary: Canary) -> Iterator[Sandboxd]:
    with Sandboxd(canary=canary.text) as started:
        assert started.status["reason"] == "", started.status
        yield started


@pytest.fixture(scope="session")
def plain_box(canary: Canary) -> Iterator[Sandboxd]:
    with Sandboxd(canary=canary.text, plain=True) as started:
        assert started.status["reason"] == "", started.status
        yield started


@pytest.fixture(params=WAYS)
def launched(request: pytest.FixtureRequest, canary: Canary) -> Launched:
    """Each way to start sandboxd."""
    return _launched(request.getfixturevalue("box" if request.param == "root" else "plain_box"), canary)


@pytest.fixture
def first(request: pytest.FixtureRequest, canary: Canary) -> Launched:
    """The first of these ways, for what does not depend on it."""
    return _launched(request.getfixturevalue("box"), canary)


@pytest.fixture(params=WAYS)
def crowd(request: pytest.FixtureRequest, canary: Canary) -> Iterator[Launched]:
    """The same with room for twenty interpreters at once, each of them small."""
    more = {"--most": str(AT_ONCE), "--memory": "256"}
    with Sandboxd(canary=canary.text, plain=request.param == "plain", warm=0, more=more) as started:
        assert started.status["reason"] == "", started.status
        yield _launched(started, canary)


def _launched(box: Sandboxd, canary: Canary) -> Launched:
    waited(box.client.put("victim", "secret.txt", canary.text.encode()))
    return Launched(box=box, canary=canary, other=next(box.home.glob("**/victim/data")))
