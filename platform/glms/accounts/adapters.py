"""Where sign-in by django-allauth follows the product's own rules."""

from smtplib import SMTPException
from types import SimpleNamespace
from typing import Any

import orjson
import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.adapter import DefaultHeadlessAdapter
from allauth.headless.base.response import RateLimitResponse
from allauth.headless.internal.restkit.response import ErrorResponse
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest

from glms.accounts.models import User
from glms.accounts.selectors import instance_settings, signup_admits
from glms.accounts.services import account_open
from glms.core.clients import client_address
from glms.core.errors import Conflict, RateLimited
from glms.core.limits import Rate, limit_use

MAX_PASSWORD = 128
log = structlog.get_logger(__name__)
ACCOUNT_TRIES = Rate(amount=100, seconds=3600)
"""Sign-ins to one account from everywhere; few enough against guessing, too many for one address to lock it."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        told = _signup_body(request)
        return signup_admits(invitation=told.get("invitation", ""), email=told.get("email", ""))

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        user.email = form.cleaned_data["email"]
        user.name = form.cleaned_data["name"]
        user.set_password(form.cleaned_data["password"])
        try:
            return account_open(user=user)
        except Conflict as error:
            taken = self.validation_error("email_taken")
            raise ImmediateHttpResponse(ErrorResponse(request, exception=taken)) from error

    def clean_password(self, password: str, user: Any = None) -> str:
        if len(password) > MAX_PASSWORD:
            raise ValidationError(f"A password may have {MAX_PASSWORD} characters.", code="password_too_long")
        cleaned: str = super().clean_password(password, user)
        return cleaned

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try, by address and by account. Ends the request with 429."""
        try:
            limit_use(action="sign-in", who=credentials.get("email", ""), rate=ACCOUNT_TRIES)
            super().pre_authenticate(request, **credentials)
        except (RateLimited, ValidationError) as error:
            raise ImmediateHttpResponse(RateLimitResponse(request)) from error

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        if len(credentials.get("password", "")) > MAX_PASSWORD:
            self.pre_authenticate(request, **credentials)
            return None  # never hashed: no stored password is that long
        found: User | None = super().authenticate(request, **credentials)
        return found

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return f"{client_address(request)}:{credentials.get('email', '').lower()}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away must not tell which addresses have an account."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            log.error("mail_not_sent", template=template_prefix, error=type(error).__name__)  # noqa: TRY400

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMultiAlternatives:
        """A mail that names the instance and its own address, whatever host the request named."""
        site = SimpleNamespace(name=instance_settings().name, domain=settings.PUBLIC_URL)
        mail: EmailMultiAlternatives = super().render_mail(
            template_prefix, email, {**context, "current_site": site}, headers
        )
        return mail


class HeadlessAdapter(DefaultHeadlessAdapter):  # type: ignore[misc]
    def serialize_user(self, user: Any) -> dict[str, Any]:
        return {"id": str(user.pk), "email": user.email, "display": user.name or user.email, "name": user.name}


def _signup_body(request: HttpRequest) -> dict[str, str]:
    """What a sign-up said of itself; sign-up's own form has checked it before it matters."""
    if request.method != "POST" or not request.path.endswith("/auth/signup"):
        return {}
    told = orjson.loads(request.body or b"{}")
    return {key: value for key, value in told.items() if isinstance(value, str)} if isinstance(told, dict) else {}
