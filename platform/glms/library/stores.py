"""Where the files of indexes lie, and the two stores of an index: its vectors and its words."""

from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from glms.library.models import Index, Store
from knowledge.errors import StoreAway
from knowledge.index import vector_store, word_store
from knowledge.index.base import Manifest, VectorStore, WordStore


def folder_of(index_id: UUID) -> Path:
    return Path(settings.HOME) / "indexes" / str(index_id)


def store_of_new() -> Store:
    """What keeps the vectors of an index that is made now."""
    return Store.MILVUS if settings.MILVUS_URL else Store.FAISS


def vectors_of(index: Index) -> VectorStore:
    """The store of an index's vectors; what it has opened is kept for the next search. Raises StoreAway."""
    return _in_milvus(index.pk) if index.store == Store.MILVUS else _on_disk(index.pk)


@cache
def _on_disk(index_id: UUID) -> VectorStore:
    return vector_store("faiss", folder_of(index_id) / "vectors")


def _in_milvus(index_id: UUID) -> VectorStore:
    if not settings.MILVUS_URL:
        raise StoreAway(
            "milvus_unset", "Its vectors are in Milvus, which this instance names no more: GLMS_MILVUS_URL."
        )
    place = f"{settings.MILVUS_URL}#glms_{index_id.hex}"
    try:
        return vector_store("milvus", place, token=settings.MILVUS_TOKEN)
    except ImportError as error:
        raise StoreAway("milvus_missing", "The package pymilvus is not installed: pip install '.[milvus]'.") from error


@cache
def words_of(index_id: UUID) -> WordStore:
    return word_store(folder_of(index_id) / "words")


def vectors_manifest(index: Index) -> Manifest | None:
    """None before the first vector. Raises IndexTorn."""
    return Manifest.from_json(index.vectors) if index.vectors else None


def words_manifest(index: Index) -> Manifest:
    """Raises IndexTorn."""
    return Manifest.from_json(index.words) if index.words else words_of(index.pk).empty()
