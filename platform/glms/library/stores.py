"""Where the files of indexes lie, and the two stores of an index: its vectors and its words."""

from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from glms.library.models import Index
from knowledge.index import vector_store, word_store
from knowledge.index.base import Manifest, VectorStore, WordStore


def folder_of(index_id: UUID) -> Path:
    return Path(settings.HOME) / "indexes" / str(index_id)


@cache
def vectors_of(index_id: UUID) -> VectorStore:
    """The store of an index's vectors; what it has opened is kept for the next search."""
    return vector_store("faiss", folder_of(index_id) / "vectors")


@cache
def words_of(index_id: UUID) -> WordStore:
    return word_store(folder_of(index_id) / "words")


def vectors_manifest(index: Index) -> Manifest | None:
    """None before the first vector. Raises IndexTorn."""
    return Manifest.from_json(index.vectors) if index.vectors else None


def words_manifest(index: Index) -> Manifest:
    """Raises IndexTorn."""
    return Manifest.from_json(index.words) if index.words else words_of(index.pk).empty()
