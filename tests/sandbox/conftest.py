"""One sandboxd for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.sandbox.canary import Canary, planted
from tests.support.sandbox import Sandboxd


@pytest.fixture(scope="session")
def canary() -> Iterator[Canary]:
    with planted() as found:
        yield found


@pytest.fixture(scope="session")
def box(canary: Canary) -> Iterator[Sandboxd]:
    with Sandboxd(canary=canary.text) as started:
        assert started.status["reason"] == "", started.status
        yield started
