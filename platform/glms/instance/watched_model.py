"""A model server that the operator runs (GLMS_MODEL_URL): never launched here, only watched."""

import asyncio

from glms.config.env import ModelServer
from glms.instance.board import Board, State
from glms.instance.model_file import ModelFile, Phase
from inference.serving import health

LOOK_SECONDS = 15.0
FIRST_LOOKS_SECONDS = 2.0


class WatchedModel:
    """Shows whether the server at GLMS_MODEL_URL answers."""

    def __init__(self, *, chosen: ModelServer, file: ModelFile, board: Board) -> None:
        self.ready = asyncio.Event()
        self._url = (chosen.url or "").rstrip("/")
        self._key = chosen.key
        self._file = file
        self._board = board
        self._task: asyncio.Task[None] | None = None
        file.head["name"] = chosen.name or ""
        file.at(url=self._url, key=chosen.key)

    def start(self) -> None:
        self._put(State.STARTING, Phase.LOADING, "")
        self._task = asyncio.create_task(self._watch(), name="watch model")

    async def _watch(self) -> None:
        while True:
            wrong = await asyncio.to_thread(health.ask, f"{self._url}/models", key=self._key)
            if wrong is None:
                self.ready.set()
                self._put(State.READY, Phase.READY, "")
            else:
                self._put(State.FAILED, Phase.FAILED, wrong)
            await asyncio.sleep(FIRST_LOOKS_SECONDS if wrong else LOOK_SECONDS)

    def _put(self, state: State, phase: Phase, detail: str) -> None:
        self._board.put("model", state, detail=f"GLMS_MODEL_URL {detail}".strip())
        self._file.put(phase, detail=detail)

    async def stop(self, *, seconds: float) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=seconds)
        self._put(State.STOPPED, Phase.STOPPED, "")

    def kill(self) -> None:
        """It is not ours to kill."""
