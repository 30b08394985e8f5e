"""Secrets at rest: AES-256-GCM, each ciphertext bound to its table, row and workspace, under keys that can be rotated.

Stored form: `v1.` + key id (8 hex) + `.` + nonce (12 bytes) + ciphertext and tag (NIST SP 800-38D).
"""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models, transaction

from glms.core.errors import AppError

VERSION = b"v1"
NONCE_BYTES = 12
BATCH = 100


class SecretUnreadable(AppError):
    """A stored secret does not open: its key is gone, or it was not written for this row."""

    status, code = 500, "secret_unreadable"


@dataclass(frozen=True, kw_only=True)
class Binding:
    """Where a ciphertext belongs; copied to another place it does not open."""

    table: str
    row: UUID
    workspace: UUID | None = None

    def bytes(self) -> bytes:
        return "\x1f".join(["glms", VERSION.decode(), self.table, str(self.row), str(self.workspace or "")]).encode()


@dataclass(frozen=True, kw_only=True)
class EncryptedColumn:
    """A column that `rotate_secrets` must know of.

    workspace: the name of the row's workspace column, None for rows of the whole instance.
    """

    model: type[models.Model]
    column: str
    workspace: str | None = "workspace_id"

    def binding(self, row: models.Model) -> Binding:
        workspace = getattr(row, self.workspace) if self.workspace else None
        return Binding(table=row._meta.db_table, row=row.pk, workspace=workspace)


ENCRYPTED: list[EncryptedColumn] = []
"""Every encrypted column of the product; models add theirs with `register`."""


def register(column: EncryptedColumn) -> EncryptedColumn:
    ENCRYPTED.append(column)
    return column


def encrypt(text: str, *, binding: Binding) -> bytes:
    """The stored form of `text`, under the newest key."""
    key = _keys()[0]
    nonce = secrets.token_bytes(NONCE_BYTES)
    return b".".join([VERSION, key_id(key), nonce + AESGCM(key).encrypt(nonce, text.encode(), binding.bytes())])


def decrypt(stored: bytes | memoryview, *, binding: Binding) -> str:
    """The text of a stored form. Raises SecretUnreadable."""
    try:
        version, used, sealed = bytes(stored).split(b".", 2)
    except ValueError as error:
        raise SecretUnreadable("A stored secret is damaged; set it again.") from error
    key = next((key for key in _keys() if key_id(key) == used), None)
    if version != VERSION or key is None:
        raise SecretUnreadable(
            f"A stored secret was encrypted with the key {used.decode(errors='replace')[:8]}, which this instance does"
            " not have. Put that key back into GLMS_ENCRYPTION_KEYS, or set the secret again."
        )
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], binding.bytes()).decode()
    except InvalidTag as error:
        raise SecretUnreadable("A stored secret does not belong to this row or was changed; set it again.") from error


def key_id(key: bytes) -> bytes:
    """Names a key without telling it."""
    return hashlib.sha256(b"glms.key-id" + key).hexdigest()[:8].encode()


def _keys() -> list[bytes]:
    return [bytes.fromhex(key) for key in settings.ENCRYPTION_KEYS]


def rotate(column: EncryptedColumn) -> int:
    """Encrypt every row of a column under the newest key; answers how many changed. Raises SecretUnreadable."""
    changed = 0
    ids = list(column.model._base_manager.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            rows = column.model._base_manager.select_for_update().filter(pk__in=ids[start : start + BATCH])
            changed += sum(_rotate_row(column, row) for row in rows)
    return changed


def _rotate_row(column: EncryptedColumn, row: models.Model) -> int:
    stored = getattr(row, column.column)
    if stored is None or bytes(stored).startswith(VERSION + b"." + key_id(_keys()[0]) + b"."):
        return 0
    binding = column.binding(row)
    fresh = encrypt(decrypt(stored, binding=binding), binding=binding)
    return column.model._base_manager.filter(pk=row.pk).update(**{column.column: fresh})
