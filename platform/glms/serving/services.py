"""What the instance's owner changes about model endpoints."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from glms.accounts.models import User
from glms.accounts.services.people import require_instance_owner
from glms.core.errors import Conflict, InvalidRequest, NotFound
from glms.core.secrets import encrypt
from glms.outbound.errors import UrlNotAllowed
from glms.outbound.urls import parse
from glms.serving.models import ModelEndpoint, SelfTest
from glms.serving.selectors import DEFAULT, endpoint_get, is_under_way
from glms.serving.tasks import self_test_enqueue
from inference.dialects import SERVER

log = structlog.get_logger(__name__)

PLAIN = {"name", "model", "context_length", "dialect", "sees_images"}
"""Fields that are stored as they are entered."""
PRICES = {"input_price", "output_price"}
TRIED = {"url", "model", "api_key", "dialect"}
"""Fields whose change makes another model of it, to be tried anew."""


@dataclass(frozen=True, kw_only=True)
class NewEndpoint:
    """What the owner enters of a model server. `context_length` in tokens, prices per million tokens."""

    name: str
    url: str
    model: str
    api_key: str | None = field(repr=False, default=None)
    context_length: int | None = None
    dialect: str = SERVER
    sees_images: bool = False
    input_price: float | None = None
    output_price: float | None = None


def endpoint_create(*, user: User, entered: NewEndpoint) -> ModelEndpoint:
    """Raises Forbidden for all but the instance's owner, InvalidRequest for a bad URL, Conflict for a taken name."""
    require_instance_owner(user)
    endpoint = ModelEndpoint(
        name=entered.name,
        url=checked_url(entered.url),
        model=entered.model,
        context_length=entered.context_length,
        dialect=entered.dialect,
        sees_images=entered.sees_images,
        input_price=_decimal(entered.input_price),
        output_price=_decimal(entered.output_price),
    )
    _set_key(endpoint, entered.api_key)
    _save(endpoint)
    _self_test_begin(str(endpoint.pk))
    log.info("endpoint_created", endpoint=str(endpoint.pk))
    return endpoint


def endpoint_update(*, user: User, model_id: UUID, changes: dict[str, Any]) -> ModelEndpoint:
    """Change what is given; `api_key: ""` takes the key away, and so does a new `url` without a new key.

    Raises Forbidden for all but the instance's owner, NotFound, InvalidRequest, Conflict.
    """
    require_instance_owner(user)
    endpoint = endpoint_get(model_id=model_id)
    if "url" in changes:
        url = checked_url(changes["url"])
        if urlsplit(url).netloc != urlsplit(endpoint.url).netloc:
            _set_key(endpoint, None)  # a key is never sent to another server than the one it was entered for
        endpoint.url = url
    if "api_key" in changes:
        _set_key(endpoint, changes["api_key"])
    for name in changes.keys() & PLAIN:
        setattr(endpoint, name, changes[name])
    for name in changes.keys() & PRICES:
        setattr(endpoint, name, _decimal(changes[name]))
    _save(endpoint)
    if changes.keys() & TRIED:
        SelfTest.objects.filter(pk=str(endpoint.pk)).update(checks=[], tested_at=None, started_at=None)
        _self_test_begin(str(endpoint.pk))
    log.info("endpoint_changed", endpoint=str(endpoint.pk), changed=sorted(changes))
    return endpoint


def endpoint_delete(*, user: User, model_id: UUID) -> None:
    """Raises Forbidden for all but the instance's owner, NotFound."""
    require_instance_owner(user)
    endpoint_get(model_id=model_id).delete()
    SelfTest.objects.filter(pk=str(model_id)).delete()
    log.info("endpoint_deleted", endpoint=str(model_id))


def self_test_request(*, user: User, model_id: str) -> None:
    """Have the model tried soon, unless that is under way. Raises Forbidden for all but the owner, NotFound."""
    require_instance_owner(user)
    if model_id != DEFAULT:
        endpoint_get(model_id=_uuid(model_id))
    _self_test_begin(model_id)


def _self_test_begin(model_id: str) -> None:
    with transaction.atomic():
        test, _ = SelfTest.objects.select_for_update().get_or_create(pk=model_id)
        if is_under_way(test):
            return
        test.started_at = timezone.now()
        test.save(update_fields=["started_at"])
        transaction.on_commit(lambda: self_test_enqueue(model_id))


def _decimal(price: float | None) -> Decimal | None:
    """To a millionth."""
    return None if price is None else Decimal(f"{price:.6f}")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such model.") from None


def _set_key(endpoint: ModelEndpoint, key: str | None) -> None:
    endpoint.api_key = encrypt(key, binding=endpoint.binding) if key else None


def _save(endpoint: ModelEndpoint) -> None:
    try:
        with transaction.atomic():
            endpoint.save()
    except IntegrityError as error:
        raise Conflict("There is a model of this name.", code="name_taken", param="name") from error


def checked_url(url: str) -> str:
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
    try:
        parse(url)
    except UrlNotAllowed:
        # what one program reads as one address another reads as a different one
        raise InvalidRequest("Write the host as a name, or as an address in its usual form.", param="url") from None
    return url.rstrip("/")
