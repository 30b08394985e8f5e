"""From a file to a passage: the whole way, as a client sees it."""

from collections.abc import Callable

from tests.support.shelves import Library

Make = Callable[..., Library]

LEAVE = """# Leave

Each employee has thirty days of paid leave a year. Leave that was not taken lapses at the end of March.

# Travel

Trains are booked in second class. Flights need the consent of the head of the department.
"""


def test_a_file_is_read_cut_embedded_and_found(library: Make) -> None:
    shelf = library()
    made = shelf.upload("handbook.md", LEAVE.encode())
    assert made.status_code == 201, made.content
    assert (made.json()["state"], made.json()["progress"]) == ("received", 0.0)
    assert shelf.search("paid leave")["passages"] == [], "nothing is found before it is ready"
    assert shelf.work() == 1

    document = shelf.document(made.json()["id"])
    assert (document["state"], document["progress"], document["error"]) == ("ready", 1.0, None)
    assert document["chunks"] >= 1
    found = shelf.search("how many days of paid leave")
    assert found["notes"] == []
    best = found["passages"][0]
    assert "thirty days" in best["text"]
    assert best["document"] == {"id": document["id"], "name": "handbook.md", "media_type": "text/markdown"}
    assert best["scores"]["keyword"] > 0
    assert best["scores"]["vector"] > 0
    assert "leave" in {word.lower() for word in best["matched"]}
