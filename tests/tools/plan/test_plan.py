"""A plan that an agent writes first and ticks off, seen in its run."""

from collections.abc import Callable
from typing import Any

import pytest

from inference.errors import ToolError
from inference.observations import Observation
from inference.tools import CallContext
from tests.support.calls import call, results, turns
from tests.support.talk import Talk

Begin = Callable[..., Talk]
STEPS = ("Find the figures", "计算增长率", "Answer")


def plan(*states: str) -> str:
    steps = [{"text": text, "status": state} for text, state in zip(STEPS, states, strict=True)]
    return call("update_plan", steps=steps)


def states(item: dict[str, Any]) -> list[str]:
    return [step["status"] for step in item["view"]["steps"]]


def test_steps_tick_off_from_turn_to_turn_and_stand_in_the_run(talk: Begin) -> None:
    run = talk(tools=[{"name": "plan"}, {"name": "calculator"}]).say(
        turns(
            plan("in_progress", "pending", "pending"),
            plan("done", "in_progress", "pending") + call("calculator", expression="8.0 / 6.1"),
            plan("done", "done", "done"),
            last="The rate is 1.2 %.",
        )
    )
    plans = [item for item in results(run) if item["name"] == "update_plan"]
    assert [states(item) for item in plans] == [
        ["in_progress", "pending", "pending"],
        ["done", "in_progress", "pending"],
        ["done", "done", "done"],
    ]
    assert [step["text"] for step in plans[0]["view"]["steps"]] == list(STEPS)
    assert plans[0]["view"]["kind"] == "plan"
    assert [item["output"] for item in plans] == [
        "The user sees the plan. Next: Find the figures",
        "The user sees the plan. Next: 计算增长率",
        "All steps are done. Now answer the user.",
    ]
    assert (run["status"], [item["turn"] for item in plans]) == ("finished", [1, 2, 3])


def test_the_plan_is_told_to_the_model_as_its_first_step(talk: Begin, model_url: str) -> None:
    import httpx

    talk(tools=[{"name": "plan"}]).say("[[say Hi.]]")
    asked = httpx.get(model_url.removesuffix("/v1") + "/scripted/requests").json()["requests"][-1]
    [tool] = [one["function"] for one in asked["tools"]]
    assert tool["name"] == "update_plan"
    assert "before anything else write a short plan" in tool["description"]


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"steps": []},
        {"steps": "Find"},
        {"steps": [{"text": ""}]},
        {"steps": [{"text": "x", "status": "finished"}]},
        {"steps": [{"text": "x" * 301}]},
        {"steps": [{"text": "x"}] * 21},
    ],
)
async def test_a_plan_that_is_none_is_refused_with_the_shape_that_is_wanted(arguments: dict[str, Any]) -> None:
    from glms.tools.builtin.plan import UpdatePlan

    with pytest.raises(ToolError, match=r"Give .\"steps\"") as refused:
        await UpdatePlan().run(arguments, CallContext(key="k"))
    assert "pydantic" not in str(refused.value)


async def test_steps_without_a_state_are_still_to_come() -> None:
    from glms.tools.builtin.plan import UpdatePlan

    seen = await UpdatePlan().run({"steps": [{"text": "x", "note": "y"}]}, CallContext(key="k"))
    assert isinstance(seen, Observation)
    assert seen.view == {"kind": "plan", "steps": [{"text": "x", "status": "pending"}]}


def test_a_step_that_no_database_can_hold_ends_no_run(talk: Begin) -> None:
    run = talk(tools=[{"name": "plan"}]).say(turns(call("update_plan", steps=[{"text": "a\x00b", "status": "done"}])))
    assert run["status"] == "finished"
    assert results(run)[0]["view"]["steps"] == [{"text": "a\ufffdb", "status": "done"}]
