"""What answers rest on, and what people put right after them; the models that the owner enters."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from glms.library.models import KnowledgeModel
from glms.runs.models import PassageUse
from tests.factories import make_member, make_person, sign_in
from tests.library.test_agents import ASK, with_base
from tests.library.test_thin_line import LEAVE
from tests.support.embeddings import EmbeddingServer
from tests.support.shelves import API, Library
from tests.support.talk import Talk

Make = Callable[..., Library]
Begin = Callable[..., Talk]


def test_a_document_tells_which_answers_used_it(library: Make, talk: Begin) -> None:
    shelf = library(visibility="workspace")
    document = shelf.add("handbook.md", LEAVE)
    bob = with_base(talk, shelf)
    cited = bob.say(f"{ASK}[[say Thirty days of paid leave a year【1†source】.]]")
    bob.say("[[say Without looking.]]")
    uncited = bob.say(f"{ASK}[[say I do not know.]]")
    path = f"{API}/documents/{document['id']}/answers"
    items = shelf.client.get(path).json()["items"]
    assert [(one["run_id"], one["cited"]) for one in items] == [(uncited["id"], False), (cited["id"], True)]
    assert items[1]["question"].startswith("[[call search_knowledge")
    assert items[1]["conversation_id"] == bob.id
    member = make_person()
    make_member(workspace=shelf.client.user.default_workspace, user=member)
    assert sign_in(member).get(path).json()["items"] == [], "conversations are their maker's alone"
    shelf.client.delete(f"{API}/documents/{document['id']}")
    assert shelf.client.get(path).status_code == 404
    assert PassageUse.objects.count() > 0


def test_a_wrong_answer_is_corrected_into_the_base(library: Make, talk: Begin) -> None:
    shelf = library()
    shelf.add("handbook.md", LEAVE)
    bob = with_base(talk, shelf)
    run = bob.say("[[say The canteen is closed.]]")
    body = {
        "knowledge_id": shelf.id, "kind": "chunk", "question": "When is the canteen open?",
        "answer": "From seven to three, every day.",
    }  # fmt: skip
    made = shelf.client.post(f"{API}/messages/{run['message_id']}/corrections", body)
    assert made.status_code == 201, made.content
    found = shelf.search("when is the canteen open")["passages"][0]
    assert found["chunk_id"] == made.json()["chunk_id"]
    assert found["text"] == "When is the canteen open?\nFrom seven to three, every day."
    assert found["document"]["name"] == "Corrections"
    second = {**body, "question": "Who cooks?", "answer": "Two cooks and a helper."}
    again = shelf.client.post(f"{API}/messages/{run['message_id']}/corrections", second).json()
    assert again["document_id"] == made.json()["document_id"], "one document holds them all"
    index = shelf.client.post(f"{shelf.path}/indexes", {"chunking": {"size": 100}}).json()
    shelf.work()
    shelf.client.post(f"{API}/indexes/{index['id']}/activate")
    assert shelf.found("who cooks")[0] == "Corrections", "another index has them too"
    assert shelf.document(made.json()["document_id"])["state"] == "ready"


def test_a_wrong_answer_becomes_a_test_question(library: Make, talk: Begin) -> None:
    shelf = library()
    document = shelf.add("handbook.md", LEAVE)
    bob = with_base(talk, shelf)
    run = bob.say("[[say Twenty.]]")
    path = f"{API}/messages/{run['message_id']}/corrections"
    body = {"knowledge_id": shelf.id, "kind": "question", "question": "How much leave?", "answer": "thirty days"}
    made = shelf.client.post(path, body).json()
    question = shelf.client.get(f"{shelf.path}/questions").json()["items"][0]
    assert (question["id"], question["origin"], question["status"]) == (made["question_id"], "feedback", "confirmed")
    [gold] = question["gold"]
    text = shelf.client.get(f"{API}/documents/{document['id']}/text").json()["text"]
    assert text[gold["start"] : gold["end"]] == "thirty days"
    unknown = shelf.client.post(path, {**body, "answer": "forty nights"}).json()
    drafts = shelf.client.get(f"{shelf.path}/questions", status="draft").json()["items"]
    assert [one["id"] for one in drafts] == [unknown["question_id"]]


def test_only_ones_own_answers_are_corrected(library: Make, talk: Begin) -> None:
    shelf = library(visibility="workspace")
    bob = with_base(talk, shelf)
    run = bob.say("[[say No.]]")
    member = make_person()
    make_member(workspace=shelf.client.user.default_workspace, user=member, role="editor")
    body = {"knowledge_id": shelf.id, "kind": "question", "question": "Why?", "answer": "Because."}
    path = f"{API}/messages/{run['message_id']}/corrections"
    assert sign_in(member).post(path, body).status_code == 404
    other = library(client=sign_in(make_person()))
    assert shelf.client.post(path, {**body, "knowledge_id": other.id}).status_code == 404


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with EmbeddingServer(dimension=96) as found:
        yield found


def test_the_owner_enters_models_and_their_keys_stay_secret(library: Make, server: EmbeddingServer) -> None:
    shelf = library()
    owner = sign_in(make_person(is_instance_owner=True))
    body: dict[str, Any] = {"name": "Small", "kind": "embedding", "url": server.url, "model": "m"}
    made = owner.post(f"{API}/knowledge-models", {**body, "api_key": "sk-secret"})
    assert made.status_code == 201
    assert (made.json()["has_key"], made.json()["status"], made.json()["dimension"]) == (True, "unknown", None)
    assert b"sk-secret" not in made.content
    path = f"{API}/knowledge-models/{made.json()['id']}"
    checked = owner.post(f"{path}/check").json()
    assert (checked["status"], checked["dimension"]) == ("ready", 96)
    [seen] = shelf.client.get(f"{API}/knowledge-models").json()["items"]
    assert (seen["url"], seen["has_key"], seen["name"]) == (None, False, "Small")
    moved = owner.patch(path, {"url": "http://elsewhere.example/v1"}).json()
    assert moved["has_key"] is False, "a key is never sent to another server"
    owner.patch(path, {"url": server.url})
    base = library(client=shelf.client, embedding_id=made.json()["id"])
    base.add("a.txt", "The ferry leaves at noon from the old pier.")
    assert base.found("when does the ferry leave") == ["a.txt"]
    for answer in (owner.delete(path), owner.patch(path, {"model": "another"})):
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "in_use")
    server.failing = 500
    assert owner.post(f"{path}/check").json()["status"] == "failed"
    assert KnowledgeModel.objects.get().dimension == 96
