"""Conversations with a worker beside the test."""

from tests.runs.conftest import loop, model_url, talk, worker

__all__ = ["loop", "model_url", "talk", "worker"]
