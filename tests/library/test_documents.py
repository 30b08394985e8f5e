"""Documents: their states, what goes wrong with them, what is done twice only once."""

from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from glms.library import stores
from glms.library.jobs import MAX_CRASHES
from glms.library.models import Chunk, Document, Embedding, Index, Job
from tests.factories import make_person, sign_in
from tests.library.test_thin_line import LEAVE
from tests.support.shelves import API, Library

Make = Callable[..., Library]

ONE = "The first floor is painted blue, and its windows look to the north over the river."
TWO = "The second floor is painted green, and its windows look to the south over the park."


def again(shelf: Library) -> int:
    """What was put off is due now."""
    Job.objects.update(not_before=timezone.now())
    return shelf.work()


def test_the_same_content_again_is_the_document_that_is_there(library: Make) -> None:
    shelf = library()
    first = shelf.upload("handbook.md", LEAVE.encode())
    second = shelf.upload("another name.md", LEAVE.encode())
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["name"] == "handbook.md"
    assert len(shelf.documents()) == 1
    other = library(client=shelf.client)
    assert other.upload("handbook.md", LEAVE.encode()).status_code == 201, "another base has its own"


def test_a_broken_file_says_why_and_stops_no_other(library: Make) -> None:
    shelf = library()
    names = ["one.txt", "broken.pdf", "picture.pdf", "blank.txt", "two.txt"]
    contents = [ONE.encode(), b"%PDF-1.7\n garbage", b"\x89PNG\r\n\x1a\n" + bytes(40), b" \n\t" * 50, TWO.encode()]
    for name, data in zip(names, contents, strict=True):
        assert shelf.upload(name, data).status_code == 201
    shelf.work()

    told = {document["name"]: document for document in shelf.documents()}
    assert {name: one["state"] for name, one in told.items()} == {
        "one.txt": "ready",
        "broken.pdf": "failed",
        "picture.pdf": "failed",
        "blank.txt": "failed",
        "two.txt": "ready",
    }
    assert told["blank.txt"]["error"]["code"] == "no_text"
    assert told["broken.pdf"]["error"]["code"].startswith("malformed")
    assert told["picture.pdf"]["error"]["code"] == "type_mismatch"
    assert all(told[name]["error"]["message"].endswith(".") for name in ("broken.pdf", "picture.pdf", "blank.txt"))
    assert sorted(set(shelf.found("floor painted windows"))) == ["one.txt", "two.txt"]
    counts = shelf.get()["counts"]
    assert (counts["documents"], counts["ready"], counts["failed"], counts["working"]) == (5, 2, 3, 0)


def test_an_empty_file_is_refused(library: Make) -> None:
    answer = library().upload("empty.pdf", b"")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "empty_file")


def test_an_unchanged_paragraph_is_never_embedded_twice(library: Make) -> None:
    shelf = library(chunking={"size": 32, "overlap": 0})
    shelf.add("one.txt", f"{ONE}\n\n{TWO}")
    assert len(shelf.encoder.texts) == len(set(shelf.encoder.texts)) >= 2
    before = list(shelf.encoder.texts)
    shelf.add("two.txt", f"{ONE}\n\n{TWO}\n\nA paragraph that is new here, about the third floor and its red doors.")
    new = shelf.encoder.texts[len(before) :]
    assert len(new) == 1
    assert "third floor" in new[0]
    document = shelf.documents()[0]
    shelf.client.post(f"{API}/documents/{document['id']}/retry")
    shelf.work()
    assert shelf.encoder.texts[len(before) :] == new, "reading it anew embeds nothing"


def test_reading_anew_replaces_the_chunks(library: Make) -> None:
    shelf = library()
    document = shelf.add("one.txt", ONE)
    old = [chunk["id"] for chunk in shelf.chunks(document["id"])]
    assert shelf.client.post(f"{API}/documents/{document['id']}/retry").json()["state"] == "received"
    assert shelf.found("floor painted blue") == ["one.txt"], "what was read before is found until then"
    shelf.work()
    new = [chunk["id"] for chunk in shelf.chunks(document["id"])]
    assert len(new) == len(old)
    assert set(new).isdisjoint(old)
    assert not Chunk.objects.filter(pk__in=old).exists()
    assert shelf.found("floor painted blue") == ["one.txt"]


def test_a_document_that_waits_can_be_cancelled_and_taken_up_again(library: Make) -> None:
    shelf = library()
    document = shelf.text("one.txt", ONE)
    path = f"{API}/documents/{document['id']}"
    assert shelf.client.post(f"{path}/cancel").json()["state"] == "cancelled"
    assert shelf.work() == 0
    assert shelf.client.post(f"{path}/cancel").json()["error"]["code"] == "document_idle"
    assert shelf.client.post(f"{path}/retry").json()["state"] == "received"
    assert shelf.client.post(f"{path}/retry").json()["error"]["code"] == "document_busy"
    shelf.work()
    assert shelf.document(document["id"])["state"] == "ready"


def test_a_deleted_document_is_in_no_index_when_the_answer_comes(library: Make) -> None:
    shelf = library()
    document = shelf.add("one.txt", ONE)
    shelf.add("two.txt", TWO)
    shelf.client.post(f"{shelf.path}/indexes", {"chunking": {"size": 100}})
    shelf.work()
    keys = Document.objects.filter(pk=document["id"]).values_list("key", "parsed_key").get()
    assert shelf.client.delete(f"{API}/documents/{document['id']}").status_code == 204

    assert shelf.found("floor painted blue") == ["two.txt"]
    assert shelf.client.get(f"{API}/documents/{document['id']}").status_code == 404
    assert not Chunk.objects.filter(document=document["id"]).exists()
    for index in Index.objects.all():
        vectors, words = stores.vectors_manifest(index), stores.words_manifest(index)
        assert vectors is not None
        assert vectors.rows == words.rows == Chunk.objects.filter(index=index, indexed=True).count() == 1
    assert all(keys)


