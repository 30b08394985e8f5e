"""What can be done with functions: write, change, try, delete."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from glms.accounts.models import Role, User
from glms.accounts.permissions import require_role
from glms.core.errors import InvalidRequest
from glms.functions.models import Function
from glms.functions.selectors import function_get, function_to_edit
from glms.functions.signature import CannotRead, Signature, signature_of
from glms.tools.builtin.memory import Forget, Remember
from glms.tools.catalogue import catalogue

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
MAX_SECRETS = 20


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a writer gives. `secret_names`: the code finds these secrets of the workspace as environment variables."""

    code: str
    secret_names: tuple[str, ...] = ()
    changes_world: bool = False
    visibility: str = "private"


def function_read(code: str) -> Signature:
    """Name, description and schema of the code. Raises InvalidRequest with the line in its detail."""
    try:
        return signature_of(code)
    except CannotRead as error:
        raise InvalidRequest(error.message, param="code", detail={"line": error.line}) from error


def function_create(*, user: User, workspace_id: UUID | None, draft: Draft) -> Function:
    """Keep a new function of the user's. Raises InvalidRequest, NotFound, Forbidden."""
    home = workspace_home(user=user, workspace_id=workspace_id)
    return Function.objects.create(workspace_id=home, owner=user, **_fields(draft))


def function_change(*, user: User, function_id: UUID, changes: dict[str, Any]) -> Function:
    """Change what is given. Raises InvalidRequest, NotFound, Forbidden."""
    function = function_to_edit(user=user, function_id=function_id)
    now = {
        "code": function.code,
        "secret_names": tuple(function.secret_names),
        "changes_world": function.changes_world,
        "visibility": function.visibility,
    }
    fields = _fields(Draft(**{**now, **changes}))
    for name, value in fields.items():
        setattr(function, name, value)
    function.save(update_fields=[*fields, "updated_at"])
    return function_get(user=user, function_id=function_id)


def function_delete(*, user: User, function_id: UUID) -> None:
    """Delete it; agents that had it go on without. Raises NotFound, Forbidden."""
    function_to_edit(user=user, function_id=function_id).delete()


def workspace_home(*, user: User, workspace_id: UUID | None) -> UUID:
    """The workspace that a function of the user goes to. Raises InvalidRequest, NotFound, Forbidden."""
    home = workspace_id or user.default_workspace_id
    if home is None:
        raise InvalidRequest("Say in which workspace.", param="workspace_id")
    require_role(user, home, Role.EDITOR)
    return home


def _fields(draft: Draft) -> dict[str, Any]:
    signature = function_read(draft.code)
    if signature.name in own_names():
        raise InvalidRequest(f"A tool is called {signature.name} already; name the function otherwise.", param="code")
    secrets_check(draft.secret_names)
    return {
        "code": draft.code,
        "name": signature.name,
        "description": signature.description,
        "parameters": signature.parameters,
        "secret_names": list(draft.secret_names),
        "changes_world": draft.changes_world,
        "visibility": draft.visibility,
    }


def own_names() -> set[str]:
    """What models call the tools of this instance: a function of such a name could not be called."""
    kits = catalogue().values()
    return {tool.name for kit in kits for tool in kit.outline()} | {Remember.name, Forget.name}


def secrets_check(names: tuple[str, ...]) -> None:
    """Raises InvalidRequest for names that cannot be environment variables."""
    if len(names) > MAX_SECRETS:
        raise InvalidRequest(f"A function may have {MAX_SECRETS} secrets at most.", param="secret_names")
    for name in names:
        if not VARIABLE.fullmatch(name):
            raise InvalidRequest(
                f"A secret that code reads is named like a variable, such as API_KEY; {name[:80]!r} is not.",
                param="secret_names",
            )
