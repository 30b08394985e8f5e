"""The bytes of documents in the file store: originals and what was read from them, under random names."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction

from knowledge.documents import Parsed

TOP = "knowledge"
CHUNK = 1 << 20


def put(base_id: UUID, data: bytes) -> str:
    """Keep bytes of a base; their key."""
    return default_storage.save(f"{TOP}/{base_id}/{uuid4().hex}", ContentFile(data))


def put_file(base_id: UUID, file: BinaryIO) -> str:
    return default_storage.save(f"{TOP}/{base_id}/{uuid4().hex}", File(file))


def read(key: str) -> bytes:
    """Raises FileNotFoundError."""
    with default_storage.open(key) as stored:
        data: bytes = stored.read()
    return data


async def chunks(key: str) -> AsyncIterator[bytes]:
    """The bytes in pieces, for an answer that is streamed; none for an empty key."""
    if not key:
        return
    stored = await asyncio.to_thread(default_storage.open, key)
    try:
        while part := await asyncio.to_thread(stored.read, CHUNK):
            yield part
    finally:
        await asyncio.to_thread(stored.close)


def drop(keys: Iterable[str]) -> None:
    """Delete them once the transaction is through; what is not there is no error."""
    for key in filter(None, keys):
        transaction.on_commit(partial(default_storage.delete, key))


def put_parsed(base_id: UUID, parsed: Parsed) -> str:
    return put(base_id, parsed.to_json())


def read_parsed(key: str) -> Parsed:
    return Parsed.from_json(read(key))


@contextmanager
def local(key: str) -> Iterator[Path]:
    """The file as one on this machine, for as long as the block lasts. Raises FileNotFoundError."""
    try:
        yield Path(default_storage.path(key))
        return
    except NotImplementedError:
        pass
    with tempfile.NamedTemporaryFile(prefix="glms-document-") as copy, default_storage.open(key) as stored:
        for part in stored.chunks(CHUNK):
            copy.write(part)
        copy.flush()
        yield Path(copy.name)


def sha256_of(file: BinaryIO) -> str:
    """Of the whole file, which is left at its beginning."""
    digest = hashlib.sha256()
    file.seek(0)
    while part := file.read(CHUNK):
        digest.update(part)
    file.seek(0)
    return digest.hexdigest()
