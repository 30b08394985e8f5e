"""What bounds a run: its budget, calls that keep failing, the model's window."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from glms.serving.models import ModelEndpoint
from glms.tools.catalogue import catalogue
from tests.support.talk import Talk

Begin = Callable[..., Talk]


@pytest.fixture(autouse=True)
def _tools(settings: Any) -> Iterator[None]:
    settings.TOOL_MODULES = ("tests.support.tools",)
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


def test_a_call_that_keeps_failing_is_nudged_at_three_and_stopped_at_five(talk: Begin) -> None:
    bob = talk(tools=[{"name": "failing"}], max_turns=20)
    run = bob.say("[[say Let me try.]] [[call failing {}]]")
    outputs = [item["output"] for item in run["items"] if item["kind"] == "call"]
    assert len(outputs) == 5
    assert ["3 times" in outputs[1], "3 times" in outputs[2], "4 times" in outputs[3]] == [False, True, True]
    assert (run["status"], run["error"]["code"]) == ("failed", "repeated_failure")
    assert "Let me try." in bob.texts()[-1]


def test_failing_in_other_ways_is_not_the_same_call(talk: Begin) -> None:
    bob = talk(tools=[{"name": "calculator"}], max_turns=20)
    calls = " [[then]] ".join(f'[[call calculator {{"expression": "{n}/0"}}]]' for n in range(6))
    assert bob.say(f"{calls} [[then]] [[say It cannot be done.]]")["status"] == "finished"


def test_a_run_ends_when_its_tokens_are_used_up(talk: Begin) -> None:
    bob = talk(tools=[{"name": "calculator"}], budget={"max_tokens": 30})
    run = bob.say('[[call calculator {"expression": "1+1"}]]')
    assert (run["status"], run["error"]["code"]) == ("failed", "token_limit")
    assert sum(run["usage"].values()) >= 30


def test_a_run_ends_when_its_seconds_are_over_even_in_mid_answer(talk: Begin) -> None:
    bob = talk(budget={"max_seconds": 1})
    run = bob.say("[[words 400]] [[pace 20]]")
    assert (run["status"], run["error"]["code"]) == ("failed", "time_limit")
    assert run["items"][0]["finish_reason"] == "interrupted"
    assert run["items"][0]["text"]


def test_the_window_is_kept_by_a_summary_that_everybody_can_read(talk: Begin, model_url: str) -> None:
    small = ModelEndpoint.objects.create(name="Small", url=model_url, model="scripted", context_length=1200)
    bob = talk(model={"id": str(small.pk), "max_tokens": 100})
    bob.say("word " * 1000 + "[[say The user said word a thousand times.]]")
    run = bob.say("[[say And on.]]")
    compaction = next(item for item in run["items"] if item["kind"] == "compaction")
    assert (compaction["what"], run["status"]) == ("history", "finished")
    assert compaction["tokens_before"] > 1100 > compaction["tokens_after"]
    assert "a thousand times" in compaction["summary"]
    assert len(bob.messages()) == 4

    again = bob.say("[[say Fine.]]")
    assert all(item["kind"] == "turn" for item in again["items"])


def test_long_results_are_told_in_part_when_the_window_is_full(talk: Begin, model_url: str) -> None:
    small = ModelEndpoint.objects.create(name="Small", url=model_url, model="scripted", context_length=3000)
    bob = talk(model={"id": str(small.pk), "max_tokens": 100}, tools=[{"name": "long"}])
    run = bob.say('[[call long {"length": 20000}]] [[then]] [[say Long.]]')
    compaction = next(item for item in run["items"] if item["kind"] == "compaction")
    assert (compaction["what"], run["status"]) == ("results", "finished")
    assert len(run["items"][1]["output"]) == 20000


@pytest.mark.skipif(not hasattr(ModelEndpoint, "input_price"), reason="prices come with the model's registration")
def test_a_run_ends_when_its_money_is_spent_and_says_what_it_cost(talk: Begin, model_url: str) -> None:
    dear = ModelEndpoint.objects.create(
        name="Dear", url=model_url, model="scripted", input_price=Decimal(1000), output_price=Decimal(2000)
    )
    bob = talk(model={"id": str(dear.pk)}, tools=[{"name": "calculator"}], budget={"max_cost": 0.02})
    run = bob.say('[[call calculator {"expression": "1+1"}]]')
    assert (run["status"], run["error"]["code"]) == ("failed", "cost_limit")
    assert run["cost"] >= 0.02
