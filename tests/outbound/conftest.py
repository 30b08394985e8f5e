"""A canary on every loopback address and a resolver that answers as an attacker's would."""

from collections.abc import Iterator

import pytest

from tests.outbound.attack import Canary, EvilNames


@pytest.fixture
def canary() -> Iterator[Canary]:
    made = Canary()
    yield made
    made.close()


@pytest.fixture
def names() -> EvilNames:
    return EvilNames()
