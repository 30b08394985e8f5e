"""What keeps a whole document from being read. What keeps one operation out is a remark of the report instead."""


class UnreadableApi(Exception):
    """Nothing of this can be read. `code` is stable; `message` says what to do; `place`: a JSON pointer, or ""."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place
