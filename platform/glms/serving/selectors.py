"""Which models there are, how they are, and how a run talks to one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.utils import timezone

from glms.core.errors import InvalidRequest, NotFound
from glms.core.secrets import decrypt
from glms.serving.models import ModelEndpoint, SelfTest
from glms.serving.probe import Target, health_now, health_of, known_length
from glms.serving.supervised import DefaultModel, Source, Status, default_model

LONGEST_TEST = timedelta(minutes=10)
DEFAULT = "default"
"""The id of the model that answers where an agent names none."""


@dataclass(frozen=True, kw_only=True)
class ModelConnection:
    """How to talk to a model. `url` is an OpenAI-compatible base, `model` the name it knows, `label` ours."""

    url: str
    key: str | None = field(repr=False)
    model: str
    context_length: int | None
    label: str
    input_price: float | None = None
    output_price: float | None = None
    dialect: str = "server"
    managed: bool = False
    """The supervisor serves it: while it loads or restarts, waiting helps."""


@dataclass(frozen=True, kw_only=True)
class ModelView:
    """A model as the API tells it; `url`, `key` and `log_tail` are for the instance's owner only."""

    id: str
    name: str
    model: str
    source: Source
    is_toy: bool = False
    context_length: int | None = None
    url: str | None = None
    key: str | None = field(repr=False, default=None)
    status: Status = "unknown"
    status_detail: str = ""
    log_tail: tuple[str, ...] = ()
    dialect: str = "server"
    sees_images: bool = False
    input_price: float | None = None
    output_price: float | None = None
    self_test: tuple[Mapping[str, Any], ...] = ()
    self_tested_at: datetime | None = None
    self_test_running: bool = False

    @property
    def is_default(self) -> bool:
        return self.id == DEFAULT


def connection_for(*, user_id: UUID, model_id: str | None) -> ModelConnection:
    """The connection to a model that the user may use (today: every model of the instance).

    model_id: "default", an endpoint's id, or None for the default. Raises InvalidRequest (`model_not_available`).
    """
    if model_id in {None, DEFAULT}:
        return _default_connection(default_model())
    endpoint = _endpoint(model_id or "")
    if endpoint is None:
        raise InvalidRequest(
            "This model is not available; choose another one.", code="model_not_available", param="model"
        )
    return ModelConnection(
        url=endpoint.url,
        key=_key(endpoint),
        model=endpoint.model,
        context_length=endpoint.context_length or known_length(str(endpoint.pk)) or None,
        label=endpoint.name,
        input_price=_price(endpoint.input_price),
        output_price=_price(endpoint.output_price),
        dialect=endpoint.dialect,
    )


def _default_connection(found: DefaultModel) -> ModelConnection:
    name, length = found.name, found.context_length or known_length(DEFAULT)
    if found.url and (not name or length is None):
        health = health_now(Target(id=DEFAULT, url=found.url, key=found.key, model=name))
        name, length = name or health.model, length or health.context_length
    if not found.url or not name:
        waiting = "The model is still loading." if found.status == "loading" else "No model is available."
        raise InvalidRequest(waiting, code="model_not_available", param="model", detail={"status": found.status})
    return ModelConnection(
        url=found.url,
        key=found.key,
        model=name,
        context_length=length or None,
        label=name,
        dialect=found.dialect,
        managed=found.source != "environment",
    )


def _endpoint(model_id: str) -> ModelEndpoint | None:
    try:
        return ModelEndpoint.objects.filter(pk=UUID(model_id)).first()
    except ValueError:
        return None


def _price(price: Decimal | None) -> float | None:
    return None if price is None else float(price)


def _key(endpoint: ModelEndpoint) -> str | None:
    return decrypt(endpoint.api_key, binding=endpoint.binding) if endpoint.api_key else None


def endpoint_get(*, model_id: UUID) -> ModelEndpoint:
    """Raises NotFound."""
    found = ModelEndpoint.objects.filter(pk=model_id).first()
    if found is None:
        raise NotFound("There is no such model.")
    return found


def _endpoint_view(endpoint: ModelEndpoint) -> ModelView:
    return ModelView(
        id=str(endpoint.pk),
        name=endpoint.name,
        model=endpoint.model,
        source="endpoint",
        context_length=endpoint.context_length,
        url=endpoint.url,
        key=_key(endpoint),
        dialect=endpoint.dialect,
        sees_images=endpoint.sees_images,
        input_price=_price(endpoint.input_price),
        output_price=_price(endpoint.output_price),
    )


def _default_view(found: DefaultModel) -> ModelView:
    return ModelView(
        id=DEFAULT,
        name=found.name or "Default model",
        model=found.name,
        source=found.source,
        is_toy=found.is_toy,
        context_length=found.context_length,
        url=found.url,
        key=found.key,
        status=found.status,
        status_detail=found.detail,
        log_tail=found.log_tail,
        dialect=found.dialect,
    )


async def model_views() -> list[ModelView]:
    """Every model with its state, the default first; within a little more than two seconds."""
    views = await _stored_views()
    return await _with_health([view for view in views if _is_asked(view)], views, fresh=False)


async def model_view(*, model_id: str) -> ModelView:
    """One model, asked now. Raises NotFound."""
    found = next((view for view in await _stored_views() if view.id == model_id), None)
    if found is None:
        raise NotFound("There is no such model.")
    return (await _with_health([found] if found.url else [], [found], fresh=True))[0]


@sync_to_async
def _stored_views() -> list[ModelView]:
    views = [_default_view(default_model()), *map(_endpoint_view, ModelEndpoint.objects.order_by("name"))]
    tests = SelfTest.objects.in_bulk([view.id for view in views])
    return [_with_test(view, tests.get(view.id)) for view in views]


def _with_test(view: ModelView, test: SelfTest | None) -> ModelView:
    if test is None:
        return view
    return replace(
        view, self_test=tuple(test.checks), self_tested_at=test.tested_at, self_test_running=is_under_way(test)
    )


def is_under_way(test: SelfTest) -> bool:
    """Whether a test runs now; one that was begun long ago was lost with its worker."""
    return test.started_at is not None and timezone.now() - test.started_at < LONGEST_TEST


def can_call(*, model_id: str | None) -> bool:
    """Whether the model may be given tools: its last test did not show that it cannot call. None: the default."""
    test = SelfTest.objects.filter(pk=model_id or DEFAULT).first()
    return test is None or ("call", "failed") not in ((one["check"], one["outcome"]) for one in test.checks)


def _is_asked(view: ModelView) -> bool:
    """The supervisor watches the model it serves; the others are asked."""
    return view.url is not None and view.source in {"environment", "endpoint"}


async def _with_health(asked: list[ModelView], views: list[ModelView], *, fresh: bool) -> list[ModelView]:
    targets = [Target(id=v.id, url=v.url or "", key=v.key, model=v.model) for v in asked]
    health = await health_of(targets, fresh=fresh)
    return [
        replace(
            view,
            status=health[view.id].status,
            status_detail=health[view.id].detail,
            model=view.model or health[view.id].model,
            context_length=view.context_length or health[view.id].context_length,
        )
        if view.id in health
        else view
        for view in views
    ]
