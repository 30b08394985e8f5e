"""Errors that a user can act on. The tree: AppError > one class per HTTP answer."""

from typing import Any


class AppError(Exception):
    """A refusal with a stable `code`, a `message` that says what to do, and the HTTP `status` it is answered with."""

    status = 400
    code = "bad_request"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        detail: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.param = param
        self.detail = detail


class NotSignedIn(AppError):
    status, code = 401, "not_signed_in"


class Forbidden(AppError):
    """The object is visible, the role is too low."""

    status, code = 403, "forbidden"


class NotFound(AppError):
    """Not there, or not theirs: the two look the same."""

    status, code = 404, "not_found"


class Conflict(AppError):
    status, code = 409, "conflict"


class BodyTooLarge(AppError):
    status, code = 413, "body_too_large"


class UnsupportedBody(AppError):
    status, code = 415, "unsupported_body"


class InvalidRequest(AppError):
    status, code = 422, "invalid_request"


class BodyTooSlow(AppError):
    status, code = 408, "body_too_slow"


class RateLimited(AppError):
    status, code = 429, "rate_limited"


class Unavailable(AppError):
    """A part of the instance is away; the same request may be sent again."""

    status, code = 503, "unavailable"


class Internal(AppError):
    """Our own fault: the log has the request's id."""

    status, code = 500, "internal"
