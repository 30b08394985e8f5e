"""The native API: every room's routes under `/api/v1`, one way to say no."""

from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation

import glms
from glms.accounts.auth import SignedIn
from glms.core.errors import (
    AppError,
    BodyTooLarge,
    Internal,
    InvalidRequest,
    NotFound,
    NotSignedIn,
    Unavailable,
)
from glms.core.http import BadForm, BadJson, StrictJson, error_response
from knowledge.errors import StoreAway

log = structlog.get_logger(__name__)


class NativeApi(NinjaAPI):
    """django-ninja's API whose operations are called as their functions are: `agent_publish`."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = NativeApi(
    title="GLMs",
    version=glms.__version__,
    urls_namespace="api",
    auth=SignedIn(),
    parser=StrictJson(),
    docs_url=None,
    openapi_url="/openapi.json",
)


@api.exception_handler(AppError)
def _app_error(_request: HttpRequest, error: AppError) -> HttpResponse:
    return error_response(error)


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    if any(item["loc"][0] == "path" for item in error.errors):
        return error_response(NotFound("There is nothing here."))
    problems: list[dict[str, Any]] = [
        {"param": ".".join(str(part) for part in item["loc"][1:]), "message": item["msg"]} for item in error.errors
    ]
    for problem in problems:
        problem["param"] = problem["param"].removeprefix("body.").removeprefix("payload.")
    first = problems[0]
    return error_response(
        InvalidRequest(first["message"], param=first["param"] or None, detail={"problems": problems[:20]})
    )


@api.exception_handler(HttpError)
def _http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """django-ninja's own refusals: it wraps what the parser of bodies raised."""
    if isinstance(error.__cause__, AppError):
        return error_response(error.__cause__)
    if isinstance(error.__cause__, RequestDataTooBig):
        return error_response(BodyTooLarge("The body is larger than 1 MiB."))
    return error_response(BadJson("The body cannot be read."))


@api.exception_handler(AuthenticationError)
def _not_signed_in(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return error_response(NotSignedIn("Sign in first."))


@api.exception_handler(Http404)
def _not_found(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return error_response(NotFound("There is nothing here."))


@api.exception_handler(RequestDataTooBig)
def _too_large(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return error_response(BodyTooLarge("The body is larger than 1 MiB."))


@api.exception_handler(MultiPartParserError)
@api.exception_handler(TooManyFieldsSent)
@api.exception_handler(TooManyFilesSent)
def _bad_form(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return error_response(BadForm("The form cannot be read: send one file in it, as multipart/form-data."))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _database_away(_request: HttpRequest, error: Exception) -> HttpResponse:
    log.warning("database_away", error=type(error).__name__)
    return error_response(Unavailable("The database is away for a moment; send the same request again."))


@api.exception_handler(StoreAway)
def _store_away(_request: HttpRequest, error: StoreAway) -> HttpResponse:
    log.warning("store_away", code=error.code)
    return error_response(Unavailable(f"{error.message} Nothing was changed; send the same request again."))


@api.exception_handler(Exception)
def _internal(_request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("request_failed", exc_info=error)
    return error_response(Internal("Something went wrong on our side; the log has this request's id."))


ROUTERS = (
    ("", "glms.accounts.api.router"),
    ("/models", "glms.serving.api.router"),
    ("/tools", "glms.tools.api.router"),
    ("", "glms.library.api.router"),
    ("/functions", "glms.functions.api.router"),
    ("/agents", "glms.agents.api.router"),
    ("/conversations", "glms.conversations.api.router"),
    ("/conversations", "glms.files.api.conversation_router"),
    ("/conversations", "glms.runs.api.conversation_router"),
    ("/files", "glms.files.api.router"),
    ("/memories", "glms.memory.api.router"),
    ("/runs", "glms.runs.api.router"),
    ("", "glms.runs.api.knowledge_router"),
)
"""Where each room's routes hang."""

for _prefix, _router in ROUTERS:
    api.add_router(_prefix, _router)
