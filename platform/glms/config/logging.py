"""Structured logs: one JSON object a line, with request, run and user ids, and no secret."""

import logging
import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

from glms.config.env import environment

SECRET_NAME = re.compile(
    r"(password|passwd|secret|token|api_?key|authorization|cookie|credential|private_key)", re.IGNORECASE
)
SECRET_VALUE = re.compile(r"(Bearer\s+)[\w\-.~+/=]{8,}|\b(sk-|glms_)[\w\-]{8,}|(://[^:/@\s]*:)[^@\s]+(?=@)")
HARMLESS = {"prompt_tokens", "completion_tokens", "total_tokens", "max_tokens"}
MAX_FIELD = 4000


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide values that are secret by their name or their look, and cut long ones."""
    for key, value in list(event.items()):
        if key not in HARMLESS and SECRET_NAME.search(key):
            event[key] = "[redacted]"
        elif isinstance(value, str):
            event[key] = SECRET_VALUE.sub(lambda m: (m[1] or m[2] or m[3]) + "[redacted]", value)[:MAX_FIELD]
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    redact,
]


def _renderer() -> Any:
    return structlog.processors.JSONRenderer() if environment().log_json else structlog.dev.ConsoleRenderer()


LOGGING_CONFIG_DICT: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": SHARED,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer()],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["stderr"], "level": environment().log_level},
    "loggers": {
        "uvicorn.access": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.channels.server": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}


def configure(config: dict[str, Any] = LOGGING_CONFIG_DICT) -> None:
    """Set up the standard library's logging and structlog on top of it."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
