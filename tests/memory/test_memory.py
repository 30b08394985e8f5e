"""What an agent remembers about a user: off unless the agent may, seen and changed by that user alone."""

from collections.abc import Callable

import httpx
import pytest

from glms.accounts.models import Role
from glms.memory.services import MAX_FACTS, fact_add
from tests.factories import make_person, sign_in
from tests.support.calls import call, results, turns
from tests.support.talk import Talk

Begin = Callable[..., Talk]
REMEMBER = '[[call remember {"fact": "They like short answers."}]] [[then]] [[say Noted.]]'


def last_request(model_url: str) -> dict:
    return httpx.get(model_url.removesuffix("/v1") + "/scripted/requests").json()["requests"][-1]


def test_without_leave_an_agent_has_no_memory(talk: Begin, model_url: str) -> None:
    run = talk().say(REMEMBER)
    assert run["items"][1]["outcome"] == "error"
    assert "tools" not in last_request(model_url)


def test_a_fact_is_known_in_the_next_conversation_of_the_same_user_only(talk: Begin, model_url: str) -> None:
    bob = talk(memory=True)
    run = bob.say(REMEMBER)
    assert run["items"][1]["view"] == {"kind": "memory", "remembered": "They like short answers."}
    made = bob.client.post("/api/v1/conversations", {"agent_id": bob.agent["id"], "test": True}).json()
    Talk(bob.client, bob.worker, bob.agent, made["id"]).say("[[say Hi.]]")
    assert "1. They like short answers." in last_request(model_url)["messages"][0]["content"]

    other = talk(memory=True)
    other.say("[[say Hi.]]")
    assert "They like short answers." not in str(last_request(model_url))


def test_the_user_reads_corrects_and_deletes_what_is_remembered(talk: Begin) -> None:
    bob = talk(memory=True)
    bob.say(REMEMBER)
    facts = bob.client.get("/api/v1/memories").json()["items"]
    assert [(fact["agent"]["name"], fact["text"]) for fact in facts] == [("Bob", "They like short answers.")]
    path = f"/api/v1/memories/{facts[0]['id']}"
    assert bob.client.patch(path, {"text": "They like long answers."}).json()["text"] == "They like long answers."
    assert bob.client.patch(path, {"text": " "}).status_code == 422
    stranger = sign_in(make_person())
    assert stranger.get("/api/v1/memories").json()["items"] == []
    assert stranger.patch(path, {"text": "x"}).status_code == 404
    assert stranger.delete(path).status_code == 404
    stranger.delete("/api/v1/memories")
    assert bob.client.delete(path).status_code == 204
    assert bob.client.get("/api/v1/memories").json()["items"] == []


def test_another_user_of_the_same_agent_is_told_nothing_of_it_and_sees_nothing(talk: Begin, model_url: str) -> None:
    bob = talk(memory=True)
    path = f"/api/v1/agents/{bob.agent['id']}"
    bob.client.patch(path, {"visibility": "workspace"})
    assert bob.client.post(f"{path}/publish").status_code in {200, 201}
    bob.say(REMEMBER)
    eve = sign_in(make_person(workspace=bob.client.user.default_workspace, role=Role.VIEWER))
    made = eve.post("/api/v1/conversations", {"agent_id": bob.agent["id"]}).json()
    hers = Talk(eve, bob.worker, bob.agent, made["id"])
    run = hers.say('[[call forget {"number": 1}]] [[then]] [[say Hi.]]')
    assert "They like short answers." not in str(last_request(model_url))
    assert run["items"][1]["output"] == "There is no fact number 1."
    assert eve.get("/api/v1/memories").json()["items"] == []
    hers.say('[[call remember {"fact": "Likes long answers."}]] [[then]] [[say Noted.]]')
    assert [fact["text"] for fact in eve.get("/api/v1/memories").json()["items"]] == ["Likes long answers."]
    assert [fact["text"] for fact in bob.client.get("/api/v1/memories").json()["items"]] == ["They like short answers."]
    bob.say("[[say Hi.]]")
    assert "Likes long answers." not in str(last_request(model_url))


def test_what_the_user_corrected_is_what_the_agent_knows(talk: Begin, model_url: str) -> None:
    bob = talk(memory=True)
    bob.say(REMEMBER)
    fact = bob.client.get("/api/v1/memories").json()["items"][0]
    bob.client.patch(f"/api/v1/memories/{fact['id']}", {"text": "They like\n# long   answers."})
    bob.say("[[say Hi.]]")
    assert "\n1. They like # long answers." in last_request(model_url)["messages"][0]["content"]


def test_an_agent_whose_leave_was_taken_knows_nothing_and_the_user_still_sees_it(talk: Begin, model_url: str) -> None:
    bob = talk(memory=True)
    bob.say(REMEMBER)
    bob.client.patch(f"/api/v1/agents/{bob.agent['id']}", {"draft": {"memory": False}})
    bob.say("[[say Hi.]]")
    asked = last_request(model_url)
    assert "tools" not in asked
    assert not [one for one in asked["messages"] if one["role"] == "system"]
    assert len(bob.client.get("/api/v1/memories").json()["items"]) == 1


@pytest.mark.parametrize(
    ("fact", "kept"),
    [("  Likes\ntea. ", "Likes tea."), ("a\x00b", "a\ufffdb"), ("x" * 500, "x" * 500), ("x" * 501, None), (" ", None)],
)
def test_a_fact_is_one_line_that_can_be_kept(talk: Begin, fact: str, kept: str | None) -> None:
    bob = talk(memory=True)
    run = bob.say(turns(call("remember", fact=fact)))
    [called] = results(run)
    assert (run["status"], called["outcome"]) == ("finished", "done" if kept else "error")
    assert [one["text"] for one in bob.client.get("/api/v1/memories").json()["items"]] == ([kept] if kept else [])


def test_the_same_fact_is_kept_once_and_only_so_many_are(talk: Begin) -> None:
    bob = talk(memory=True)
    assert [one["output"] for one in results(bob.say(turns(call("remember", fact="A.") * 2)))] == [
        "Remembered as number 1. The user can see and change it."
    ] * 2
    for number in range(2, MAX_FACTS + 1):
        fact_add(
            user_id=bob.client.user.pk,
            agent_id=bob.agent["id"],
            workspace_id=bob.client.user.default_workspace_id,
            text=f"Fact {number}.",
        )
    [full] = results(bob.say(turns(call("remember", fact="One more."))))
    assert (full["outcome"], "forget some first" in full["output"]) == ("error", True)


def test_the_agent_forgets_by_number(talk: Begin) -> None:
    bob = talk(memory=True)
    bob.say(REMEMBER)
    run = bob.say('[[call forget {"number": 1}]] [[call forget {"number": 9}]] [[then]] [[say Gone.]]')
    outcomes = sorted((item["outcome"], item["output"]) for item in run["items"] if item["kind"] == "call")
    assert outcomes == [("done", "Forgotten."), ("error", "There is no fact number 9.")]
    assert bob.client.get("/api/v1/memories").json()["items"] == []


def test_clearing_one_agent_leaves_the_others(talk: Begin) -> None:
    bob = talk(memory=True)
    bob.say(REMEMBER)
    ann = talk(client=bob.client, memory=True)
    ann.say(REMEMBER)
    assert bob.client.delete(f"/api/v1/memories?agent_id={bob.agent['id']}").status_code == 204
    assert len(bob.client.get("/api/v1/memories").json()["items"]) == 1
