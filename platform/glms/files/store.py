"""Where the bytes of files lie, and how a file goes with them."""

from django.core.files.storage import default_storage
from django.db import transaction

from glms.files.models import StoredFile

FOLDER = "chat"
"""Of the store that is this room's: a folder for each conversation."""


def file_drop(file: StoredFile) -> None:
    """Delete the row, and after commit its bytes; those that a failing store keeps are swept later."""
    key = file.key
    file.delete()
    transaction.on_commit(lambda: default_storage.delete(key), robust=True)
