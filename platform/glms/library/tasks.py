"""Celery's part: it wakes the worker that does the library's jobs. A message says nothing; duplicates do no harm."""

import sys
from typing import Any

from celery import shared_task
from celery.signals import celeryd_after_setup, worker_shutting_down
from django.conf import settings

from glms.library.jobs import WAKE


@shared_task(name=WAKE)
def library_wake() -> None:
    """Look for jobs now."""
    from glms.library.worker import worker  # noqa: PLC0415  what jobs need is loaded where they are done

    worker(settings.INGESTION_THREADS).wake()


@shared_task(name="glms.library.tasks.library_keep_house")
def library_keep_house() -> None:
    """Files, vectors and uploads that nobody needs any more."""
    from glms.library.housekeeping import keep_house  # noqa: PLC0415

    keep_house()


@shared_task(name="glms.library.tasks.library_verify")
def library_verify() -> None:
    """Whether the files of all indexes are still what was written."""
    from glms.library.indexing import verify  # noqa: PLC0415

    verify()


@celeryd_after_setup.connect
def _start(instance: Any, **_: Any) -> None:
    """A background worker looks for jobs from the start, even while the broker is away."""
    if "background" in instance.app.amqp.queues.consume_from:
        library_wake.run()


@worker_shutting_down.connect
def _hand_over(**_: Any) -> None:
    if found := sys.modules.get("glms.library.worker"):
        found.drain_all()
