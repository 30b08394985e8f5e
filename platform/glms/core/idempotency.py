"""A create that is sent twice happens once: `Idempotency-Key` with the semantics that Stripe gives it.

The key's row and the effect are one transaction: of two equal requests at once the second waits and gets the first's
answer; a request that failed left nothing and may be sent again.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from ninja import Schema, Status

from glms.core.errors import AppError, InvalidRequest
from glms.core.models import IdempotencyKey

MAX_KEY = 255
"""Characters of a key; keys are kept for a day at least."""


class KeyReused(AppError):
    """The same key came with another request."""

    status, code = 422, "idempotency_conflict"


CLAIM = """
INSERT INTO core_idempotencykey (user_id, key, fingerprint, status, body, created_at)
VALUES (%s, %s, %s, 0, '', now()) ON CONFLICT (user_id, key) DO NOTHING RETURNING id
"""


def _fingerprint(request: HttpRequest) -> str:
    raw = b"\0".join([(request.method or "").encode(), request.get_full_path().encode(), request.body])
    return hashlib.sha256(raw).hexdigest()


def idempotent(view: Callable[..., Status[Any]]) -> Callable[..., Any]:
    """Wrap a creating view of a signed-in user: with an `Idempotency-Key` header it happens once."""

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(request, *args, **kwargs)
        if not 0 < len(key) <= MAX_KEY or not key.isprintable():
            raise InvalidRequest(
                f"An Idempotency-Key has 1 to {MAX_KEY} printable characters.", param="Idempotency-Key"
            )
        with transaction.atomic():
            return _first_or_same(request, key, lambda: view(request, *args, **kwargs))

    return once


def _first_or_same(request: HttpRequest, key: str, make: Callable[[], Status[Any]]) -> Any:
    user_id = request.auth.pk  # type: ignore[attr-defined]
    fingerprint = _fingerprint(request)
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [user_id, key, fingerprint])
        row = cursor.fetchone()
    if row is None:
        return _replay(IdempotencyKey.objects.get(user_id=user_id, key=key), fingerprint)
    answer = make()
    value = answer.value
    body = value.model_dump_json() if isinstance(value, Schema) else orjson.dumps(value).decode()
    IdempotencyKey.objects.filter(pk=row[0]).update(status=answer.status_code, body=body)
    return _told(answer.status_code, body)


def _replay(stored: IdempotencyKey, fingerprint: str) -> HttpResponse:
    if stored.fingerprint != fingerprint:
        raise KeyReused("This Idempotency-Key was used for another request; use a new one.", param="Idempotency-Key")
    response = _told(stored.status, stored.body)
    response["Idempotent-Replayed"] = "true"
    return response


def _told(status: int, body: str) -> HttpResponse:
    """The first answer and every later one, byte for byte the same."""
    return HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
