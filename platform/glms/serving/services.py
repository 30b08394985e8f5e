"""What the instance's owner changes about model endpoints."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from glms.accounts.models import User
from glms.accounts.services.people import require_instance_owner
from glms.core.errors import Conflict, InvalidRequest
from glms.core.secrets import encrypt
from glms.serving.models import ModelEndpoint
from glms.serving.selectors import endpoint_get

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class NewEndpoint:
    """What the owner enters of a model server. `context_length` in tokens."""

    name: str
    url: str
    model: str
    api_key: str | None = field(repr=False, default=None)
    context_length: int | None = None


def endpoint_create(*, user: User, entered: NewEndpoint) -> ModelEndpoint:
    """Raises Forbidden for all but the instance's owner, InvalidRequest for a bad URL, Conflict for a taken name."""
    require_instance_owner(user)
    endpoint = ModelEndpoint(
        name=entered.name, url=_checked_url(entered.url), model=entered.model, context_length=entered.context_length
    )
    _set_key(endpoint, entered.api_key)
    _save(endpoint)
    log.info("endpoint_created", endpoint=str(endpoint.pk))
    return endpoint


def endpoint_update(*, user: User, model_id: UUID, changes: dict[str, Any]) -> ModelEndpoint:
    """Change what is given; `api_key: ""` takes the key away, and so does a new `url` without a new key.

    Raises Forbidden for all but the instance's owner, NotFound, InvalidRequest, Conflict.
    """
    require_instance_owner(user)
    endpoint = endpoint_get(model_id=model_id)
    if "url" in changes:
        url = _checked_url(changes["url"])
        if urlsplit(url).netloc != urlsplit(endpoint.url).netloc:
            _set_key(endpoint, None)  # a key is never sent to another server than the one it was entered for
        endpoint.url = url
    if "api_key" in changes:
        _set_key(endpoint, changes["api_key"])
    for name in changes.keys() & {"name", "model", "context_length"}:
        setattr(endpoint, name, changes[name])
    _save(endpoint)
    log.info("endpoint_changed", endpoint=str(endpoint.pk), changed=sorted(changes))
    return endpoint


def endpoint_delete(*, user: User, model_id: UUID) -> None:
    """Raises Forbidden for all but the instance's owner, NotFound."""
    require_instance_owner(user)
    endpoint_get(model_id=model_id).delete()
    log.info("endpoint_deleted", endpoint=str(model_id))


def _set_key(endpoint: ModelEndpoint, key: str | None) -> None:
    endpoint.api_key = encrypt(key, binding=endpoint.binding) if key else None


def _save(endpoint: ModelEndpoint) -> None:
    try:
        with transaction.atomic():
            endpoint.save()
    except IntegrityError as error:
        raise Conflict("There is a model of this name.", code="name_taken", param="name") from error


def _checked_url(url: str) -> str:
    """An OpenAI-compatible base: http or https, a host, no credentials, query or fragment."""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise InvalidRequest("This is not a URL.", param="url") from None
    if not url.isprintable() or any(char.isspace() or char == "\\" for char in url):
        raise InvalidRequest("A URL has no spaces or control characters.", param="url")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
        raise InvalidRequest("Give the server's base as http:// or https://, such as http://host:8000/v1.", param="url")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise InvalidRequest("Put the key into its own field, not into the URL.", param="url")
    if parts.query or parts.fragment:
        raise InvalidRequest("A base URL has no query and no fragment.", param="url")
    return url.rstrip("/")
