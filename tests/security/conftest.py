"""An encoder for the routes that make chunks findable."""

from collections.abc import Iterator

import pytest

from tests.support.embeddings import EmbeddingServer


@pytest.fixture(scope="session", autouse=True)
def _encoder() -> Iterator[None]:
    from django.conf import settings

    with EmbeddingServer() as server:
        settings.ENCODER_URL = server.url
        yield
