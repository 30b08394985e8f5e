"""How lines of a page flow together again: Chinese without spaces, words with them, broken words mended."""

from collections.abc import Sequence

SOFT_HYPHEN = "\u00ad"


def is_cjk(one: str) -> bool:
    """Characters that are set without spaces between them."""
    return (
        "\u2e80" <= one <= "\u9fff"
        or "\uf900" <= one <= "\ufaff"
        or "\uff00" <= one <= "\uffef"
        or "\U00020000" <= one <= "\U0003ffff"
    )


def flowed(lines: Sequence[str], *, spaces_are_real: bool = True) -> str:
    """One paragraph. spaces_are_real: False for what OCR wrote between every two Chinese characters."""
    text = ""
    for line in lines:
        parts = line.split(" ") if not spaces_are_real else [line]
        for part in parts:
            text = _appended(text, part.strip())
    return text


def _appended(text: str, more: str) -> str:
    if not text or not more:
        return text or more
    if text.endswith(SOFT_HYPHEN):
        return text[:-1] + more
    if text.endswith("-") and len(text) > 1 and text[-2].isalpha() and more[0].islower():
        return text[:-1] + more
    between = "" if is_cjk(text[-1]) and is_cjk(more[0]) else " "
    return text + between + more
