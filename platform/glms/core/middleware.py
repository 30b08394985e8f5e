"""What every request gets: an id bound to its logs, its measures, and the headers that keep the page closed."""

import time
from collections.abc import Callable
from typing import Any

import structlog
import uuid_utils
from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from glms.core import metrics

Handler = Callable[[HttpRequest], Any]

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)


def _begin() -> float:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=str(uuid_utils.uuid7()))
    return time.perf_counter()


def _end(request: HttpRequest, response: HttpResponseBase, began: float) -> HttpResponseBase:
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    response.headers.setdefault("X-Request-ID", request_id)
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.path.startswith(("/api/", "/_allauth/")):
        response.headers.setdefault("Cache-Control", "no-store")
    route = request.resolver_match.route if request.resolver_match else "unmatched"
    metrics.REQUESTS.labels(request.method, route, response.status_code).inc()
    metrics.REQUEST_SECONDS.labels(request.method, route).observe(time.perf_counter() - began)
    return response


@sync_and_async_middleware
def request_context(get_response: Handler) -> Handler:
    """Bind a request id to the logs, count and time the request, close the page to the rest of the web."""
    if iscoroutinefunction(get_response):

        async def handle_async(request: HttpRequest) -> HttpResponseBase:
            began = _begin()
            response: HttpResponseBase = await get_response(request)
            return _end(request, response, began)

        return handle_async

    def handle(request: HttpRequest) -> HttpResponseBase:
        began = _begin()
        response: HttpResponseBase = get_response(request)
        return _end(request, response, began)

    return handle

