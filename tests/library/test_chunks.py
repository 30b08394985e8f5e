"""Chunks changed by hand: found at once, and kept when the document is read anew or cut otherwise."""

from collections.abc import Callable
from typing import Any

import pytest

from glms.library.models import Chunk
from tests.support.shelves import API, Library

Make = Callable[..., Library]

TEXT = """# Opening hours

The library opens at nine in the morning from Monday to Friday, and at ten on Saturdays.

# Loans

A reader may borrow ten books at a time, each of them for four weeks, and renew them twice.
"""


@pytest.fixture
def shelf(library: Make) -> Library:
    made = library(chunking={"size": 40, "overlap": 0})
    made.add("rules.md", TEXT)
    return made


def chunks(shelf: Library) -> list[dict[str, Any]]:
    return shelf.chunks(shelf.documents()[0]["id"])


def test_chunks_tell_where_they_stand(shelf: Library) -> None:
    first, second = chunks(shelf)
    assert (first["headings"], second["headings"]) == (["Opening hours"], ["Loans"])
    text = shelf.client.get(f"{API}/documents/{first['document_id']}/text").json()["text"]
    assert text[first["start"] : first["end"]] == first["text"]
    assert first["tokens"] > 0
    assert (first["enabled"], first["edited"], first["added"], first["is_parent"]) == (True, False, False, False)


def test_a_chunk_is_read_by_its_id_and_gone_with_it(shelf: Library) -> None:
    first, _ = chunks(shelf)
    assert shelf.client.get(f"{API}/chunks/{first['id']}").json() == first
    assert shelf.client.delete(f"{API}/chunks/{first['id']}").status_code == 204
    assert shelf.client.get(f"{API}/chunks/{first['id']}").status_code == 404


def test_an_overlap_that_nobody_chose_goes_with_the_size(library: Make) -> None:
    chosen = [library(chunking=told).get()["active_index"]["chunking"] for told in ({}, {"size": 80}, {"size": 32})]
    assert [(one["size"], one["overlap"]) for one in chosen] == [(512, 64), (80, 10), (32, 4)]


def test_an_edited_chunk_is_found_in_its_new_words_at_once(shelf: Library) -> None:
    first, _ = chunks(shelf)
    changed = shelf.client.patch(f"{API}/chunks/{first['id']}", {"text": "Closed for renovation until the spring."})
    assert (changed.status_code, changed.json()["edited"]) == (200, True)
    found = shelf.search("renovation until spring")["passages"]
    assert found[0]["chunk_id"] == first["id"]
    assert shelf.search("nine morning", mode="keyword")["passages"] == []


def test_a_disabled_chunk_is_not_found_until_it_is_enabled(shelf: Library) -> None:
    first, _ = chunks(shelf)
    path = f"{API}/chunks/{first['id']}"
    shelf.client.patch(path, {"enabled": False})
    assert shelf.search("nine morning", mode="keyword")["passages"] == []
    shelf.client.patch(path, {"enabled": True})
    assert shelf.search("nine morning", mode="keyword")["passages"][0]["chunk_id"] == first["id"]


def test_an_added_chunk_comes_after_the_one_it_was_added_to(shelf: Library) -> None:
    first, second = chunks(shelf)
    document = shelf.documents()[0]
    body = {"text": "On public holidays it is closed.", "after": first["id"]}
    added = shelf.client.post(f"{API}/documents/{document['id']}/chunks", body)
    assert (added.status_code, added.json()["added"]) == (201, True)
    assert [one["id"] for one in chunks(shelf)] == [first["id"], added.json()["id"], second["id"]]
    assert shelf.search("public holidays")["passages"][0]["chunk_id"] == added.json()["id"]
    assert shelf.document(document["id"])["chunks"] == 3
    wrong = shelf.client.post(f"{API}/documents/{document['id']}/chunks", {"text": "x", "after": 10**12})
    assert wrong.status_code == 404


def test_a_deleted_chunk_is_gone(shelf: Library) -> None:
    first, second = chunks(shelf)
    assert shelf.client.delete(f"{API}/chunks/{first['id']}").status_code == 204
    assert [one["id"] for one in chunks(shelf)] == [second["id"]]
    assert shelf.search("nine morning", mode="keyword")["passages"] == []
    assert shelf.client.patch(f"{API}/chunks/{first['id']}", {"enabled": True}).status_code == 404


