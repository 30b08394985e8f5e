"""Where sign-in by django-allauth follows the product's own rules."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.headless.adapter import DefaultHeadlessAdapter
from django.http import HttpRequest

from glms.core.clients import client_address


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


class HeadlessAdapter(DefaultHeadlessAdapter):  # type: ignore[misc]
    def serialize_user(self, user: Any) -> dict[str, Any]:
        return {
            "id": str(user.pk),
            "email": user.email,
            "display": user.name or user.email,
            "name": user.name,
        }
