"""What every request gets: an id in its logs, its measures, closed headers, strict bodies, errors in one shape."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from asgiref.sync import iscoroutinefunction
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from glms.core import metrics
from glms.core.edge import PARTS, UPLOADS
from glms.core.errors import (
    AppError,
    BodyTooLarge,
    Forbidden,
    Internal,
    InvalidRequest,
    NotFound,
    RateLimited,
    UnsupportedBody,
)
from glms.core.headers import CLOSED
from glms.core.http import check_json, error_response
from glms.core.models import new_id

Handler = Callable[[HttpRequest], Any]

API = ("/api/", "/_allauth/")
PROBES = {"/healthz", "/readyz", "/metrics"}
"""Asked by machines that know only an address."""


class MethodNotAllowed(AppError):
    status, code = 405, "method_not_allowed"


REFUSALS: dict[int, AppError] = {
    400: AppError("The request cannot be understood."),
    403: Forbidden("This is not allowed."),
    404: NotFound("There is nothing here."),
    405: MethodNotAllowed("This address does not know that method."),
    413: BodyTooLarge("The body is larger than 1 MiB."),
    429: RateLimited("Too many requests; wait a moment."),
    500: Internal("Something went wrong on our side; the log has this request's id."),
}


def _begin() -> float:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=str(new_id()))
    return time.perf_counter()


def _refusal(request: HttpRequest) -> HttpResponseBase | None:
    """The answer to a request that no room should see, None for all others."""
    try:
        if request.path not in PROBES:
            request.get_host()
        if request.path.startswith(API):
            _check_address(request)
            _check_body(request)
    except DisallowedHost:
        return error_response(AppError("This instance does not answer to that host name.", code="bad_host"))
    except AppError as error:
        return error_response(error)
    return None


def _check_address(request: HttpRequest) -> None:
    if "\x00" in request.path:
        raise NotFound("There is nothing here.")
    if "%00" in request.META.get("QUERY_STRING", ""):
        raise InvalidRequest("Text must not contain the NUL character.")


def _check_body(request: HttpRequest) -> None:
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedBody("Send the body uncompressed.")
    if request.headers.get("Content-Length", "0") in {"", "0"} and "Transfer-Encoding" not in request.headers:
        return
    wanted = "application/json"
    if UPLOADS.match(request.path):
        wanted = "multipart/form-data"
    elif PARTS.match(request.path):
        wanted = "application/offset+octet-stream"
    if request.content_type != wanted:
        raise UnsupportedBody(f"Send the body as {wanted}.")
    if request.path.startswith("/_allauth/"):
        check_json(request.body)


def _in_shape(response: HttpResponseBase) -> HttpResponseBase:
    """An error that a library wrote in its own words, said in ours."""
    refusal = REFUSALS.get(response.status_code)
    if refusal is None or response.streaming or getattr(response, "is_page", False):
        return response
    if response.headers.get("Content-Type", "").startswith(("application/json", "application/problem+json")):
        return response
    shaped = error_response(refusal)
    for name in ("Allow", "Retry-After"):
        if name in response.headers:
            shaped.headers[name] = response.headers[name]
    shaped.cookies = response.cookies
    return shaped


def _end(request: HttpRequest, response: HttpResponseBase, began: float) -> HttpResponseBase:
    response = _in_shape(response)
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    response.headers.setdefault("X-Request-ID", request_id)
    for name, value in CLOSED.items():
        response.headers.setdefault(name, value)
    if request.path.startswith(API):
        response.headers.setdefault("Cache-Control", "no-store")
    route = request.resolver_match.route if request.resolver_match else "unmatched"
    method = request.method if request.method in metrics.METHODS else "other"
    metrics.REQUESTS.labels(method, route, response.status_code).inc()
    metrics.REQUEST_SECONDS.labels(method, route).observe(time.perf_counter() - began)
    return response


@sync_and_async_middleware
def request_context(get_response: Handler) -> Handler:
    """Bind a request id to the logs, count and time the request, close the page to the rest of the web."""
    if iscoroutinefunction(get_response):

        async def handle_async(request: HttpRequest) -> HttpResponseBase:
            began = _begin()
            response: HttpResponseBase = _refusal(request) or await get_response(request)
            return _end(request, response, began)

        return handle_async

    def handle(request: HttpRequest) -> HttpResponseBase:
        began = _begin()
        response: HttpResponseBase = _refusal(request) or get_response(request)
        return _end(request, response, began)

    return handle
