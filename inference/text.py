"""Text from outside, made such that every later room can store and send it."""


def clean(text: str) -> str:
    """`text` without NUL and lone surrogates. Raises TypeError for what is no text."""
    if not isinstance(text, str):
        raise TypeError(type(text).__name__)
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def shortened(text: str, limit: int) -> str:
    """`text` with its middle left out, and said so, when it has more than `limit` characters."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n[... {len(text) - 2 * half:,} characters left out ...]\n{text[-half:]}"
