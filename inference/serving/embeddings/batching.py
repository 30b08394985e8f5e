"""Many requests for one encoder: cut into slices, short requests before long ones, so that a question never waits
for a document."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SLICE_CHARACTERS = 4000
"""About what is encoded in a tenth of a second."""

Vectors = NDArray[np.float32]


class Encodes(Protocol):
    name: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> tuple[Vectors, int]: ...


@dataclass(eq=False)
class _Request:
    texts: Sequence[str]
    vectors: Vectors
    done: asyncio.Future[None]
    begun: int = 0
    ended: int = 0
    tokens: int = 0
    slices: list[range] = field(default_factory=list)


class Batcher:
    """Encodes in threads; `threads` slices at a time."""

    def __init__(self, encoder: Encodes, *, threads: int) -> None:
        self._encoder = encoder
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encode")
        self._free = threads
        self._waiting: list[_Request] = []

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting)

    async def encode(self, texts: Sequence[str]) -> tuple[Vectors, int]:
        """The vectors of these texts, and their tokens. Cancelled, what has not begun is dropped."""
        loop = asyncio.get_running_loop()
        vectors = np.empty((len(texts), self._encoder.dimension), dtype=np.float32)
        request = _Request(texts=texts, vectors=vectors, done=loop.create_future(), slices=_slices(texts))
        self._waiting.append(request)
        self._start()
        try:
            await request.done
        finally:
            self._waiting.remove(request)
        return request.vectors, request.tokens

    def _start(self) -> None:
        """Give each free thread the next slice of the request that has least left."""
        while self._free:
            open_requests = [request for request in self._waiting if request.begun < len(request.slices)]
            if not open_requests:
                return
            request = min(open_requests, key=lambda one: len(one.slices) - one.begun)
            part = request.slices[request.begun]
            request.begun += 1
            self._free -= 1
            work = asyncio.get_running_loop().run_in_executor(
                self._pool, self._encoder.encode, [request.texts[index] for index in part]
            )
            work.add_done_callback(partial(self._take, request, part))

    def _take(self, request: _Request, part: range, work: "asyncio.Future[tuple[Vectors, int]]") -> None:
        self._free += 1
        if error := work.exception():
            request.begun = len(request.slices)
            if not request.done.done():
                request.done.set_exception(error)
        else:
            vectors, tokens = work.result()
            request.vectors[part.start : part.stop] = vectors
            request.tokens += tokens
            request.ended += 1
            if request.ended == len(request.slices) and not request.done.done():
                request.done.set_result(None)
        self._start()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _slices(texts: Sequence[str]) -> list[range]:
    slices: list[range] = []
    start, size = 0, 0
    for index, text in enumerate(texts):
        if index > start and size + len(text) > SLICE_CHARACTERS:
            slices.append(range(start, index))
            start, size = index, 0
        size += len(text)
    slices.append(range(start, len(texts)))
    return slices
