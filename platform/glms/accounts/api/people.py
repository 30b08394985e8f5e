"""The instance and oneself over HTTP."""

from typing import Literal, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

import glms
from glms.accounts import selectors, services
from glms.accounts.auth import acting
from glms.accounts.models import InstanceSettings, User
from glms.accounts.services.people import require_instance_owner
from glms.core.http import Body, Id
from glms.core.text import Name

router = Router(tags=["people"])

RoleName = Literal["owner", "admin", "editor", "viewer"]


class InstanceOut(Schema):
    name: str
    version: str
    signup: selectors.Signup
    banner: str | None = None


class SettingsOut(Schema):
    name: str
    signup_open: bool


class SettingsChange(Body):
    name: Name | None = None
    signup_open: bool | None = None


class WorkspaceRef(Schema):
    id: UUID
    name: str
    role: RoleName


class UserOut(Schema):
    id: UUID
    email: str
    name: str
    language: str
    is_instance_owner: bool


class MeOut(Schema):
    user: UserOut
    workspaces: list[WorkspaceRef]
    default_workspace_id: UUID | None


class MeChange(Body):
    name: Name | None = None
    language: Literal["en", "zh-CN", ""] | None = None
    default_workspace_id: Id | None = None


def role_name(stored: str) -> RoleName:
    """A role as the database has it: a constraint keeps it one of these."""
    return cast("RoleName", stored)


@router.get("/instance", auth=None, response=InstanceOut)
def instance_get(request: HttpRequest) -> InstanceOut:
    """What a visitor may know: the instance's name, its version and whether one may sign up."""
    name = selectors.instance_settings().name
    return InstanceOut(name=name, version=glms.__version__, signup=selectors.signup_state())


def _settings(found: InstanceSettings) -> SettingsOut:
    return SettingsOut(name=found.name, signup_open=found.signup_open)


@router.get("/instance/settings", response=SettingsOut)
def instance_settings_get(request: HttpRequest) -> SettingsOut:
    """The instance's settings, for its owner."""
    require_instance_owner(acting(request))
    return _settings(selectors.instance_settings())


@router.patch("/instance/settings", response=SettingsOut)
def instance_settings_change(request: HttpRequest, body: SettingsChange) -> SettingsOut:
    """Change the instance's settings, as its owner."""
    changes = body.model_dump(exclude_none=True)
    return _settings(services.instance_update(user=acting(request), changes=changes))


def _me(user: User) -> MeOut:
    memberships = list(selectors.memberships_of(user=user))
    return MeOut(
        user=UserOut(
            id=user.pk,
            email=user.email,
            name=user.name,
            language=user.language,
            is_instance_owner=user.is_instance_owner,
        ),
        workspaces=[
            WorkspaceRef(id=m.workspace_id, name=m.workspace.name, role=role_name(m.role)) for m in memberships
        ],
        default_workspace_id=selectors.default_workspace_id(user=user, memberships=memberships),
    )


@router.get("/me", response=MeOut)
def me_get(request: HttpRequest) -> MeOut:
    """Oneself and one's workspaces."""
    return _me(acting(request))


@router.patch("/me", response=MeOut)
def me_change(request: HttpRequest, body: MeChange) -> MeOut:
    """Change one's name, language or default workspace."""
    return _me(services.me_update(user=acting(request), changes=body.model_dump(exclude_none=True)))
