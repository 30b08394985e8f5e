"""Functions of users called by agents: in the sandbox, with secrets, after approval, and when they are gone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glms.accounts.models import Role
from tests.factories import SignedInClient, make_person, sign_in
from tests.functions.test_api import KEY, WEATHER, secret_of, write
from tests.support.calls import call, results, turns
from tests.support.sandbox import Sandboxd
from tests.support.talk import Talk

Begin = Callable[..., Talk]
CALL = turns(call("weather", city="北京"))


def agent_of(talk: Begin, ann: SignedInClient, *functions: dict[str, Any], **more: Any) -> Talk:
    return talk(client=ann, functions=[{"id": one["id"]} for one in functions], **more)


def ann_of() -> SignedInClient:
    return sign_in(make_person())


def decide(bob: Talk, run: dict[str, Any], decision: str) -> dict[str, Any]:
    path = f"/api/v1/runs/{run['id']}/calls/{run['waiting'][0]['call_id']}/decision"
    assert bob.client.post(path, {"decision": decision}).status_code == 200
    bob.worker.execute(run["id"])
    return bob.client.get(f"/api/v1/runs/{run['id']}").json()


def test_an_agent_calls_it_and_reads_its_value_and_what_it_printed(talk: Begin, sandbox: Sandboxd) -> None:
    ann = ann_of()
    secret_of(ann, "WEATHER_KEY", KEY)
    run = agent_of(talk, ann, write(ann, WEATHER, secret_names=["WEATHER_KEY"])).say(CALL)
    [called] = results(run)
    assert (run["status"], called["outcome"]) == ("finished", "done")
    assert called["output"] == 'asked for 北京\n{"city": "北京", "days": 3, "key": "•••"}'
    assert called["view"] == {
        "kind": "function",
        "output": '{"city": "北京", "days": 3, "key": "•••"}',
        "printed": "asked for 北京\n",
    }
    assert KEY not in str(run)


def test_its_errors_are_observations_that_the_model_can_mend(talk: Begin, sandbox: Sandboxd) -> None:
    ann = ann_of()
    run = agent_of(talk, ann, write(ann, WEATHER)).say(turns(call("weather", town="x"), call("weather", city="x")))
    wrong, right = results(run)
    assert (wrong["outcome"], right["outcome"]) == ("error", "done")
    assert "TypeError: weather() got an unexpected keyword argument 'town'" in wrong["output"]


def test_parallel_calls_do_not_see_each_other(talk: Begin, sandbox: Sandboxd) -> None:
    ann = ann_of()
    code = "import os, time\nseen = []\ndef f(n: int):\n    seen.append(n)\n    time.sleep(0.2)\n    return seen"
    said = " ".join(call("f", n=n) for n in range(3))
    run = agent_of(talk, ann, write(ann, code)).say(turns(said))
    assert sorted(one["output"] for one in results(run)) == ["[0]", "[1]", "[2]"]


def test_one_that_changes_the_world_waits_for_approval(talk: Begin, sandbox: Sandboxd) -> None:
    ann = ann_of()
    bob = agent_of(talk, ann, write(ann, WEATHER, changes_world=True))
    run = bob.say(CALL)
    assert (run["status"], results(run)) == ("waiting", [])
    assert [(one["name"], one["waits_for"]) for one in run["waiting"]] == [("weather", "approval")]
    run = decide(bob, run, "approve")
    assert (run["status"], results(run)[0]["decision"], results(run)[0]["outcome"]) == ("finished", "approved", "done")


def test_one_that_is_denied_is_not_run(talk: Begin, sandbox: Sandboxd) -> None:
    ann = ann_of()
    bob = agent_of(talk, ann, write(ann, WEATHER, changes_world=True))
    run = decide(bob, bob.say(CALL), "deny")
    assert (run["status"], results(run)[0]["outcome"]) == ("finished", "denied")
    assert "asked for" not in results(run)[0]["output"]


def test_a_change_of_its_code_holds_from_the_next_run_on(talk: Begin, sandbox: Sandboxd) -> None:
    ann = ann_of()
    made = write(ann, WEATHER)
    bob = agent_of(talk, ann, made)
    assert ann.patch(f"/api/v1/functions/{made['id']}", {"code": "def weather(city): return 'rain'"}).status_code == 200
    assert results(bob.say(CALL))[0]["output"] == '"rain"'


def test_an_agent_goes_on_without_one_that_was_deleted(talk: Begin, sandbox: Sandboxd) -> None:
    ann = ann_of()
    made = write(ann, WEATHER)
    bob = agent_of(talk, ann, made)
    assert ann.delete(f"/api/v1/functions/{made['id']}").status_code == 204
    run = bob.say(CALL)
    assert (run["status"], results(run)[0]["outcome"]) == ("finished", "error")
    path = f"/api/v1/agents/{bob.agent['id']}"
    assert ann.patch(path, {"draft": {"instructions": "Be kind."}}).status_code == 200
    assert ann.post(f"{path}/publish").status_code in {200, 201}
    copied = ann.post(f"{path}/duplicate")
    assert (copied.status_code, copied.json()["draft"]["functions"]) == (201, [])


def test_an_exported_agent_is_imported_without_its_functions(talk: Begin) -> None:
    ann = ann_of()
    bob = agent_of(talk, ann, write(ann, WEATHER))
    bundle = ann.get(f"/api/v1/agents/{bob.agent['id']}/export").json()
    made = ann_of().post("/api/v1/agents/import", bundle)
    assert (made.status_code, made.json()["draft"]["functions"]) == (201, [])


def test_two_of_one_name_are_not_given_to_one_agent(talk: Begin) -> None:
    ann = ann_of()
    ids = [{"id": write(ann, WEATHER)["id"]} for _ in range(2)]
    error = ann.post("/api/v1/agents", {"draft": {"name": "Bob", "functions": ids}})
    assert (error.status_code, error.json()["error"]["param"]) == (422, "draft.functions")


@pytest.mark.django_db
def test_one_of_another_workspace_is_not_given_to_an_agent() -> None:
    theirs = write(ann_of(), WEATHER, visibility="workspace")
    error = ann_of().post("/api/v1/agents", {"draft": {"name": "Bob", "functions": [{"id": theirs["id"]}]}})
    assert error.status_code == 404


def test_a_private_one_serves_all_who_may_talk_to_its_agent(talk: Begin, sandbox: Sandboxd) -> None:
    ann = ann_of()
    bob = agent_of(talk, ann, write(ann, WEATHER))
    path = f"/api/v1/agents/{bob.agent['id']}"
    assert ann.patch(path, {"visibility": "workspace"}).status_code == 200
    assert ann.post(f"{path}/publish").status_code in {200, 201}
    eve = sign_in(make_person(workspace=ann.user.default_workspace, role=Role.VIEWER))
    made = eve.post("/api/v1/conversations", {"agent_id": bob.agent["id"]}).json()
    assert results(Talk(eve, bob.worker, bob.agent, made["id"]).say(CALL))[0]["outcome"] == "done"


def test_a_secret_that_was_deleted_is_said_to_be_missing(talk: Begin, sandbox: Sandboxd) -> None:
    ann = ann_of()
    run = agent_of(talk, ann, write(ann, WEATHER, secret_names=["WEATHER_KEY"])).say(CALL)
    [called] = results(run)
    assert (called["outcome"], "no secret WEATHER_KEY" in called["output"]) == ("error", True)


def test_the_callers_functions_take_no_name_that_the_agent_has(talk: Begin) -> None:
    ann = ann_of()
    bob = agent_of(talk, ann, write(ann, WEATHER), memory=True)
    for name in ("weather", "remember"):
        refused = bob.start(text="hi", functions=[{"name": name}])
        assert (refused.status_code, refused.json()["error"]["param"]) == (422, "functions.0.name")


def test_without_a_sandbox_a_call_says_why_and_runs_nowhere(talk: Begin, settings: Any, tmp_path: Path) -> None:
    ann = ann_of()
    made = write(ann, f"def weather(city):\n    open({str(tmp_path / 'trace')!r}, 'w')")
    settings.SANDBOX_SOCKET = tmp_path / "none.sock"
    [called] = results(agent_of(talk, ann, made).say(CALL))
    assert (called["outcome"], "No sandbox is running here" in called["output"]) == ("error", True)
    assert not (tmp_path / "trace").exists()
