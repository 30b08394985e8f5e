"""What people may call themselves and their things."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Annotated

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import AfterValidator

MAX_NAME = 80
MAX_FILE_NAME = 120
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
JOINERS = {"\u200d", "\ufe0f"}
"""Invisible characters that emoji are joined with."""
UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')


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


def file_name(name: str) -> str:
    """`name` without folders, control and invisible characters; "file" when nothing is left of it."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(char for char in UNSAFE.sub("_", last) if unicodedata.category(char) not in {"Cc", "Cf", "Cs"})
    seen = seen.strip(" .")
    if len(seen) > MAX_FILE_NAME:
        suffix = PurePosixPath(seen).suffix[:16]
        seen = seen[: MAX_FILE_NAME - len(suffix)] + suffix
    return seen or "file"


def email_address(value: str) -> str:
    """`value` as an address in lower case. Raises ValueError."""
    try:
        validate_email(value)
    except ValidationError as error:
        raise ValueError("This is not an e-mail address.") from error
    return value.lower()
