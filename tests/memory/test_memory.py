"""What an agent remembers about a user: off unless the agent may, seen and changed by that user alone."""

from collections.abc import Callable

import httpx

from tests.factories import make_person, sign_in
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
