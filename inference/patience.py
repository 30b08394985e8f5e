"""A model that is asked again when its server stumbles: a wrapper, not a branch in the loop."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import structlog

from inference.errors import InferenceError
from inference.loop import Model, Part, Restarted
from inference.messages import Message
from inference.tools import Tool

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often to ask again, and the longest wait in seconds before each time."""

    delays: tuple[float, ...] = (0.5, 2.0, 5.0, 10.0)
    longest: float = 20.0


class PatientModel:
    """Wraps a model: a passing failure voids what had come and asks again after a growing, jittered wait."""

    def __init__(self, model: Model, patience: Patience) -> None:
        self.name = model.name
        self._model = model
        self._patience = patience

    async def stream(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncIterator[Part]:
        """As the wrapped model's, with `Restarted` between attempts. Raises the last attempt's InferenceError."""
        for delay in (*self._patience.delays, None):
            begun = False
            try:
                async for part in self._model.stream(messages, tools):
                    begun = True
                    yield part
                return
            except InferenceError as error:
                if error.permanent or delay is None:
                    raise
                log.warning("model_retry", model=self.name, code=error.code, reason=error.message)
                wait = max(delay * random.uniform(0.8, 1.2), error.retry_after or 0.0)  # noqa: S311
                await asyncio.sleep(min(wait, self._patience.longest))
            if begun:
                yield Restarted()
