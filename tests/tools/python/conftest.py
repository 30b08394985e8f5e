"""Conversations with a worker beside the test, and a real sandbox where the product looks for its own."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.runs.conftest import loop, model_url, talk, worker

if TYPE_CHECKING:  # this file is read before the settings are
    from tests.support.sandbox import Sandboxd
    from tests.support.talk import Talk

__all__ = ["loop", "model_url", "talk", "worker"]


@pytest.fixture(scope="session")
def sandbox() -> "Iterator[Sandboxd]":
    from django.conf import settings

    from tests.support.sandbox import product_sandbox

    with product_sandbox(settings.SANDBOX_SOCKET) as started:
        assert started.status["reason"] == "", started.status
        yield started


@pytest.fixture
def coder(talk: "Callable[..., Talk]", sandbox: "Sandboxd") -> "Callable[..., Talk]":
    """Begins a conversation with an agent that may run Python."""

    def begin(**draft: Any) -> "Talk":
        return talk(tools=[{"name": "python"}], **draft)

    return begin
