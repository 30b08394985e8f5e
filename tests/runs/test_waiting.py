"""Runs that wait: for a person's approval, or for a function that the caller executes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from glms.runs.models import Run, RunDecision
from glms.tools.catalogue import catalogue
from tests.factories import make_person, sign_in
from tests.support.talk import Talk

Begin = Callable[..., Talk]

SEND = '[[call sender {{"file": "{file}"}}]] [[then]] [[say Sent.]]'
WEATHER = {
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


@pytest.fixture(autouse=True)
def _tools(settings: Any) -> Iterator[None]:
    settings.TOOL_MODULES = ("tests.support.tools",)
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


def decide(bob: Talk, run: dict[str, Any], call_id: str, decision: str, note: str = "") -> Any:
    return bob.client.post(f"/api/v1/runs/{run['id']}/calls/{call_id}/decision", {"decision": decision, "note": note})


def go_on(bob: Talk, run: dict[str, Any]) -> dict[str, Any]:
    bob.worker.execute(run["id"])
    return bob.client.get(f"/api/v1/runs/{run['id']}").json()


def test_a_call_that_changes_the_world_waits_until_it_is_allowed(talk: Begin, tmp_path: Path) -> None:
    done = tmp_path / "done"
    bob = talk(tools=[{"name": "sender"}])
    run = bob.say(SEND.format(file=done))
    assert (run["status"], run["ended_at"]) == ("waiting", None)
    assert [(call["name"], call["waits_for"]) for call in run["waiting"]] == [("sender", "approval")]
    assert not done.exists()

    answer = decide(bob, run, run["waiting"][0]["call_id"], "approve")
    assert (answer.status_code, answer.json()["status"]) == (200, "queued")
    run = go_on(bob, run)
    assert (run["status"], run["attempt"], run["waiting"]) == ("finished", 2, [])
    assert (run["items"][1]["decision"], run["items"][1]["outcome"]) == ("approved", "done")
    assert len(done.read_text().splitlines()) == 1
    assert bob.texts()[-1] == "Sent."


def test_a_denied_call_is_not_run_and_the_model_learns_why(talk: Begin, tmp_path: Path) -> None:
    done = tmp_path / "done"
    bob = talk(tools=[{"name": "sender"}])
    run = bob.say(SEND.format(file=done))
    decide(bob, run, run["waiting"][0]["call_id"], "deny", "Not on a Sunday.")
    run = go_on(bob, run)
    assert (run["status"], run["items"][1]["outcome"]) == ("finished", "denied")
    assert "Not on a Sunday." in run["items"][1]["output"]
    assert not done.exists()


@pytest.mark.parametrize(("approval", "waits"), [("never", False), ("ask", True), ("always", True)])
def test_the_agent_says_when_people_are_asked(talk: Begin, tmp_path: Path, approval: str, waits: bool) -> None:
    bob = talk(tools=[{"name": "sender", "approval": approval}])
    run = bob.say(SEND.format(file=tmp_path / "done"))
    assert (run["status"] == "waiting") is waits


def test_a_harmless_tool_is_asked_for_only_when_the_agent_says_always(talk: Begin) -> None:
    say = '[[call calculator {"expression": "1+1"}]] [[then]] [[say Two.]]'
    assert talk(tools=[{"name": "calculator"}]).say(say)["status"] == "finished"
    assert talk(tools=[{"name": "calculator", "approval": "always"}]).say(say)["status"] == "waiting"


def test_what_need_not_wait_is_done_meanwhile_and_decisions_come_one_by_one(talk: Begin, tmp_path: Path) -> None:
    call = f'[[call sender {{"file": "{tmp_path / "done"}"}}]]'
    bob = talk(tools=[{"name": "sender"}, {"name": "calculator"}])
    run = bob.say(f'{call} [[call calculator {{"expression": "2*3"}}]] {call} [[then]] [[say All done.]]')
    assert [item["output"] for item in run["items"] if item["kind"] == "call"] == ["6"]
    first, second = (call["call_id"] for call in run["waiting"])

    decide(bob, run, second, "approve")
    run = go_on(bob, run)
    assert (run["status"], [call["call_id"] for call in run["waiting"]]) == ("waiting", [first])
    decide(bob, run, first, "deny")
    run = go_on(bob, run)
    assert run["status"] == "finished"
    assert sorted(item["outcome"] for item in run["items"] if item["kind"] == "call") == ["denied", "done", "done"]


def test_the_caller_executes_its_functions_and_posts_the_result(talk: Begin) -> None:
    bob = talk()
    say = '[[call get_weather {"city": "北京"}]] [[then]] [[say It is sunny.]]'
    run = bob.say(say, functions=[WEATHER])
    assert run["waiting"][0] | {"call_id": ""} == {
        "call_id": "",
        "name": "get_weather",
        "arguments": '{"city": "北京"}',
        "waits_for": "result",
    }
    path = f"/api/v1/runs/{run['id']}/calls/{run['waiting'][0]['call_id']}"
    assert bob.client.post(f"{path}/decision", {"decision": "approve"}).status_code == 422
    assert bob.client.post(f"{path}/result", {"output": "sunny, 22 °C"}).json()["status"] == "queued"
    run = go_on(bob, run)
    assert (run["status"], run["items"][1]["decision"], run["items"][1]["output"]) == (
        "finished",
        "answered",
        "sunny, 22 °C",
    )


def test_the_same_decision_again_changes_nothing_and_another_one_is_a_conflict(talk: Begin, tmp_path: Path) -> None:
    bob = talk(tools=[{"name": "sender"}])
    run = bob.say(SEND.format(file=tmp_path / "done"))
    call_id = run["waiting"][0]["call_id"]
    assert decide(bob, run, call_id, "approve").status_code == 200
    assert decide(bob, run, call_id, "approve").status_code == 200
    refused = decide(bob, run, call_id, "deny")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "already_decided")
    assert RunDecision.objects.count() == 1
    go_on(bob, run)
    assert decide(bob, run, call_id, "approve").status_code == 200


def test_a_call_that_does_not_wait_cannot_be_decided(talk: Begin, tmp_path: Path) -> None:
    bob = talk(tools=[{"name": "sender"}])
    run = bob.say(SEND.format(file=tmp_path / "done"))
    assert decide(bob, run, "call_of_somebody", "approve").status_code == 404
    stranger = sign_in(make_person())
    path = f"/api/v1/runs/{run['id']}/calls/{run['waiting'][0]['call_id']}/decision"
    assert stranger.post(path, {"decision": "approve"}).status_code == 404


def test_a_waiting_run_can_be_cancelled_and_blocks_the_next_message_until_then(talk: Begin, tmp_path: Path) -> None:
    bob = talk(tools=[{"name": "sender"}])
    run = bob.say(SEND.format(file=tmp_path / "done"))
    assert bob.start(text="and now?").status_code == 409
    assert bob.get()["active_run_id"] == run["id"]
    cancelled = bob.client.post(f"/api/v1/runs/{run['id']}/cancel").json()
    assert (cancelled["status"], cancelled["waiting"]) == ("cancelled", [])
    refused = decide(bob, run, run["waiting"][0]["call_id"], "approve")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "run_ended")
    assert bob.say("[[say Hello again.]]")["status"] == "finished"


def test_a_decision_that_came_in_the_moment_of_the_pause_is_found_by_the_reaper(talk: Begin, tmp_path: Path) -> None:
    import asyncio

    from glms.runs import leases

    bob = talk(tools=[{"name": "sender"}])
    run = bob.say(SEND.format(file=tmp_path / "done"))
    row = Run.objects.get(pk=run["id"])
    RunDecision.objects.create(
        run=row, call_id=run["waiting"][0]["call_id"], decision="approved", decided_by=bob.client.user
    )
    due = asyncio.run_coroutine_threadsafe(leases.waiting(10), bob.worker.engine.loop).result()
    assert row.pk in due
    assert go_on(bob, run)["status"] == "finished"


@pytest.mark.parametrize(
    ("function", "param"),
    [
        ({"name": "2nd"}, "functions.0.name"),
        ({"name": "calculator"}, "functions.0.name"),
        ({"name": "ok", "parameters": {"type": "array"}}, "functions.0.parameters"),
        ({"name": "ok", "parameters": {"type": "object", "x": "y" * 40_000}}, "functions.0.parameters"),
    ],
)
def test_functions_of_the_caller_are_checked(talk: Begin, function: dict[str, Any], param: str) -> None:
    bob = talk(tools=[{"name": "calculator"}])
    refused = bob.start(text="hi", functions=[function])
    assert (refused.status_code, refused.json()["error"]["param"]) == (422, param)
