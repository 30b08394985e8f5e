"""Celery's part of this room: models are tried in the background."""

from celery import shared_task

from glms.core.wire import courier
from glms.serving import trial


def self_test_enqueue(model_id: str) -> None:
    """Have a model tried soon. While the broker is away it stays untried until somebody asks again."""
    courier().take(lambda: model_self_test.apply_async((model_id,), retry=False))


@shared_task(name="glms.serving.tasks.model_self_test")
def model_self_test(model_id: str) -> None:
    """Try a model and keep what came of it."""
    trial.self_test_run(model_id)
