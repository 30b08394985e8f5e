"""Which functions a user may see, and what a run needs of them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from glms.accounts.models import Role, Secret, User
from glms.accounts.permissions import has_role
from glms.core.errors import Forbidden, NotFound
from glms.core.secrets import decrypt
from glms.functions.models import Function


def function_list(*, user: User, workspace_id: UUID | None = None) -> QuerySet[Function]:
    """The functions that the user may see."""
    rows = Function.objects.for_user(user).select_related("owner")
    return rows.filter(workspace_id=workspace_id) if workspace_id else rows


def function_get(*, user: User, function_id: UUID) -> Function:
    """Raises NotFound."""
    found = function_list(user=user).filter(pk=function_id).first()
    if found is None:
        raise NotFound("There is no such function.")
    return found


def function_to_edit(*, user: User, function_id: UUID) -> Function:
    """Raises NotFound, Forbidden."""
    found = function_get(user=user, function_id=function_id)
    if not has_role(user, found.workspace_id, Role.EDITOR):
        raise Forbidden("Viewers cannot change functions; ask an admin of the workspace for the role of editor.")
    return found


def usable_functions(*, user: User, workspace_id: UUID, ids: Iterable[str]) -> dict[str, str]:
    """The names, by id, of those of `ids` that this user can give to an agent of the workspace."""
    rows = function_list(user=user, workspace_id=workspace_id).filter(pk__in=set(ids))
    return {str(pk): name for pk, name in rows.values_list("pk", "name")}


def functions_for_run(*, workspace_id: UUID, ids: Iterable[str]) -> dict[str, Function]:
    """The functions that an agent of the workspace was given, for whoever may talk to it; gone ones left out."""
    return {str(row.pk): row for row in Function.objects.filter(workspace_id=workspace_id, pk__in=set(ids))}


def variables_of(*, workspace_id: UUID, names: Iterable[str]) -> dict[str, str]:
    """The secrets of these names in the clear, for the sandbox alone; missing ones left out."""
    rows = Secret.objects.filter(workspace_id=workspace_id, name__in=set(names))
    return {row.name: decrypt(row.value, binding=row.binding) for row in rows}