def test_without_the_encoder_a_chunk_stays_as_it_was(shelf: Library) -> None:
    first, _ = chunks(shelf)
    shelf.encoder.failing = 503
    answer = shelf.client.patch(f"{API}/chunks/{first['id']}", {"text": "Never seen before."})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "encoder_unavailable")
    assert chunks(shelf)[0]["text"] == first["text"]


def by_hand(shelf: Library) -> None:
    first, second = chunks(shelf)
    document = shelf.documents()[0]
    shelf.client.patch(f"{API}/chunks/{first['id']}", {"text": "Closed for renovation until the spring."})
    shelf.client.patch(f"{API}/chunks/{second['id']}", {"enabled": False})
    shelf.client.post(f"{API}/documents/{document['id']}/chunks", {"text": "Dogs wait outside.", "after": first["id"]})


def test_changes_are_kept_when_the_document_is_read_anew(shelf: Library) -> None:
    by_hand(shelf)
    before = [(one["text"], one["enabled"], one["edited"], one["added"]) for one in chunks(shelf)]
    shelf.client.post(f"{API}/documents/{shelf.documents()[0]['id']}/retry")
    shelf.work()
    assert [(one["text"], one["enabled"], one["edited"], one["added"]) for one in chunks(shelf)] == before
    assert shelf.search("dogs outside")["passages"][0]["text"] == "Dogs wait outside."
    assert shelf.search("borrow ten books", mode="keyword")["passages"] == []


def test_changes_go_along_into_an_index_that_is_cut_otherwise(shelf: Library) -> None:
    by_hand(shelf)
    made = shelf.client.post(f"{shelf.path}/indexes", {"chunking": {"size": 300}}).json()
    shelf.work()
    shelf.client.post(f"{API}/indexes/{made['id']}/activate")
    texts = [one["text"] for one in chunks(shelf)]
    assert "Closed for renovation until the spring." in texts
    assert "Dogs wait outside." in texts


def test_a_document_that_is_worked_on_is_not_changed_by_hand(shelf: Library) -> None:
    first, _ = chunks(shelf)
    shelf.client.post(f"{API}/documents/{shelf.documents()[0]['id']}/retry")
    answer = shelf.client.patch(f"{API}/chunks/{first['id']}", {"text": "x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "document_busy")


def test_a_preview_shows_the_pieces_and_keeps_nothing(shelf: Library) -> None:
    document, count = shelf.documents()[0], Chunk.objects.count()
    body = {"document_id": document["id"], "chunking": {"size": 1000, "overlap": 0}}
    seen = shelf.client.post(f"{shelf.path}/preview", body).json()
    assert seen["total"] == len(seen["pieces"])
    assert "id" not in seen["pieces"][0]
    assert Chunk.objects.count() == count
    bad = shelf.client.post(f"{shelf.path}/preview", {**body, "chunking": {"size": 40, "overlap": 50}})
    assert bad.status_code == 422
    assert bad.json()["error"]["param"].startswith("chunking")


def test_a_part_that_is_found_is_told_as_its_parent(library: Make) -> None:
    shelf = library(chunking={"mode": "parent_child", "size": 32, "overlap": 0, "parent_size": 400})
    sentences = [f"Room {number} lies on floor {number % 5} and seats {number * 3} people." for number in range(1, 12)]
    document = shelf.add("rooms.txt", " ".join(sentences))
    kinds = {chunk["is_parent"] for chunk in shelf.chunks(document["id"])}
    assert kinds == {True, False}
    found = shelf.search("room 7 seats 21 people")["passages"]
    assert len(found) == 1, "two parts of one parent are told once"
    assert sentences[6] in found[0]["text"]
    assert sentences[0] in found[0]["text"]


def test_pairs_of_question_and_answer_are_found_by_either(library: Make) -> None:
    shelf = library(chunking={"mode": "qa"})
    rows = "question,answer\nWhere do I park?,Behind the gymnasium\nWho has the keys?,The caretaker on floor two\n"
    shelf.upload("faq.csv", rows.encode())
    shelf.work()
    by_question = shelf.search("who has the keys")["passages"][0]
    assert by_question["text"] == "Who has the keys?\nThe caretaker on floor two"
    by_answer = shelf.search("gymnasium", mode="keyword")["passages"][0]
    assert "Where do I park?" in by_answer["text"]
