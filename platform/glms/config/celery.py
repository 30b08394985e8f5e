"""The Celery application: the starter of runs and of background work."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

from glms.config.env import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "glms.config.settings")

BEAT = environment().log_process == "beat"
"""The clock only names tasks: without them and Django's apps it takes half the memory."""

app = Celery("glms", fixups=[] if BEAT else None)
app.config_from_object("django.conf:settings", namespace="CELERY")
if not BEAT:
    rooms = ("runs", "files", "conversations", "accounts", "serving", "library")
    app.autodiscover_tasks([f"glms.{room}" for room in rooms])


@setup_logging.connect
def _configure_logging(**_: Any) -> None:
    from glms.config.logging import configure  # noqa: PLC0415

    configure()
