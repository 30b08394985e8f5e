"""What can go wrong between us and a model. The tree: InferenceError > one class per cause; ToolError apart."""


class InferenceError(Exception):
    """A model could not answer. `permanent` says whether asking again is pointless.

    code: stable name for clients; message: what happened, in words fit for the user, without the server's own text.
    """

    code = "model_error"
    permanent = True

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after


class ModelUnavailable(InferenceError):
    """Not reachable, overloaded, silent, or cut off in mid-reply: worth another try."""

    code = "model_unavailable"
    permanent = False


class BadReply(InferenceError):
    """The server answered something that is not the protocol: worth another try."""

    permanent = False


class ModelRefused(InferenceError):
    """The server understood and refused: asking again gives the same answer."""


class ContextLengthExceeded(ModelRefused):
    code = "context_length_exceeded"


class TurnLimit(InferenceError):
    """The model was asked as often as it may be in one run, and did not finish."""

    code = "turn_limit"


class RepeatedFailure(InferenceError):
    """The model makes the same failing call again and again."""

    code = "repeated_failure"


class BudgetSpent(InferenceError):
    """The agent used up what a run may cost."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ToolError(Exception):
    """A tool's failure as an observation for the model: what went wrong and what to try instead."""
