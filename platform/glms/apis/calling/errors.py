"""What a model is told when its arguments make no request."""


class BadArguments(Exception):
    """message: what is wrong with which argument, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
