"""HTTP plumbing shared by every API: strict bodies, ids, pages and the one shape of an error."""

import base64
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
import structlog
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Schema
from ninja.parser import Parser
from pydantic import ConfigDict

from glms.core.errors import AppError, InvalidRequest

MAX_JSON_DEPTH = 32
MAX_JSON_VALUES = 20_000
MAX_PAGE = 100

Id = Annotated[UUID, Field(strict=False)]
"""A UUID in a strict body."""

T = TypeVar("T")
R = TypeVar("R", bound=Model)


class Body(Schema):
    """What a client sends: unknown fields and other types than the declared ones are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Page(Schema, Generic[T]):
    """A part of a list and the way to the next part."""

    items: list[T]
    next_cursor: str | None = None


class PageQuery(Schema):
    """Which part of a list."""

    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50
    cursor: Annotated[str, Field(max_length=500)] | None = None


class BadForm(AppError):
    """A form with files that is not put together as it must be, or out of too many parts."""

    status, code = 400, "malformed_form"


class BadJson(AppError):
    status, code = 400, "invalid_json"


class BadCursor(AppError):
    status, code = 400, "invalid_cursor"


class StrictJson(Parser):
    """Reads a body as JSON without NaN, NUL, lone surrogates or nesting beyond `MAX_JSON_DEPTH`."""

    def parse_body(self, request: HttpRequest) -> Any:
        return check_json(request.body) if request.body else {}


def check_json(body: bytes) -> Any:
    """The value of a JSON body. Raises BadJson, or InvalidRequest for NUL."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadJson("The body is not valid JSON in UTF-8.") from error
    _check(value)
    return value


def _check(whole: Any) -> None:
    """Raises for NUL, and for more nesting or values than any body of ours has."""
    level, seen = [whole], 0
    for _ in range(MAX_JSON_DEPTH + 1):
        seen += len(level)
        if seen > MAX_JSON_VALUES:
            raise BadJson(f"The body has more than {MAX_JSON_VALUES:,} values.")
        if any(isinstance(value, str) and "\x00" in value for value in level):
            raise InvalidRequest("Text must not contain the NUL character.")
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise BadJson(f"The body is nested deeper than {MAX_JSON_DEPTH} levels.")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []


def page(rows: QuerySet[R], *, order: tuple[str, str], limit: int, cursor: str | None) -> tuple[list[R], str | None]:
    """One page of `rows`, newest first, by keyset.

    order: the column to sort by (descending) and the unique column that breaks ties, usually `("updated_at", "id")`.
    Returns the rows and the cursor of the next page, None at the end. Raises BadCursor.
    """
    column, tie = order
    if cursor:
        value, last = _decode(cursor, rows, order)
        rows = rows.filter(Q(**{f"{column}__lt": value}) | Q(**{column: value, f"{tie}__lt": last}))
    found = list(rows.order_by(f"-{column}", f"-{tie}")[: limit + 1])
    if len(found) <= limit:
        return found, None
    edge = found[limit - 1]
    raw = orjson.dumps([column, getattr(edge, column), getattr(edge, tie)])
    return found[:limit], base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(cursor: str, rows: QuerySet[R], order: tuple[str, str]) -> tuple[Any, Any]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        column, value, last = orjson.loads(raw)
        fields: Any = rows.model._meta
        edge = fields.get_field(order[0]).to_python(value), fields.get_field(order[1]).to_python(last)
    except Exception as error:
        raise BadCursor("This cursor is not one of this list; start again without it.") from error
    if column != order[0] or None in edge:
        raise BadCursor("This cursor belongs to another list.")
    return edge


def error_body(error: AppError) -> dict[str, Any]:
    """The one shape of an error, for HTTP and for sockets."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            "param": error.param,
            "detail": error.detail,
            "request_id": request_id,
        }
    }


def error_response(error: AppError) -> HttpResponse:
    response = JsonResponse(error_body(error), status=error.status)
    if error.status in {429, 503}:
        response["Retry-After"] = str((error.detail or {}).get("retry_after", 2))
    return response
