"""What people may call themselves and their things."""

import unicodedata
from typing import Annotated

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import AfterValidator

MAX_NAME = 80
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
JOINERS = {"\u200d", "\ufe0f"}
"""Invisible characters that emoji are joined with."""


def visible_name(value: str) -> str:
    """`value` in NFC with single spaces: 1 to 80 characters, some of them visible. Raises ValueError."""
    name = " ".join(unicodedata.normalize("NFC", value[: MAX_NAME * 10]).split())
    if any(unicodedata.category(char) in INVISIBLE and char not in JOINERS for char in name):
        raise ValueError("A name must not contain control or invisible characters.")
    if not name or all(char in JOINERS for char in name):
        raise ValueError("A name must not be empty.")
    if len(name) > MAX_NAME:
        raise ValueError(f"A name may have {MAX_NAME} characters at most.")
    return name


Name = Annotated[str, AfterValidator(visible_name)]
"""A name in a body."""


def email_address(value: str) -> str:
    """`value` as an address in lower case. Raises ValueError."""
    try:
        validate_email(value)
    except ValidationError as error:
        raise ValueError("This is not an e-mail address.") from error
    return value.lower()
