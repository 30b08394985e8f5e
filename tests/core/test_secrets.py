"""Secrets at rest: bound to their place, rotated, and clear about a missing key."""

import io
import secrets

import pytest
from django.core.management import CommandError, call_command

from glms.accounts.models import Secret
from glms.core.models import new_id
from glms.core.secrets import Binding, SecretUnreadable, decrypt, encrypt
from tests.factories import make_workspace

HERE = Binding(table="t", row=new_id(), workspace=new_id())


def test_a_secret_opens_where_it_was_closed() -> None:
    assert decrypt(encrypt("sësame 芝麻", binding=HERE), binding=HERE) == "sësame 芝麻"


def test_the_same_text_never_looks_the_same() -> None:
    assert encrypt("sesame", binding=HERE) != encrypt("sesame", binding=HERE)


@pytest.mark.parametrize("change", [{"table": "u"}, {"row": new_id()}, {"workspace": new_id()}, {"workspace": None}])
def test_a_secret_moved_elsewhere_does_not_open(change: dict) -> None:
    stored = encrypt("sesame", binding=HERE)
    elsewhere = Binding(**{"table": HERE.table, "row": HERE.row, "workspace": HERE.workspace, **change})

    with pytest.raises(SecretUnreadable, match="does not belong"):
        decrypt(stored, binding=elsewhere)


def test_a_changed_secret_does_not_open() -> None:
    stored = bytearray(encrypt("sesame", binding=HERE))
    stored[-1] ^= 1

    with pytest.raises(SecretUnreadable):
        decrypt(bytes(stored), binding=HERE)


@pytest.mark.parametrize("garbage", [b"", b"v1", b"v1.x", b"v2.12345678.abc", b"\x00\xff.\xfe.\xfd"])
def test_garbage_is_refused_as_unreadable(garbage: bytes) -> None:
    with pytest.raises(SecretUnreadable):
        decrypt(garbage, binding=HERE)


def test_a_missing_key_is_named(settings) -> None:
    stored = encrypt("sesame", binding=HERE)
    settings.ENCRYPTION_KEYS = [secrets.token_hex(32)]

    with pytest.raises(SecretUnreadable, match="GLMS_ENCRYPTION_KEYS"):
        decrypt(stored, binding=HERE)


def _stored_secret() -> Secret:
    secret = Secret(workspace=make_workspace(), name="key")
    secret.value = encrypt("sesame", binding=_binding(secret))
    secret.save()
    return secret


def _binding(secret: Secret) -> Binding:
    return Binding(table="accounts_secret", row=secret.pk, workspace=secret.workspace_id)


@pytest.mark.django_db
def test_rotation_leaves_the_old_key_unneeded(settings) -> None:
    secret = _stored_secret()
    fresh = secrets.token_hex(32)
    settings.ENCRYPTION_KEYS = [fresh, *settings.ENCRYPTION_KEYS]

    out = io.StringIO()
    call_command("rotate_secrets", stdout=out)
    settings.ENCRYPTION_KEYS = [fresh]
    secret.refresh_from_db()

    assert decrypt(secret.value, binding=_binding(secret)) == "sesame"
    assert "accounts.Secret.value: 1 encrypted again" in out.getvalue()
    assert "serving.ModelEndpoint.api_key: 0" in out.getvalue()


@pytest.mark.django_db
def test_rotation_without_the_old_key_changes_nothing_and_says_why(settings) -> None:
    secret = _stored_secret()
    settings.ENCRYPTION_KEYS = [secrets.token_hex(32)]

    with pytest.raises(CommandError, match=r"accounts\.Secret\.value.*GLMS_ENCRYPTION_KEYS"):
        call_command("rotate_secrets", stdout=io.StringIO())
    before = bytes(secret.value)
    secret.refresh_from_db()
    assert bytes(secret.value) == before
