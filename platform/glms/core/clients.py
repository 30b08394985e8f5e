"""Where a request comes from: the peer's address, or what the trusted proxies wrote down."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104


def client_address(request: HttpRequest) -> str:
    """The client's IP address; `X-Forwarded-For` counts only as far as `GLMS_TRUSTED_PROXIES` proxies wrote it."""
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    proxies: int = settings.TRUSTED_PROXIES
    told = chain[-proxies] if proxies and len(chain) >= proxies else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(told))
    except ValueError:
        return UNKNOWN


def is_local(request: HttpRequest) -> bool:
    """From this machine, and not handed on by a proxy that nobody declared."""
    if not settings.TRUSTED_PROXIES and "X-Forwarded-For" in request.headers:
        return False
    return ipaddress.ip_address(client_address(request)).is_loopback
