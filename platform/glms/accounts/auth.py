"""Who is acting: one function turns every credential into a user."""

import re
from typing import Any

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, parse_cookie
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from glms.accounts.models import User
from glms.core.errors import Forbidden
from glms.core.logs import bind_user

TOKEN_HEADER = "X-Session-Token"  # noqa: S105
SESSION_KEY = re.compile(r"[a-z0-9]{8,40}")


class ForgeryRefused(Forbidden):
    """An unsafe request that rode on the browser's cookie without proof that our page sent it."""

    code = "csrf_failed"


def actor_from_request(request: HttpRequest) -> User | None:
    """The user that the request acts for, None when nobody is signed in.

    An app shows its session as `X-Session-Token`; then the cookie does not count. A browser shows the session cookie,
    and with an unsafe method the CSRF header as well. Raises ForgeryRefused.
    """
    token = request.headers.get(TOKEN_HEADER)
    if token is not None:
        return actor_from_session(token)
    if check_csrf(request) is not None:
        raise ForgeryRefused("The page's CSRF token is missing or wrong; load the page again.")
    return _user_of(request.session)


def actor_from_session(session_key: str | None) -> User | None:
    """The user of a stored session, read afresh: None once it ended, expired or its password changed."""
    if not session_key or not SESSION_KEY.fullmatch(session_key):
        return None
    return _user_of(SessionStore(session_key))


async def actor_from_scope(scope: Any) -> User | None:
    """The user of a socket's session cookie, read afresh: call it again to see whether the socket may stay open."""
    look_up = database_sync_to_async(actor_from_session)
    user: User | None = await look_up(_cookies(scope).get(settings.SESSION_COOKIE_NAME))
    return user


def _user_of(session: SessionBase) -> User | None:
    """Django's own look-up: it checks the session's hash against the password and that the account is active."""
    carrier = HttpRequest()
    carrier.session = session
    user: Any = get_user(carrier)
    return user if isinstance(user, User) else None


def _cookies(scope: Any) -> dict[str, str]:
    lines = [value.decode("latin-1") for name, value in scope.get("headers", []) if name == b"cookie"]
    return parse_cookie("; ".join(lines))


class SignedIn(AuthBase):
    """Lets signed-in people through; `request.auth` is the acting User. The same for plain and for async views."""

    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = TOKEN_HEADER

    def __call__(self, request: HttpRequest) -> User | None:
        user = actor_from_request(request)
        if user is not None:
            bind_user(user.pk)
        return user


class MaybeSignedIn(SignedIn):
    """Lets everybody through; `request.auth` is the acting User or an AnonymousUser."""

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) or request.user


actor_from_request_async = sync_to_async(actor_from_request)


def acting(request: HttpRequest) -> User:
    """The user whom `SignedIn` let through."""
    user: User = request.auth  # type: ignore[attr-defined]
    return user
