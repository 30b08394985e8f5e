"""Small files that readers may open at any moment: they see the old text or the new one, never half of it."""

import json
import os
from pathlib import Path
from typing import Any


def write_atomically(path: Path, text: str) -> None:
    """Write beside and rename, so that the file is whole and readable by its owner alone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)


def write_json(path: Path, value: Any) -> bool:
    """Write it as JSON; False when it cannot be written: a full disk must not end the supervisor."""
    try:
        write_atomically(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")
    except OSError:
        return False
    return True


def read_json(path: Path) -> Any:
    """The value in the file; None when it is absent or no JSON."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None
