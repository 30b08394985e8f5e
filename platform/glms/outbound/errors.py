"""What can go wrong on the way out. The tree: OutboundError > one class per cause."""


class OutboundError(Exception):
    """A request that brought no answer. `code` is stable, `message` fit for people and models."""

    code = "unreachable"
    message = "The server could not be reached."

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class UrlNotAllowed(OutboundError):
    """Always the same words: nobody learns from them whether something is there."""

    code = "url_not_allowed"
    message = "This address is not allowed. Only public web addresses (http, https) are."


class HeaderNotAllowed(OutboundError):
    code = "header_not_allowed"
    message = "This header is set by the platform."


class TooManyRedirects(OutboundError):
    code = "too_many_redirects"
    message = "The server redirects too often."


class AnswerTooLarge(OutboundError):
    code = "answer_too_large"
    message = "The answer is too large."


class TimedOut(OutboundError):
    code = "timed_out"
    message = "The server took too long."
