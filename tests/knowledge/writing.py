"""A process that goes on writing an index, for tests that kill it: after step n the passages of `expected(n)` are in.

`python -m tests.knowledge.writing FOLDER`; the state is kept as the product's database would keep it.
"""

import json
import os
import sys
from itertools import count
from pathlib import Path

import numpy as np

from knowledge.index.base import Entry, Manifest
from knowledge.index.faiss_store import FaissStore
from knowledge.lexical import TantivyWords

MODEL, DIMENSION, STEP = "a-model", 16, 7
LISTS_FROM = 60


def vector(chunk: int) -> np.ndarray:
    return np.random.default_rng(chunk).standard_normal(DIMENSION).astype(np.float32)


def text(chunk: int) -> str:
    return f"everything number{chunk} 台湾"


def expected(steps: int) -> set[int]:
    """Each step adds seven passages; every third one also deletes one of them."""
    return set(range(steps * STEP)) - {step * STEP for step in range(2, steps, 3)}


class Kept:
    """The last state, in a file that is replaced whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "state.json"
        self.vectors = FaissStore(folder / "vectors", lists_from=LISTS_FROM, threads=1)
        self.words = TantivyWords(folder / "words")

    def read(self) -> tuple[int, Manifest, Manifest]:
        if not self.path.exists():
            return 0, self.vectors.empty(model=MODEL, dimension=DIMENSION), self.words.empty()
        told = json.loads(self.path.read_text())
        return told["steps"], Manifest.from_json(told["vectors"]), Manifest.from_json(told["words"])

    def keep(self, steps: int, vectors: Manifest, words: Manifest) -> None:
        draft = self.path.with_suffix(".new")
        told = {"steps": steps, "vectors": vectors.to_json(), "words": words.to_json()}
        draft.write_text(json.dumps(told))
        draft.replace(self.path)

    def found(self) -> tuple[int, set[int], set[int]]:
        """The number of steps, and what can be found by either index."""
        steps, vectors, words = self.read()
        most = 10 * steps * STEP + 10
        by_vector = self.vectors.search(vectors, vector(0)[None, :], k=most)[0]
        by_word = self.words.search(words, "everything", k=most)
        assert len(by_vector) == len({hit.chunk for hit in by_vector})
        assert len(by_word) == len({hit.chunk for hit in by_word})
        return steps, {hit.chunk for hit in by_vector}, {hit.chunk for hit in by_word}


def write(folder: Path) -> None:
    kept = Kept(folder)
    first, vectors, words = kept.read()
    for step in count(first):
        chunks = list(range(step * STEP, (step + 1) * STEP))
        entries = [Entry(chunk, chunk // 2) for chunk in chunks]
        vectors = kept.vectors.add(vectors, entries, np.stack([vector(chunk) for chunk in chunks]), model=MODEL)
        words = kept.words.add(words, entries, [text(chunk) for chunk in chunks])
        if step % 3 == 2:
            vectors = kept.vectors.delete(vectors, chunks=chunks[:1])
            words = kept.words.delete(words, chunks=chunks[:1])
        if step % 5 == 4:
            vectors = kept.vectors.compact(vectors, fully=True)
        kept.keep(step + 1, vectors, words)
        if step % 4 == 3:
            kept.vectors.sweep([vectors], older_than=0)
            kept.words.sweep([words], older_than=0)
        os.write(1, b"%d\n" % (step + 1))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
