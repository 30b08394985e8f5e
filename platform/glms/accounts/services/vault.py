"""A workspace's secrets: written, replaced and deleted, never read back."""

from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from glms.accounts.models import Role, Secret, User
from glms.accounts.permissions import require_role
from glms.core.errors import Conflict, NotFound
from glms.core.secrets import encrypt

MAX_SECRETS = 200
log = structlog.get_logger(__name__)


def secret_create(*, user: User, workspace_id: UUID, name: str, value: str) -> Secret:
    """Raises NotFound, Forbidden below admin, Conflict for a name that is taken."""
    require_role(user, workspace_id, Role.ADMIN)
    if Secret.objects.filter(workspace_id=workspace_id).count() >= MAX_SECRETS:
        raise Conflict(f"A workspace may have {MAX_SECRETS} secrets.", code="limit_reached")
    secret = Secret(workspace_id=workspace_id, name=name)
    secret.value = encrypt(value, binding=secret.binding)
    try:
        with transaction.atomic():
            secret.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("There is a secret of this name.", code="name_taken", param="name") from error
    log.info("secret_created", stored=str(secret.pk), workspace=str(workspace_id))
    return secret


def secret_replace(*, user: User, workspace_id: UUID, secret_id: UUID, value: str) -> Secret:
    """Raises NotFound, Forbidden below admin."""
    require_role(user, workspace_id, Role.ADMIN)
    secret = Secret.objects.filter(workspace_id=workspace_id, pk=secret_id).first()
    if secret is None:
        raise NotFound("There is no such secret.")
    secret.value = encrypt(value, binding=secret.binding)
    secret.save(update_fields=["value", "updated_at"])
    log.info("secret_replaced", stored=str(secret.pk), workspace=str(workspace_id))
    return secret


def secret_delete(*, user: User, workspace_id: UUID, secret_id: UUID) -> None:
    """Raises NotFound, Forbidden below admin."""
    require_role(user, workspace_id, Role.ADMIN)
    if not Secret.objects.filter(workspace_id=workspace_id, pk=secret_id).delete()[0]:
        raise NotFound("There is no such secret.")
    log.info("secret_deleted", stored=str(secret_id), workspace=str(workspace_id))
