"""Searching: modes, filters, several bases, neighbours and doubles, ranks, budgets, parts that are away."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from glms.library.models import KnowledgeModel
from glms.library.passages import Passage, Scores, assembled, joined_text
from tests.factories import make_person, sign_in
from tests.support.embeddings import EmbeddingServer
from tests.support.shelves import API, Library

Make = Callable[..., Library]

PLANETS = {
    "mars.txt": "Mars is the red planet, and two small moons go round it: Phobos and Deimos.",
    "venus.txt": "Venus is hidden by clouds of sulphuric acid and is the hottest planet of all.",
    "saturn.txt": "Saturn is known for its rings of ice, and Titan is the largest of its moons.",
}


def planets(library: Make, **body: Any) -> Library:
    shelf = library(**body)
    for name, text in PLANETS.items():
        shelf.text(name, text)
    shelf.work()
    return shelf


@pytest.mark.parametrize("mode", ["hybrid", "vector", "keyword"])
def test_each_mode_finds_and_tells_its_scores(library: Make, mode: str) -> None:
    found = planets(library).search("rings of ice", mode=mode)["passages"]
    assert found[0]["document"]["name"] == "saturn.txt"
    scores = found[0]["scores"]
    assert scores["rerank"] is None
    assert (scores["keyword"] is not None) or mode == "vector"
    assert (scores["vector"] is not None) == (mode != "keyword")
    assert found == sorted(found, key=lambda one: -one["scores"]["fused"])


def test_chinese_is_found_by_its_words(library: Make) -> None:
    shelf = library()
    shelf.text("请假制度.txt", "员工每年享有三十天带薪年假，未休的年假在次年三月底失效。")
    shelf.text("差旅.txt", "火车票按二等座报销，乘坐飞机须经部门负责人批准。")
    shelf.work()
    found = shelf.search("带薪年假有多少天", mode="keyword")["passages"]
    assert found[0]["document"]["name"] == "请假制度.txt"
    assert "带薪年假" in "".join(found[0]["matched"])


def test_without_the_encoder_words_alone_are_searched_and_it_is_said(library: Make) -> None:
    shelf = planets(library)
    shelf.encoder.failing = 503
    found = shelf.search("rings of ice", threshold=0.5)
    assert found["passages"][0]["document"]["name"] == "saturn.txt"
    assert found["passages"][0]["scores"]["vector"] is None
    assert "keywords only" in found["notes"][-1]


def test_a_threshold_leaves_out_what_is_unlike(library: Make) -> None:
    shelf = planets(library)
    assert len(shelf.search("rings of ice")["passages"]) == 3
    found = shelf.search("rings of ice", threshold=0.4)["passages"]
    assert [one["document"]["name"] for one in found] == ["saturn.txt"]
    assert shelf.search("rings of ice", threshold=0.99)["passages"] == []


def test_what_may_not_be_found_takes_no_place_among_the_best(library: Make) -> None:
    shelf = library()
    hidden = [shelf.text(f"hidden{number}.txt", f"Rings of ice, copy {number}.") for number in range(60)]
    shelf.text("seen.txt", "There are rings, it is said.")
    shelf.work()
    for document in hidden:
        shelf.client.patch(f"{API}/documents/{document['id']}", {"enabled": False})
    assert shelf.found("rings of ice", top_k=1) == ["seen.txt"]
    shelf.client.patch(f"{API}/documents/{hidden[0]['id']}", {"enabled": True})
    assert shelf.found("rings of ice", top_k=1) == ["hidden0.txt"]


FIELDS = [
    {"name": "kind", "type": "text"},
    {"name": "moons", "type": "number"},
    {"name": "seen", "type": "date"},
    {"name": "rings", "type": "boolean"},
    {"name": "tags", "type": "list"},
]
METADATA = {
    "mars.txt": {"kind": "rocky", "moons": 2, "seen": "2020-07-30", "rings": False, "tags": ["red", "near"]},
    "venus.txt": {"kind": "rocky", "moons": 0, "seen": "1962-12-14", "tags": ["near"]},
    "saturn.txt": {"kind": "gas giant", "moons": 274, "seen": "2004-07-01", "rings": True, "tags": ["far"]},
}


@pytest.fixture
def described(library: Make) -> Library:
    shelf = planets(library)
    assert shelf.client.patch(shelf.path, {"fields": FIELDS}).status_code == 200
    for document in shelf.documents():
        path = f"{API}/documents/{document['id']}"
        assert shelf.client.patch(path, {"metadata": METADATA[document["name"]]}).status_code == 200
    return shelf


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"field": "kind", "op": "eq", "value": "rocky"}, {"mars.txt", "venus.txt"}),
        ({"field": "kind", "op": "contains", "value": "GIANT"}, {"saturn.txt"}),
        ({"field": "kind", "op": "in", "value": ["gas giant", "none"]}, {"saturn.txt"}),
        ({"field": "moons", "op": "gt", "value": 1}, {"mars.txt", "saturn.txt"}),
        ({"field": "moons", "op": "lte", "value": 2}, {"mars.txt", "venus.txt"}),
        ({"field": "moons", "op": "eq", "value": 0}, {"venus.txt"}),
        ({"field": "seen", "op": "gte", "value": "2004-07-01"}, {"mars.txt", "saturn.txt"}),
        ({"field": "rings", "op": "eq", "value": True}, {"saturn.txt"}),
        ({"not": {"field": "rings", "op": "eq", "value": True}}, {"mars.txt", "venus.txt"}),
        ({"field": "tags", "op": "contains", "value": "near"}, {"mars.txt", "venus.txt"}),
        ({"field": "tags", "op": "in", "value": ["far", "red"]}, {"mars.txt", "saturn.txt"}),
        (
            {"and": [{"field": "kind", "op": "eq", "value": "rocky"}, {"field": "moons", "op": "gt", "value": 0}]},
            {"mars.txt"},
        ),
        (
            {"or": [{"field": "moons", "op": "eq", "value": 0}, {"field": "rings", "op": "eq", "value": True}]},
            {"venus.txt", "saturn.txt"},
        ),
        (
            {"and": [{"field": "moons", "op": "gt", "value": 0}, {"not": {"field": "tags", "op": "in", "value": ["red"]}}]},  # noqa: E501
            {"saturn.txt"},
        ),
    ],
)
def test_a_filter_chooses_documents_before_the_best_are_taken(
    described: Library, wanted: Any, names: set[str]
) -> None:
    assert set(described.found("planet moons rings clouds", filter=wanted)) == names


@pytest.mark.parametrize(
    ("wanted", "param"),
    [
        ({"field": "color", "op": "eq", "value": "red"}, "filter.field"),
        ({"field": "moons", "op": "contains", "value": 1}, "filter.op"),
        ({"field": "moons", "op": "eq", "value": "two"}, "filter.value"),
        ({"field": "seen", "op": "gt", "value": "yesterday"}, "filter.value"),
        ({"and": []}, "filter.and"),
        ({"and": [{"or": [{"field": "moons", "op": "eq", "value": None}]}]}, "filter.and.0.or.0.value"),
        ({"not": {"not": {"not": {"not": {"not": {"field": "moons", "op": "eq", "value": 1}}}}}}, "filter"),
        ({"or": [{"field": "moons", "op": "eq", "value": 1}] * 60}, "filter"),
        ({"$where": "1"}, "filter"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(described: Library, wanted: Any, param: str) -> None:
    body = {"query": "planet", "knowledge_ids": [described.id], "filter": wanted}
    answer = described.client.post(f"{API}/knowledge/search", body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (422, param)


@pytest.mark.parametrize(
    ("metadata", "param"),
    [
        ({"moons": "two"}, "metadata.moons"),
        ({"moons": True}, "metadata.moons"),
        ({"color": "red"}, "metadata.color"),
        ({"tags": "red"}, "metadata.tags"),
        ({"seen": "31.1.2020"}, "metadata.seen"),
    ],
)
def test_metadata_is_of_the_types_that_the_base_declares(described: Library, metadata: Any, param: str) -> None:
    document = described.documents()[0]
    answer = described.client.patch(f"{API}/documents/{document['id']}", {"metadata": metadata})
    assert (answer.status_code, answer.json()["error"]["param"]) == (422, param)
    changed = [{**field, "type": "number"} if field["name"] == "kind" else field for field in FIELDS]
    assert described.client.patch(described.path, {"fields": changed}).status_code == 422, "there are values in it"


def test_several_bases_are_searched_as_one(library: Make) -> None:
    first = planets(library)
    second = library(client=first.client, name="Stars")
    second.add("sirius.txt", "Sirius is the brightest star of the night, and a white dwarf goes round it.")
    body = {"query": "what goes round Sirius and what round Mars", "knowledge_ids": [first.id, second.id], "top_k": 2}
    found = first.client.post(f"{API}/knowledge/search", body).json()["passages"]
    assert {one["document"]["name"] for one in found} == {"sirius.txt", "mars.txt"}
    assert {one["knowledge_id"] for one in found} == {first.id, second.id}


@pytest.fixture
def ranker() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as server:
        yield server


def test_a_rerank_model_has_the_last_word(library: Make, ranker: EmbeddingServer) -> None:
    shelf = planets(library)
    assert "no rerank model" in shelf.search("moons", rerank=True)["notes"][0]
    KnowledgeModel.objects.create(name="Ranker", kind="rerank", url=ranker.url, model="rank")
    found = shelf.search("two small moons", rerank=True)
    assert found["notes"] == []
    scores = [one["scores"]["rerank"] for one in found["passages"]]
    assert scores == sorted(scores, reverse=True)
    assert found["passages"][0]["document"]["name"] == "mars.txt"
    ranker.failing = 500
    away = shelf.search("two small moons", rerank=True)
    assert "does not answer" in away["notes"][0]
    assert away["passages"]


def test_neighbours_are_joined_and_doubles_dropped(library: Make) -> None:
    shelf = library(chunking={"size": 40, "overlap": 10})
    sentences = [f"Station {number} of the line lies at kilometre {number * 7}." for number in range(1, 13)]
    shelf.text("line.txt", " ".join(sentences))
    shelf.work()
    found = shelf.search("stations of the line at kilometre", top_k=4)["passages"]
    assert len(found) == 1
    assert len(found[0]["chunk_ids"]) >= 3
    for sentence in sentences[:6]:
        assert found[0]["text"].count(sentence) <= 1, "what both repeat is told once"
    copy = library(client=shelf.client)
    copy.add("copy.txt", " ".join(sentences[:3]))
    copy.add("another.txt", " ".join(sentences[:3]) + " ")
    assert len(copy.search("station of the line")["passages"]) == 1


def passage(number: int, place: int, text: str, document: int = 1) -> Passage:
    from uuid import UUID

    return Passage(
        chunk_id=number,
        chunk_ids=(number,),
        base_id=UUID(int=1),
        document_id=UUID(int=document),
        name="a",
        media_type="text/plain",
        text=text,
        start=place * 10,
        end=place * 10 + 10,
        page=None,
        boxes=(),
        headings=(),
        scores=Scores(keyword=None, vector=None, fused=1.0),
        place=(place,),
    )


def test_a_budget_of_tokens_ends_the_list() -> None:
    words = ["apple orchard ladder", "river bridge ferry", "winter snow shovel", "summer beach towel"]
    found = [passage(number, number * 5, f"{words[number]} " * 40) for number in range(4)]
    assert [one.chunk_id for one in assembled(found, top_k=4, token_budget=10)] == [0], "the best one is always told"
    two = assembled(found, top_k=4, token_budget=found[0].tokens + found[1].tokens)
    assert [one.chunk_id for one in two] == [0, 1]
    assert [one.chunk_id for one in assembled(found, top_k=3, token_budget=10_000)] == [0, 1, 2]


def test_what_two_texts_share_at_their_seam_is_told_once() -> None:
    assert joined_text("one two three four five", "three four five six") == "one two three four five six"
    assert joined_text("one two", "three four") == "one two\nthree four"


def test_limits_of_a_query(library: Make) -> None:
    shelf = planets(library)
    for body in ({"query": ""}, {"query": "   "}, {"query": "a" * 5000}, {"top_k": 10**6}, {"top_k": 0}, {"mode": "x"}):
        full = {"query": "moons", "knowledge_ids": [shelf.id], **body}
        assert shelf.client.post(f"{API}/knowledge/search", full).status_code == 422, body
    other = sign_in(make_person()).post(f"{API}/knowledge/search", {"query": "x", "knowledge_ids": [shelf.id]})
    assert other.status_code == 404
