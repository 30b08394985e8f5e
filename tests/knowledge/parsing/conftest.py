"""One sandboxd for the files of this folder."""

from collections.abc import Iterator

import pytest

from tests.support.sandbox import Sandboxd


@pytest.fixture(scope="session")
def box() -> Iterator[Sandboxd]:
    with Sandboxd(canary="none") as started:
        assert started.status["reason"] == "", started.status
        yield started
