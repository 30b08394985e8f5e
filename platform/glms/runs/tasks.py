"""Celery's part: it starts attempts at runs and background work. A message is an id; duplicates do no harm."""

from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import celeryd_after_setup, worker_shutting_down

from glms.core.wire import courier
from glms.runs import housekeeping, titles
from glms.runs.engine import Engine, engine

_here: list[Engine] = []


def run_enqueue(run_id: UUID) -> None:
    """Start an attempt soon. While the broker is away nothing is lost: workers look for queued runs by themselves."""
    courier().take(lambda: run_execute.apply_async((str(run_id),), retry=False))


def title_enqueue(conversation_id: UUID | None) -> None:
    """Let a conversation be given a title soon."""
    courier().take(lambda: conversation_title.apply_async((str(conversation_id),), retry=False))


def _engine() -> Engine:
    made = engine(title_enqueue)
    if made not in _here:
        _here.append(made)
    return made


@shared_task(name="glms.runs.tasks.run_execute")
def run_execute(run_id: str) -> None:
    """One attempt at a run."""
    _engine().execute(UUID(run_id))


@shared_task(name="glms.runs.tasks.conversation_title")
def conversation_title(conversation_id: str) -> None:
    """A title made by the model."""
    titles.title_make(UUID(conversation_id))


@shared_task(name="glms.runs.tasks.journal_keep_house")
def journal_keep_house() -> None:
    """Partitions for the days to come, none for days long past."""
    housekeeping.keep_house()


@celeryd_after_setup.connect
def _start_engine(instance: Any, **_: Any) -> None:
    """A worker for runs looks for waiting ones from the start, even while the broker is away."""
    if "runs" in instance.app.amqp.queues.consume_from:
        _engine()


@worker_shutting_down.connect
def _hand_over(**_: Any) -> None:
    for made in _here:
        made.drain()
