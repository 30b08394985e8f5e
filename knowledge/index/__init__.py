"""Where passages are found again: by their vectors, in one of several stores behind one Protocol, and by their words.

Importing this costs nothing; the libraries behind a store are loaded when the first one is opened.
"""

from functools import lru_cache
from importlib import import_module
from pathlib import Path

from knowledge.index.base import VectorStore, WordStore

VECTOR_STORES = {
    "faiss": ("knowledge.index.faiss_store", "FaissStore"),
    "milvus": ("knowledge.index.milvus_store", "MilvusStore"),
}
"""kind -> its module and class, which takes the place: of FAISS a folder, of Milvus `address#collection`."""
KEPT_STORES = 256


@lru_cache(maxsize=KEPT_STORES)
def vector_store(kind: str, place: Path | str, **access: str) -> VectorStore:
    """The store at a place; within a process always the same one, so that what it has open is shared.

    access: `token` of Milvus. Raises ImportError where the store's library is not installed.
    """
    module, name = VECTOR_STORES[kind]
    store: VectorStore = getattr(import_module(module), name)(place, **access)
    return store


@lru_cache(maxsize=KEPT_STORES)
def word_store(folder: Path) -> WordStore:
    """The index of words in a folder; within a process always the same one."""
    store: WordStore = import_module("knowledge.lexical").TantivyWords(folder)
    return store
