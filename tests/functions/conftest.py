"""Conversations with a worker beside the test, and a real sandbox where the product looks for its own."""

from tests.runs.conftest import loop, model_url, talk, worker
from tests.tools.python.conftest import sandbox

__all__ = ["loop", "model_url", "sandbox", "talk", "worker"]
