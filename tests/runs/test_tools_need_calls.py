"""An agent with tools does not run on a model that is known to call none."""

from collections.abc import Callable
from typing import Any

import pytest

from glms.serving.models import ModelEndpoint, SelfTest
from tests.support.talk import Talk

Begin = Callable[..., Talk]
CALCULATOR = [{"name": "calculator"}]


def tried(outcome: str, model_id: str = "default") -> None:
    SelfTest.objects.create(pk=model_id, checks=[{"check": "call", "outcome": outcome, "detail": "", "ms": 1}])


def sent(bob: Talk, **fields: Any) -> Any:
    return bob.start(text="[[say Hello.]]", **fields)


def test_a_model_that_failed_to_call_gets_no_agent_with_tools(talk: Begin) -> None:
    tried("failed")
    answer = sent(talk(tools=CALCULATOR))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "model_cannot_call_tools")


def test_functions_of_the_caller_and_memory_are_tools_too(talk: Begin) -> None:
    tried("failed")
    function = {"name": "look", "description": "Looks.", "parameters": {"type": "object", "properties": {}}}
    assert sent(talk(), functions=[function]).status_code == 422
    assert sent(talk(memory=True)).status_code == 422


def test_without_tools_such_a_model_answers(talk: Begin) -> None:
    tried("failed")
    assert sent(talk()).status_code == 202


@pytest.mark.parametrize("outcome", ["passed", "skipped"])
def test_a_model_that_was_not_seen_to_fail_gets_tools(talk: Begin, outcome: str) -> None:
    tried(outcome)
    assert sent(talk(tools=CALCULATOR)).status_code == 202


def test_each_model_is_known_by_its_own_test(talk: Begin, model_url: str) -> None:
    weak = ModelEndpoint.objects.create(name="Weak", url=model_url, model="scripted")
    tried("failed", str(weak.pk))
    assert sent(talk(tools=CALCULATOR)).status_code == 202
    assert sent(talk(tools=CALCULATOR, model={"id": str(weak.pk)})).status_code == 422
