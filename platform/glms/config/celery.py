"""The Celery application: the starter of runs and of background work."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "glms.config.settings")

app = Celery("glms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["glms.runs", "glms.conversations", "glms.accounts"])


@setup_logging.connect
def _configure_logging(**_: Any) -> None:
    from glms.config.logging import configure  # noqa: PLC0415

    configure()
