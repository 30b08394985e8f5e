"""Ids that every log line of a request carries."""

from typing import Any

import structlog


def bind_user(user_id: Any) -> None:
    """Every later line of this request says who acted."""
    structlog.contextvars.bind_contextvars(user_id=str(user_id))


def request_id() -> str | None:
    """The id of the request at hand, None outside of one."""
    found: str | None = structlog.contextvars.get_contextvars().get("request_id")
    return found
