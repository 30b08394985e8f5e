"""What one run may cost: tokens, seconds and money, watched by a wrapper round the model."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from inference.errors import BudgetSpent
from inference.loop import Model, Part, Reply
from inference.messages import Message, Usage
from inference.tools import Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """None: no limit. Prices are per million tokens, None where nobody knows them."""

    max_tokens: int | None = None
    max_seconds: float | None = None
    max_cost: float | None = None
    input_price: float | None = None
    output_price: float | None = None

    def cost(self, usage: Usage) -> float | None:
        """What these tokens cost, None without prices."""
        if self.input_price is None or self.output_price is None:
            return None
        return (usage.prompt_tokens * self.input_price + usage.completion_tokens * self.output_price) / 1_000_000

    def check(self, usage: Usage, seconds: float) -> None:
        """Raises BudgetSpent when nothing is left."""
        if self.max_tokens is not None and usage.prompt_tokens + usage.completion_tokens >= self.max_tokens:
            raise BudgetSpent("token_limit", f"The run used up its {self.max_tokens:,} tokens.")
        if self.max_seconds is not None and seconds >= self.max_seconds:
            raise BudgetSpent("time_limit", f"The run used up its {self.max_seconds:g} seconds.")
        cost = self.cost(usage)
        if self.max_cost is not None and cost is not None and cost >= self.max_cost:
            raise BudgetSpent("cost_limit", f"The run used up its budget of {self.max_cost:g}.")


class FrugalModel:
    """A model that is asked only while there is budget left.

    spent: tokens of earlier attempts; seconds: time that they took. Tools' time counts, waiting for people does not.
    """

    def __init__(self, model: Model, budget: Budget, *, spent: Usage, seconds: float) -> None:
        self.name = model.name
        self._model = model
        self._budget = budget
        self._spent = spent
        self._began = time.monotonic() - seconds

    async def stream(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncIterator[Part]:
        """One reply. Raises BudgetSpent, also in the middle of it when its time is up, and what the model raises."""
        self._budget.check(self._spent, time.monotonic() - self._began)
        async with aclosing(aiter(self._model.stream(messages, tools))) as parts:  # type: ignore[type-var]
            while (part := await self._next(parts)) is not None:
                if isinstance(part, Reply) and part.usage:
                    self._spent += part.usage
                yield part

    async def _next(self, parts: AsyncIterator[Part]) -> Part | None:
        """The next part, None at the end; waited for as long as there is time."""
        if self._budget.max_seconds is None:
            return await anext(parts, None)
        ends = self._budget.max_seconds - (time.monotonic() - self._began)
        try:
            async with asyncio.timeout(max(ends, 0.0)) as timer:
                return await anext(parts, None)
        except TimeoutError:
            if timer.expired():
                self._budget.check(self._spent, self._budget.max_seconds)
            raise
