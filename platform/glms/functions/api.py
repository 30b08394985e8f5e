"""Functions over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from glms.accounts.auth import acting
from glms.accounts.models import Role, User
from glms.accounts.permissions import has_role
from glms.core.http import Body, Id, Page, PageQuery, page
from glms.core.idempotency import idempotent
from glms.functions import execution, selectors, services
from glms.functions.models import Function

router = Router(tags=["functions"])

Code = Annotated[str, Field(max_length=100_000)]
SecretNames = Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=services.MAX_SECRETS)]
VisibilityName = Literal["private", "workspace"]


class Writer(Schema):
    id: UUID
    name: str


class UserFunctionOut(Schema):
    id: UUID
    workspace_id: UUID
    owner: Writer
    visibility: VisibilityName
    name: str
    description: str
    parameters: dict[str, Any]
    code: str
    secret_names: list[str]
    changes_world: bool
    created_at: datetime
    updated_at: datetime
    can_edit: bool


class FunctionCreate(Body):
    code: Code
    secret_names: SecretNames = []
    changes_world: bool = False
    visibility: VisibilityName = "private"
    workspace_id: Id | None = None


class FunctionChange(Body):
    code: Code | None = None
    secret_names: SecretNames | None = None
    changes_world: bool | None = None
    visibility: VisibilityName | None = None


class FunctionCode(Body):
    code: Code


class SignatureOut(Schema):
    name: str
    description: str
    parameters: dict[str, Any]


class FunctionTest(Body):
    code: Code
    arguments: dict[str, Any] = {}
    secret_names: SecretNames = []
    workspace_id: Id | None = None


class TestResultOut(Schema):
    """`output` is the value as JSON text; `line` is where in the code it failed."""

    ok: bool
    output: str
    error: str
    printed: str
    line: int | None
    ms: int


class FunctionListQuery(PageQuery):
    workspace_id: UUID | None = None


def _function(function: Function, user: User) -> UserFunctionOut:
    return UserFunctionOut(
        id=function.pk,
        workspace_id=function.workspace_id,
        owner=Writer(id=function.owner_id, name=function.owner.name or function.owner.email),
        visibility="workspace" if function.visibility == "workspace" else "private",
        name=function.name,
        description=function.description,
        parameters=function.parameters,
        code=function.code,
        secret_names=function.secret_names,
        changes_world=function.changes_world,
        created_at=function.created_at,
        updated_at=function.updated_at,
        can_edit=has_role(user, function.workspace_id, Role.EDITOR),
    )


@router.get("", response=Page[UserFunctionOut])
def function_list(request: HttpRequest, query: Query[FunctionListQuery]) -> Page[UserFunctionOut]:
    """The functions that you may use, the last changed first."""
    user = acting(request)
    rows = selectors.function_list(user=user, workspace_id=query.workspace_id)
    found, cursor = page(rows, order=("updated_at", "id"), limit=query.limit, cursor=query.cursor)
    return Page(items=[_function(row, user) for row in found], next_cursor=cursor)


@router.post("", response={201: UserFunctionOut})
@idempotent
def function_create(request: HttpRequest, body: FunctionCreate) -> Status[UserFunctionOut]:
    """Write a function; its name, description and schema are read from the code."""
    user = acting(request)
    draft = services.Draft(
        code=body.code,
        secret_names=tuple(body.secret_names),
        changes_world=body.changes_world,
        visibility=body.visibility,
    )
    made = services.function_create(user=user, workspace_id=body.workspace_id, draft=draft)
    return Status(201, _function(made, user))


@router.post("/inspect", response=SignatureOut)
def function_inspect(request: HttpRequest, body: FunctionCode) -> SignatureOut:
    """What a model will be told of this code, without keeping or running it."""
    found = services.function_read(body.code)
    return SignatureOut(name=found.name, description=found.description, parameters=found.parameters)


@router.post("/test", response=TestResultOut)
def function_test(request: HttpRequest, body: FunctionTest) -> TestResultOut:
    """Run code once in the sandbox, as an agent's call would, without keeping it."""
    user = acting(request)
    trial = execution.Trial(code=body.code, arguments=body.arguments, secret_names=tuple(body.secret_names))
    outcome = execution.function_try(user=user, workspace_id=body.workspace_id, trial=trial)
    return TestResultOut.model_validate(outcome, from_attributes=True)


@router.get("/{uuid:function_id}", response=UserFunctionOut)
def function_get(request: HttpRequest, function_id: UUID) -> UserFunctionOut:
    """One function."""
    user = acting(request)
    return _function(selectors.function_get(user=user, function_id=function_id), user)


@router.patch("/{uuid:function_id}", response=UserFunctionOut)
def function_change(request: HttpRequest, function_id: UUID, body: FunctionChange) -> UserFunctionOut:
    """Change it; agents that have it use the new code at once."""
    user = acting(request)
    changes = {key: value for key, value in body.model_dump(exclude_unset=True).items() if value is not None}
    if "secret_names" in changes:
        changes["secret_names"] = tuple(changes["secret_names"])
    return _function(services.function_change(user=user, function_id=function_id, changes=changes), user)


@router.delete("/{uuid:function_id}", response={204: None})
def function_delete(request: HttpRequest, function_id: UUID) -> Status[None]:
    """Delete it; agents that had it go on without it."""
    services.function_delete(user=acting(request), function_id=function_id)
    return Status(204, None)
