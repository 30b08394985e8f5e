"""What one run may cost."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from inference.budget import Budget, FrugalModel
from inference.errors import BudgetSpent
from inference.loop import Part, Reply, TextPart
from inference.messages import Message, Usage


class Talker:
    """Answers with a few words, each after a pause."""

    name = "talker"

    def __init__(self, pause: float = 0.0) -> None:
        self.pause = pause
        self.closed = False

    async def stream(self, messages: Sequence[Message], tools: Sequence[Any]) -> AsyncIterator[Part]:
        try:
            for _ in range(3):
                await asyncio.sleep(self.pause)
                yield TextPart("word ")
            yield Reply(calls=(), finish_reason="stop", usage=Usage(prompt_tokens=10, completion_tokens=3))
        finally:
            self.closed = True


async def ask(model: FrugalModel, heard: list[Part] | None = None) -> list[Part]:
    heard = [] if heard is None else heard
    async for part in model.stream([], []):
        heard.append(part)
    return heard


@pytest.mark.parametrize(
    ("budget", "code"),
    [
        (Budget(max_tokens=13), "token_limit"),
        (Budget(max_cost=0.00001, input_price=1.0, output_price=2.0), "cost_limit"),
    ],
)
async def test_the_second_question_is_not_asked_when_the_first_took_all(budget: Budget, code: str) -> None:
    model = FrugalModel(Talker(), budget, spent=Usage(), seconds=0)
    assert len(await ask(model)) == 4
    with pytest.raises(BudgetSpent) as spent:
        await ask(model)
    assert spent.value.code == code


async def test_time_ends_an_answer_in_the_middle_and_closes_the_stream() -> None:
    talker = Talker(pause=0.2)
    heard: list[Part] = []
    with pytest.raises(BudgetSpent) as spent:
        await ask(FrugalModel(talker, Budget(max_seconds=0.3), spent=Usage(), seconds=0), heard)
    assert (spent.value.code, heard, talker.closed) == ("time_limit", [TextPart("word ")], True)


async def test_time_of_earlier_attempts_counts() -> None:
    with pytest.raises(BudgetSpent):
        await ask(FrugalModel(Talker(), Budget(max_seconds=10), spent=Usage(), seconds=11))


async def test_without_limits_everything_passes() -> None:
    assert len(await ask(FrugalModel(Talker(), Budget(), spent=Usage(prompt_tokens=10**9), seconds=10**6))) == 4


def test_a_cost_is_known_only_with_both_prices() -> None:
    usage = Usage(prompt_tokens=1_000_000, completion_tokens=500_000)
    assert Budget(input_price=2, output_price=4).cost(usage) == 4
    assert Budget(input_price=2).cost(usage) is None
