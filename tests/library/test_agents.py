"""An agent with knowledge: its tool finds passages, its answers cite them, and what they cite is looked at."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from tests.factories import make_member, make_person, sign_in
from tests.library.test_thin_line import LEAVE
from tests.support.shelves import Library
from tests.support.talk import Talk

Make = Callable[..., Library]
Begin = Callable[..., Talk]

ASK = '[[call search_knowledge {"query": "paid leave a year"}]][[then]]'


def with_base(talk: Begin, shelf: Library, **more: Any) -> Talk:
    return talk(client=shelf.client, knowledge={"bases": [shelf.id], **more})


def calls_of(run: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in run["items"] if item["kind"] == "call"]


def last_turn(run: dict[str, Any]) -> dict[str, Any]:
    return [item for item in run["items"] if item["kind"] == "turn"][-1]


def last_request(model_url: str) -> dict[str, Any]:
    answer = httpx.get(model_url.removesuffix("/v1") + "/scripted/requests").json()["requests"]
    return answer[-1]


def test_the_tool_finds_passages_and_the_answer_cites_them(library: Make, talk: Begin) -> None:
    shelf = library(description="Rules for everybody")
    document = shelf.add("handbook.md", LEAVE)
    bob = with_base(talk, shelf)
    run = bob.say(f"{ASK}[[say Employees have 30 days of paid leave a year【1†source】.]]")

    [call] = calls_of(run)
    assert (call["name"], call["outcome"], call["turn"]) == ("search_knowledge", "done", 1)
    view = call["view"]
    assert (view["kind"], view["query"], view["notes"]) == ("knowledge", "paid leave a year", [])
    first = view["passages"][0]
    assert (first["number"], first["document_id"], first["name"]) == (1, document["id"], "handbook.md")
    assert first["knowledge_id"] == shelf.id
    assert first["scores"]["vector"] > 0
    assert call["sources"][0]["url"] == f"/knowledge/documents/{document['id']}?chunk={first['chunk_id']}"
    assert "thirty days" in call["output"]
    [citation] = last_turn(run)["citations"]
    assert (citation["valid"], citation["invalid_reason"], citation["number"]) == (True, None, 1)
    assert "thirty days" in citation["evidence"]


def test_the_model_is_told_what_the_bases_are_about(library: Make, talk: Begin, model_url: str) -> None:
    shelf = library(description="Rules for everybody")
    with_base(talk, shelf).say("[[say hello]]")
    [tool] = last_request(model_url)["tools"]
    assert tool["function"]["name"] == "search_knowledge"
    assert "Handbook: Rules for everybody" in tool["function"]["description"]


def test_a_sentence_that_its_passage_does_not_bear_out_is_marked(library: Make, talk: Begin) -> None:
    shelf = library()
    shelf.add("handbook.md", LEAVE)
    bob = with_base(talk, shelf)
    said = "Employees have 25 days of paid leave a year【1†source】. The canteen opens early every day【1†source】."
    run = bob.say(f"{ASK}[[say {said}]]")
    wrong = [(one["valid"], one["invalid_reason"]) for one in last_turn(run)["citations"]]
    assert wrong == [(False, "not_supported"), (False, "not_supported")]


def test_always_on_passages_come_before_the_question(library: Make, talk: Begin, model_url: str) -> None:
    shelf = library()
    document = shelf.add("handbook.md", LEAVE)
    bob = with_base(talk, shelf, mode="always", top_k=1)
    run = bob.say("How many days of paid leave? [[say Thirty days of paid leave a year【1†source】.]]")

    [call] = calls_of(run)
    assert (call["name"], call["turn"], call["outcome"]) == ("search_knowledge", 0, "done")
    assert [item["kind"] for item in run["items"]] == ["call", "turn"]
    asked = last_request(model_url)
    assert "tools" not in asked
    assert [message["role"] for message in asked["messages"]] == ["user"]
    assert asked["messages"][0]["content"].startswith("Passages that were looked up")
    assert "thirty days" in asked["messages"][0]["content"]
    [citation] = last_turn(run)["citations"]
    assert (citation["valid"], citation["title"]) == (True, "handbook.md")
    assert document["id"] in citation["url"]


def test_a_later_question_gets_its_own_passages_and_numbers(library: Make, talk: Begin, model_url: str) -> None:
    shelf = library()
    shelf.add("handbook.md", LEAVE)
    bob = with_base(talk, shelf, mode="always", top_k=1)
    bob.say("paid leave [[say First【1†source】.]]")
    run = bob.say("trains second class [[say Trains are booked in second class【2†source】.]]")
    assert calls_of(run)[0]["view"]["passages"][0]["number"] == 2
    told = [message["content"] for message in last_request(model_url)["messages"]]
    assert told[0] == "paid leave [[say First【1†source】.]]", "an earlier question is told as it was asked"
    assert "second class" in told[-1]
    assert last_turn(run)["citations"][0]["valid"]


def test_a_follow_up_is_rewritten_with_what_was_said_before(library: Make, talk: Begin, model_url: str) -> None:
    shelf = library()
    shelf.add("handbook.md", LEAVE)
    shelf.client.patch(shelf.path, {"retrieval": {"rewrite": True}})
    bob = with_base(talk, shelf, mode="always")
    learned = {"Query:": "[[say trains second class]]"}
    httpx.post(model_url.removesuffix("/v1") + "/scripted/answers", content=json.dumps(learned))
    bob.say("Tell me of trains. [[say Yes.]]")
    run = bob.say("And in which class? [[say Second.]]")
    assert calls_of(run)[0]["view"]["query"] == "trains second class"


def test_whoever_talks_to_the_agent_finds_only_what_they_may_read(library: Make, talk: Begin) -> None:
    maker = sign_in(make_person())
    shelf = library(client=maker)
    shelf.add("handbook.md", LEAVE)
    agent = maker.post(
        "/api/v1/agents",
        {"draft": {"name": "A", "knowledge": {"bases": [shelf.id]}}, "visibility": "workspace"},
    ).json()
    maker.post(f"/api/v1/agents/{agent['id']}/publish", {})
    member = make_person()
    make_member(workspace=maker.user.default_workspace, user=member)
    bob = talk(client=maker)
    other = sign_in(member)
    made = other.post("/api/v1/conversations", {"agent_id": agent["id"]}).json()
    theirs = Talk(other, bob.worker, agent, made["id"])
    run = theirs.say(f"{ASK}[[say Nothing.]]")
    assert calls_of(run)[0]["outcome"] == "error", "a private base is its maker's alone"
    shelf.client.patch(shelf.path, {"visibility": "workspace"})
    run = theirs.say(f"{ASK}[[say Thirty days.]]")
    assert calls_of(run)[0]["outcome"] == "done"


def test_an_agent_is_given_only_bases_of_its_makers_workspace(library: Make) -> None:
    shelf = library()
    stranger = sign_in(make_person())
    refused = stranger.post("/api/v1/agents", {"draft": {"name": "A", "knowledge": {"bases": [shelf.id]}}})
    assert (refused.status_code, refused.json()["error"]["param"]) == (404, "draft.knowledge")
    mine = shelf.client.post("/api/v1/agents", {"draft": {"name": "A", "knowledge": {"bases": [shelf.id]}}})
    assert mine.status_code == 201
    told = shelf.client.get(f"/api/v1/agents/{mine.json()['id']}/export").json()
    assert told["config"]["knowledge"] == {"bases": [], "mode": "tool", "top_k": None}
