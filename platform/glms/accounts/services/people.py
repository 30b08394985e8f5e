"""Opening accounts, and what people change of themselves and of the instance."""

from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from glms.accounts.models import InstanceSettings, User
from glms.accounts.selectors import membership_get
from glms.accounts.services.workspaces import workspace_create
from glms.core.errors import Conflict, Forbidden

log = structlog.get_logger(__name__)


def account_open(*, user: User) -> User:
    """Save a new person with a workspace of their own; the first one owns the instance.

    user: unsaved, with e-mail, name and password set. Raises Conflict (`email_taken`).
    """
    try:
        with transaction.atomic():
            _settings_locked()  # one sign-up at a time: two cannot both be the first
            user.is_instance_owner = not User.objects.exists()
            user.save()
            workspace_create(user=user, name=_workspace_name(user))
    except IntegrityError as error:
        raise Conflict("A user is already registered with this email address.", code="email_taken") from error
    log.info("account_opened", account=str(user.pk), instance_owner=user.is_instance_owner)
    return user


def _workspace_name(user: User) -> str:
    suffix = "'s workspace"
    return (user.name or user.email.split("@")[0])[: 80 - len(suffix)] + suffix


def _settings_locked() -> InstanceSettings:
    InstanceSettings.objects.get_or_create(pk=1)
    return InstanceSettings.objects.select_for_update().get(pk=1)


@transaction.atomic
def instance_update(*, user: User, changes: dict[str, Any]) -> InstanceSettings:
    """Change `name` or `signup_open` of the instance. Raises Forbidden for all but its owner."""
    require_instance_owner(user)
    found = _settings_locked()
    for name in changes.keys() & {"name", "signup_open"}:
        setattr(found, name, changes[name])
    found.save()
    log.info("instance_changed", changed=sorted(changes))
    return found


def require_instance_owner(user: User) -> None:
    """Raises Forbidden for all but the instance's owner."""
    if not user.is_instance_owner:
        raise Forbidden("Only the owner of this instance may do this.")


def me_update(*, user: User, changes: dict[str, Any]) -> User:
    """Change `name`, `language` or `default_workspace_id` of oneself. Raises NotFound for a foreign workspace."""
    workspace_id: UUID | None = changes.get("default_workspace_id")
    if workspace_id is not None:
        membership_get(user=user, workspace_id=workspace_id)
        user.default_workspace_id = workspace_id
    for name in changes.keys() & {"name", "language"}:
        setattr(user, name, changes[name])
    user.save(update_fields=["name", "language", "default_workspace"])
    return user