@pytest.mark.django_db(transaction=True)
def test_a_deleted_documents_bytes_are_gone(library: Make) -> None:
    shelf = library()
    document = shelf.add("one.txt", ONE)
    keys = Document.objects.filter(pk=document["id"]).values_list("key", "parsed_key").get()
    assert all(default_storage.exists(key) for key in keys)
    shelf.client.delete(f"{API}/documents/{document['id']}")
    assert not any(default_storage.exists(key) for key in keys)


def test_while_the_encoder_is_away_a_document_waits_and_says_for_what(library: Make) -> None:
    shelf = library()
    shelf.encoder.failing = 503
    document = shelf.add("one.txt", ONE)
    assert (document["state"], document["error"]["code"]) == ("embedding", "encoder_unavailable")
    assert shelf.work() == 0, "it is not tried at once again"
    shelf.encoder.failing = 0
    assert again(shelf) == 1
    document = shelf.document(document["id"])
    assert (document["state"], document["error"]) == ("ready", None)


def test_an_encoder_that_refuses_fails_the_document_at_once(library: Make) -> None:
    shelf = library()
    shelf.encoder.failing = 400
    document = shelf.add("one.txt", ONE)
    assert (document["state"], document["error"]["code"]) == ("failed", "encoder_refused")
    assert not Chunk.objects.filter(document=document["id"]).exists()


def test_vectors_of_two_models_are_never_mixed(library: Make) -> None:
    shelf = library()
    shelf.add("one.txt", ONE)
    shelf.encoder.dimension = 64
    document = shelf.add("two.txt", TWO)
    assert (document["state"], document["error"]["code"]) == ("failed", "wrong_dimension")
    found = shelf.search("floor painted blue")
    assert [one["document"]["name"] for one in found["passages"]] == ["one.txt"]
    assert "never mixed" in found["notes"][0]
    shelf.encoder.dimension = 512
    assert shelf.search("floor painted blue")["notes"] == []
    assert {len(bytes(row.vector)) for row in Embedding.objects.all()} == {512 * 4}


def test_a_document_that_ends_each_worker_at_the_same_step_is_given_up(library: Make) -> None:
    shelf = library()
    document = shelf.text("one.txt", ONE)
    Job.objects.update(crashes=MAX_CRASHES)
    shelf.work()
    document = shelf.document(document["id"])
    assert (document["state"], document["error"]["code"]) == ("failed", "worker_crashed")


def test_the_original_and_its_text_can_be_read(library: Make) -> None:
    shelf = library()
    document = shelf.add("handbook.md", LEAVE)
    path = f"{API}/documents/{document['id']}"
    content = shelf.client.get(f"{path}/content")
    assert content["Content-Disposition"].startswith("attachment")
    assert content["Content-Type"] == "application/octet-stream"
    text = shelf.client.get(f"{path}/text").json()
    assert "thirty days" in text["text"]
    assert text["encoding"]
    kinds = [block["kind"] for block in text["blocks"]]
    assert kinds.count("heading") == 2
    chunk = shelf.chunks(document["id"])[0]
    assert text["text"][chunk["start"] : chunk["end"]].startswith(chunk["text"][:20])
    assert shelf.client.get(f"{path}/pages/1").json()["error"]["code"] == "no_pages"
    waiting = shelf.text("later.txt", ONE)
    answer = shelf.client.get(f"{API}/documents/{waiting['id']}/text")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_parsed")


def test_documents_are_listed_by_name_and_state(library: Make) -> None:
    shelf = library()
    shelf.add("one.txt", ONE)
    shelf.text("two.txt", TWO)
    assert [one["name"] for one in shelf.documents()] == ["two.txt", "one.txt"]
    assert [one["name"] for one in shelf.documents(q="ONE")] == ["one.txt"]
    assert [one["name"] for one in shelf.documents(state="received")] == ["two.txt"]


def test_a_deleted_base_is_there_for_nobody_and_is_cleared_away(library: Make) -> None:
    shelf = library()
    shelf.add("one.txt", ONE)
    folders = [stores.folder_of(index.pk) for index in Index.objects.all()]
    assert all((folder / "vectors").exists() for folder in folders)
    assert shelf.client.delete(shelf.path).status_code == 204
    assert shelf.client.get(shelf.path).status_code == 404
    body = {"query": "floor", "knowledge_ids": [shelf.id]}
    assert shelf.client.post(f"{API}/knowledge/search", body).status_code == 404
    assert shelf.work() == 1
    assert not Document.objects.exists()
    assert not Index.objects.exists()
    assert not any((folder / "vectors").exists() for folder in folders)


def test_equal_texts_of_two_workspaces_never_meet(library: Make) -> None:
    mine, theirs = library(), library(client=sign_in(make_person()))
    first, second = mine.add("mine.txt", ONE), theirs.add("theirs.txt", ONE)
    for query in ("floor painted blue", "windows north river", ONE):
        assert [one["document"]["id"] for one in mine.search(query)["passages"]] == [first["id"]]
        assert [one["document"]["id"] for one in theirs.search(query)["passages"]] == [second["id"]]
    body = {"query": "floor", "knowledge_ids": [mine.id, theirs.id]}
    assert mine.client.post(f"{API}/knowledge/search", body).status_code == 404
