"""The default model: the environment's, or the one that the supervisor serves and describes in a file."""

from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from django.conf import settings

from inference.dialects import NAMES, SERVER

Source = Literal["bundled", "local", "environment", "endpoint"]
Status = Literal["loading", "ready", "failed", "unknown"]

STATUS: dict[str, Status] = {"installing": "loading", "loading": "loading", "ready": "ready", "failed": "failed"}
SOURCES: dict[str, Source] = {"bundled": "bundled", "local": "local", "environment": "environment"}
MAX_TAIL = 50
FILE = "run/model.json"


@dataclass(frozen=True, kw_only=True)
class DefaultModel:
    """What answers where an agent names no model. `url` is None while there is nothing to talk to."""

    url: str | None
    key: str | None = field(repr=False, default=None)
    name: str = ""
    source: Source = "local"
    is_toy: bool = False
    context_length: int | None = None
    dialect: str = SERVER
    status: Status = "unknown"
    detail: str = ""
    log_tail: tuple[str, ...] = ()


def default_model() -> DefaultModel:
    """The default model as it is now; the supervisor's file is read afresh."""
    chosen = settings.MODEL_SERVER
    if chosen.url:
        return DefaultModel(url=chosen.url.rstrip("/"), key=chosen.key, name=chosen.name or "", source="environment")
    try:
        told = orjson.loads((settings.HOME / FILE).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        told = None
    if not isinstance(told, dict):
        return DefaultModel(url=None, detail="No model server is running; set GLMS_MODEL_URL or run `glms up`.")
    return _supervised(told)


def _supervised(told: dict[str, Any]) -> DefaultModel:
    length = told.get("context_length")
    return DefaultModel(
        url=str(told["url"]).rstrip("/") if told.get("url") else None,
        key=told.get("key") or None,
        name=str(told.get("name") or ""),
        source=SOURCES.get(str(told.get("source")), "local"),
        is_toy=bool(told.get("is_toy")),
        context_length=length if isinstance(length, int) else None,
        dialect=told["dialect"] if told.get("dialect") in NAMES else SERVER,
        status=STATUS.get(str(told.get("state")), "unknown"),
        detail=str(told.get("detail") or ""),
        log_tail=tuple(str(line) for line in told.get("log_tail") or ())[-MAX_TAIL:],
    )
