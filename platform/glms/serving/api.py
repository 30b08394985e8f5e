"""Models over HTTP: everybody sees which there are, the instance's owner enters them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from glms.accounts.auth import acting
from glms.accounts.models import User
from glms.core.http import Body, Page
from glms.core.limits import Rate, limit_use
from glms.core.text import Name
from glms.serving import selectors, services, supervised
from glms.serving.selectors import ModelView

router = Router(tags=["models"])

CHECKS = Rate(amount=30, seconds=60)
TRIALS = Rate(amount=10, seconds=60)

Url = Annotated[str, Field(min_length=1, max_length=500)]
ModelName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]
Key = Annotated[str, Field(max_length=4000, pattern=r"^[\x21-\x7e]*$")]
Dialect = Literal["server", "chatglm3", "glm4", "glm4-0414", "glm-z1", "glm45", "glm47"]
Price = Annotated[float, Field(ge=0, le=100_000)]
Length = Annotated[int, Field(ge=256, le=10_000_000)]


class ModelCreate(Body):
    name: Name
    url: Url
    model: ModelName
    api_key: Key | None = None
    context_length: Length | None = None
    dialect: Dialect = "server"
    sees_images: bool = False
    input_price: Price | None = None
    output_price: Price | None = None


class ModelChange(Body):
    name: Name | None = None
    url: Url | None = None
    model: ModelName | None = None
    api_key: Key | None = None
    context_length: Length | None = None
    dialect: Dialect | None = None
    sees_images: bool | None = None
    input_price: Price | None = None
    output_price: Price | None = None


class SelfTestCheck(Schema):
    check: str
    outcome: Literal["passed", "failed", "skipped"]
    detail: str
    ms: int


class ModelOut(Schema):
    id: str
    name: str
    model: str
    source: supervised.Source
    is_default: bool
    is_toy: bool
    context_length: int | None
    url: str | None
    has_key: bool
    status: supervised.Status
    status_detail: str
    log_tail: list[str]
    dialect: str
    sees_images: bool
    input_price: float | None
    output_price: float | None
    self_test: list[SelfTestCheck]
    self_tested_at: datetime | None
    self_test_running: bool


def _model(view: ModelView, user: User) -> ModelOut:
    owner = user.is_instance_owner
    return ModelOut(
        id=view.id,
        name=view.name,
        model=view.model,
        source=view.source,
        is_default=view.is_default,
        is_toy=view.is_toy,
        context_length=view.context_length,
        url=view.url if owner else None,
        has_key=view.key is not None if owner else False,
        status=view.status,
        status_detail=view.status_detail,
        log_tail=list(view.log_tail) if owner else [],
        dialect=view.dialect,
        sees_images=view.sees_images,
        input_price=view.input_price,
        output_price=view.output_price,
        self_test=[SelfTestCheck(**check) for check in view.self_test],
        self_tested_at=view.self_tested_at,
        self_test_running=view.self_test_running,
    )


async def _checked(model_id: UUID, user: User) -> ModelOut:
    return _model(await selectors.model_view(model_id=str(model_id)), user)


@router.get("", response=Page[ModelOut])
async def model_list(request: HttpRequest) -> Any:
    """Every model of the instance and how it is."""
    user = acting(request)
    return Page(items=[_model(view, user) for view in await selectors.model_views()])


@router.post("", response={201: ModelOut})
async def model_create(request: HttpRequest, body: ModelCreate) -> Any:
    """Enter a model server, as the instance's owner."""
    user = acting(request)
    entered = services.NewEndpoint(**body.model_dump())
    made = await sync_to_async(services.endpoint_create)(user=user, entered=entered)
    return Status(201, await _checked(made.pk, user))


@router.patch("/{model_id}", response=ModelOut)
async def model_change(request: HttpRequest, model_id: UUID, body: ModelChange) -> Any:
    """Change what is given, as the instance's owner; `api_key: ""` takes the key away."""
    user = acting(request)
    changes = body.model_dump(exclude_none=True)
    changed = await sync_to_async(services.endpoint_update)(user=user, model_id=model_id, changes=changes)
    return await _checked(changed.pk, user)


@router.delete("/{model_id}", response={204: None})
async def model_delete(request: HttpRequest, model_id: UUID) -> Any:
    """Forget a model server, as the instance's owner."""
    await sync_to_async(services.endpoint_delete)(user=acting(request), model_id=model_id)
    return Status(204, None)


@router.post("/{model_id}/check", response=ModelOut)
async def model_check(request: HttpRequest, model_id: str) -> Any:
    """Ask the model's server now."""
    user = acting(request)
    await sync_to_async(limit_use)(action="model-check", who=str(user.pk), rate=CHECKS)
    return _model(await selectors.model_view(model_id=model_id), user)


@router.post("/{model_id}/self-test", response={202: ModelOut})
async def model_self_test(request: HttpRequest, model_id: str) -> Any:
    """Have the model tried in the background, as the instance's owner; its `self_test` tells what came of it."""
    user = acting(request)
    await sync_to_async(limit_use)(action="model-self-test", who=str(user.pk), rate=TRIALS)
    await sync_to_async(services.self_test_request)(user=user, model_id=model_id)
    return Status(202, _model(await selectors.model_view(model_id=model_id), user))
