"""Another index beside the active one: built, compared on the base's own questions, switched to, and mended."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from glms.library import indexing, stores
from glms.library.models import Chunk, Index, KnowledgeModel, Question
from tests.support.embeddings import EmbeddingServer
from tests.support.shelves import API, Library

Make = Callable[..., Library]

FACTS = {
    "iron.txt": "Iron melts at 1538 degrees. It rusts in moist air, and most of it is made into steel.",
    "gold.txt": "Gold melts at 1064 degrees. It does not rust, and is beaten into very thin leaves.",
    "lead.txt": "Lead melts at 327 degrees. It is soft and heavy, and its salts are poisonous.",
}


@pytest.fixture
def shelf(library: Make) -> Library:
    made = library()
    for name, text in FACTS.items():
        made.text(name, text)
    made.work()
    return made


def question(shelf: Library, text: str, name: str, quote: str) -> dict[str, Any]:
    document = next(one for one in shelf.documents() if one["name"] == name)
    at = FACTS[name].index(quote)
    gold = [{"document_id": document["id"], "start": at, "end": at + len(quote), "quote": quote}]
    made = shelf.client.post(f"{shelf.path}/questions", {"text": text, "gold": gold})
    assert made.status_code == 201, made.content
    return dict(made.json())


def test_an_index_is_built_beside_compared_and_switched_to(shelf: Library) -> None:
    question(shelf, "At how many degrees does gold melt?", "gold.txt", "Gold melts at 1064 degrees.")
    question(shelf, "Which metal has poisonous salts?", "lead.txt", "its salts are poisonous")
    active = shelf.get()["active_index"]
    made = shelf.client.post(f"{shelf.path}/indexes", {"chunking": {"size": 64, "overlap": 0}})
    assert made.status_code == 202
    building = shelf.get()["building_index"]
    assert (building["id"], building["status"]) == (made.json()["id"], "building")
    assert (building["documents_done"], building["documents_total"]) == (0, 3)
    early = shelf.client.post(f"{API}/indexes/{building['id']}/activate")
    assert (early.status_code, early.json()["error"]["code"]) == (409, "not_ready")
    shelf.work()
    listed = shelf.client.get(f"{shelf.path}/indexes").json()["items"]
    ready = next(one for one in listed if one["id"] == building["id"])
    assert (ready["status"], ready["documents_done"], ready["chunking"]["size"]) == ("ready", 3, 64)

    ids = [active["id"], building["id"]]
    started = shelf.client.post(f"{shelf.path}/evaluations", {"index_ids": ids})
    assert (started.status_code, [one["status"] for one in started.json()["items"]]) == (202, ["running", "running"])
    shelf.work()
    evaluations = shelf.client.get(f"{shelf.path}/evaluations").json()["items"]
    assert {one["index_id"] for one in evaluations} == set(ids)
    for one in evaluations:
        assert (one["status"], one["error"]) == ("done", None)
        assert set(one["by_mode"]) == {"hybrid", "vector", "keyword"}
        assert one["metrics"] == one["by_mode"]["hybrid"]
        assert (one["metrics"]["recall_at_1"], one["metrics"]["mrr"], one["metrics"]["questions"]) == (1.0, 1.0, 2)
        assert [result["rank"] for result in one["results"]] == [1, 1]

    switched = shelf.client.post(f"{API}/indexes/{building['id']}/activate").json()
    assert (switched["active_index"]["id"], switched["building_index"]) == (building["id"], None)
    assert {one["state"] for one in shelf.documents()} == {"ready"}
    assert shelf.found("gold leaves")[0] == "gold.txt"
    shelf.add("tin.txt", "Tin melts at 232 degrees, and bronze is made of it and copper.")
    assert shelf.found("bronze tin copper")[0] == "tin.txt"
    assert shelf.search("bronze tin copper", index_id=active["id"])["passages"], "the one before is kept up to date"
    busy = shelf.client.delete(f"{API}/indexes/{building['id']}")
    assert (busy.status_code, busy.json()["error"]["code"]) == (409, "in_use")
    assert shelf.client.delete(f"{API}/indexes/{active['id']}").status_code == 204
    assert shelf.found("gold leaves")[0] == "gold.txt"


def test_a_question_that_is_not_answered_counts(shelf: Library) -> None:
    wanted = question(shelf, "Which metal rusts in moist air?", "iron.txt", "It rusts in moist air")
    for document in shelf.documents(q="iron"):
        shelf.client.patch(f"{API}/documents/{document['id']}", {"enabled": False})
    shelf.client.post(f"{shelf.path}/evaluations", {"index_ids": [shelf.get()["active_index"]["id"]]})
    shelf.work()
    [evaluation] = shelf.client.get(f"{shelf.path}/evaluations").json()["items"]
    assert evaluation["results"] == [{"question_id": wanted["id"], "rank": None}]
    assert (evaluation["metrics"]["recall_at_k"], evaluation["metrics"]["mrr"]) == (0.0, 0.0)


def test_three_indexes_are_the_most(shelf: Library) -> None:
    for expected in (202, 202, 409):
        assert shelf.client.post(f"{shelf.path}/indexes", {"chunking": {"size": 64}}).status_code == expected


def test_an_index_of_another_model_has_its_own_vectors(shelf: Library) -> None:
    with EmbeddingServer(dimension=128) as other:
        row = KnowledgeModel.objects.create(name="Small", kind="embedding", url=other.url, model="small")
        made = shelf.client.post(f"{shelf.path}/indexes", {"embedding_id": str(row.pk)}).json()
        assert made["embedding"] == {
            "source": "endpoint", "endpoint_id": str(row.pk), "model": "small", "dimension": None,
        }  # fmt: skip
        shelf.work()
        shelf.client.post(f"{API}/indexes/{made['id']}/activate")
        assert shelf.get()["active_index"]["embedding"]["dimension"] == 128
        assert shelf.found("gold leaves")[0] == "gold.txt"
        assert len(other.texts) == 4, "three chunks and a question"
        row.model = "another"
        row.save()
        told = shelf.search("gold leaves")
        assert told["passages"][0]["document"]["name"] == "gold.txt"
        assert "was made with small" in told["notes"][0]
        assert shelf.add("tin.txt", "Tin melts early.")["error"]["code"] == "encoder_refused"


def test_where_every_document_fails_the_index_does(shelf: Library) -> None:
    with EmbeddingServer() as other:
        other.failing = 400
        row = KnowledgeModel.objects.create(name="Broken", kind="embedding", url=other.url, model="broken")
        shelf.client.post(f"{shelf.path}/indexes", {"embedding_id": str(row.pk)})
        shelf.work()
    failed = shelf.get()["building_index"]
    assert (failed["status"], failed["error"]["code"], failed["documents_failed"]) == ("failed", "encoder_refused", 3)
    assert {one["state"] for one in shelf.documents()} == {"ready"}, "the active one is as it was"


def test_a_damaged_index_is_built_again_and_says_so(shelf: Library) -> None:
    index = Index.objects.get()
    folder = stores.folder_of(index.pk)
    for path in [path for path in (folder / "vectors").rglob("*") if path.is_file()]:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    stores._on_disk.cache_clear()  # what this process has open it goes on reading
    told = shelf.search("gold leaves")
    assert "is being built again" in told["notes"][0]
    shelf.work()
    assert shelf.found("gold leaves")[0] == "gold.txt"
    assert shelf.search("gold leaves")["notes"] == []
    assert sorted(text for text in shelf.encoder.texts if "melts" in text) == sorted(FACTS.values()), "none anew"


def test_merging_keeps_what_comes_and_goes_meanwhile(shelf: Library) -> None:
    index = Index.objects.get()
    before = stores.vectors_manifest(index)
    assert before is not None
    compacted = stores.vectors_of(index).compact(before, fully=True)
    shelf.add("tin.txt", "Tin melts at 232 degrees.")
    gone = shelf.documents(q="lead")[0]
    shelf.client.delete(f"{API}/documents/{gone['id']}")
    with indexing.locked(index.pk) as now:
        found = stores.vectors_manifest(now)
        assert found is not None
        merged = stores.vectors_of(index).rebase(before=before, compacted=compacted, now=found)
        indexing.save(now, vectors=merged, words=stores.words_manifest(now))
    assert merged.rows == Chunk.objects.filter(indexed=True).count() == 3
    assert shelf.found("tin melts", mode="vector")[0] == "tin.txt"
    assert "lead.txt" not in shelf.found("soft and heavy salts", mode="vector")


def test_questions_are_written_confirmed_and_deleted(shelf: Library) -> None:
    made = question(shelf, "Which metal is made into steel?", "iron.txt", "most of it is made into steel")
    assert (made["status"], made["origin"]) == ("confirmed", "person")
    path = f"{API}/questions/{made['id']}"
    assert shelf.client.patch(path, {"status": "draft", "gold": []}).json()["gold"] == []
    refused = shelf.client.patch(path, {"status": "confirmed"})
    assert (refused.status_code, refused.json()["error"]["param"]) == (422, "gold")
    listed = shelf.client.get(f"{shelf.path}/questions", status="draft").json()["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert shelf.client.delete(path).status_code == 204
    none = shelf.client.post(f"{shelf.path}/evaluations", {"index_ids": [shelf.get()["active_index"]["id"]]})
    assert none.json()["error"]["code"] == "no_questions"


def test_the_model_drafts_questions_of_chunks(shelf: Library, model_url: str, settings: Any) -> None:
    settings.MODEL_SERVER = dataclasses.replace(settings.MODEL_SERVER, url=model_url, name="scripted")
    learned = {
        "Iron melts at": "[[say QUESTION: What is most iron made into?\nQUOTE: most of it is made into steel]]",
        "Gold melts at": "[[say QUESTION: When does gold melt?\nQUOTE: at some time]]",
        "Lead melts at": "[[say I would rather not.]]",
    }
    httpx.post(model_url.removesuffix("/v1") + "/scripted/answers", content=json.dumps(learned))
    answer = shelf.client.post(f"{shelf.path}/questions/draft", {"count": 3})
    assert (answer.status_code, answer.json()) == (202, {"count": 3})
    again = shelf.client.post(f"{shelf.path}/questions/draft", {"count": 3})
    assert again.json()["error"]["code"] == "already_running"
    shelf.work()
    drafts = {row.text: row for row in Question.objects.all()}
    assert set(drafts) == {"What is most iron made into?", "When does gold melt?"}
    iron = drafts["What is most iron made into?"]
    assert (iron.status, iron.origin) == ("draft", "model")
    [place] = iron.gold
    assert FACTS["iron.txt"][place["start"] : place["end"]] == place["quote"] == "most of it is made into steel"
    [place] = drafts["When does gold melt?"].gold
    assert place["quote"] == FACTS["gold.txt"], "a quote that is none is replaced by the chunk"
