"""Knowledge bases with a real sandbox, a scripted encoder, and a worker that works when the test says so."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.runs.conftest import loop, model_url, talk, worker
from tests.support.embeddings import EmbeddingServer
from tests.support.sandbox import Sandboxd

if TYPE_CHECKING:  # this file is read before the settings are
    from tests.factories import SignedInClient
    from tests.support.shelves import Library


__all__ = ["loop", "model_url", "talk", "worker"]


@pytest.fixture(scope="session")
def encoding_server() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as server:
        yield server


@pytest.fixture
def encoder(encoding_server: EmbeddingServer, settings: Any) -> EmbeddingServer:
    from glms.library.encoding import breaker

    encoding_server.reset()
    breaker.forget()
    settings.ENCODER_URL = encoding_server.url
    return encoding_server


@pytest.fixture(scope="session")
def sandboxd() -> Iterator[Sandboxd]:
    with Sandboxd(warm=0) as started:
        assert started.status["reason"] == "", started.status
        yield started


@pytest.fixture
def library(db: None, encoder: EmbeddingServer, sandboxd: Sandboxd, settings: Any) -> "Callable[..., Library]":
    """Makes a person's base; another one's, or with other settings, where it is told so."""
    from glms.library.worker import Worker
    from tests.factories import make_person, sign_in
    from tests.support.shelves import API, Library

    settings.SANDBOX_SOCKET = sandboxd.client.socket

    def make(*, client: "SignedInClient | None" = None, **body: Any) -> "Library":
        person = client or sign_in(make_person())
        made = person.post(f"{API}/knowledge", {"name": "Handbook", **body})
        assert made.status_code == 201, made.content
        return Library(person, made.json(), Worker(), encoder)

    return make
