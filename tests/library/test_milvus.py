"""Bases whose vectors are kept by Milvus: the same way from a document to what is found, and what if it is away."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from glms.library import stores
from glms.library.models import Chunk, Index
from tests.support.milvus import MilvusServer
from tests.support.shelves import API, Library

pytestmark = pytest.mark.skipif(
    find_spec("milvus_lite") is None, reason="milvus-lite is not installed: `pip install -e '.[dev]'`"
)

Make = Callable[..., Library]
FACTS = {"gold.txt": "Gold melts at 1064 degrees.", "iron.txt": "Iron rusts in moist air.", "lead.txt": "Lead is soft."}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with MilvusServer(tmp_path_factory.mktemp("milvus")) as started:
        yield started


@pytest.fixture
def shelf(server: MilvusServer, library: Make, settings: Any) -> Library:
    settings.MILVUS_URL = server.url
    made = library()
    for name, text in FACTS.items():
        made.text(name, text)
    made.work()
    return made


def test_documents_are_found_filtered_and_deleted(shelf: Library) -> None:
    assert shelf.get()["active_index"]["store"] == "milvus"
    for mode in ("hybrid", "vector"):
        assert shelf.found("gold melts degrees", mode=mode)[0] == "gold.txt"
    [gold] = shelf.documents(q="gold")
    shelf.client.patch(f"{API}/documents/{gold['id']}", {"enabled": False})
    assert "gold.txt" not in shelf.found("gold melts degrees", mode="vector")
    shelf.client.patch(f"{API}/documents/{gold['id']}", {"enabled": True})
    assert shelf.client.delete(f"{API}/documents/{gold['id']}").status_code == 204
    assert "gold.txt" not in shelf.found("gold melts degrees", mode="vector")
    index = Index.objects.get()
    manifest = stores.vectors_manifest(index)
    assert manifest is not None
    stores.vectors_of(index).check(manifest)
    assert manifest.rows == Chunk.objects.filter(indexed=True).count() == 2


def test_a_lost_collection_is_built_again(shelf: Library) -> None:
    index = Index.objects.get()
    stores.vectors_of(index).destroy()
    assert shelf.search("gold melts")["notes"] != []
    shelf.work()
    assert shelf.found("gold melts", mode="vector")[0] == "gold.txt"
    assert shelf.search("gold melts")["notes"] == []


def test_an_index_elsewhere_is_built_beside_it_and_both_stay_readable(shelf: Library, settings: Any) -> None:
    address, settings.MILVUS_URL = settings.MILVUS_URL, ""
    made = shelf.client.post(f"{shelf.path}/indexes", {}).json()
    settings.MILVUS_URL = address
    shelf.work()
    assert made["store"] == "faiss"
    shelf.client.post(f"{API}/indexes/{made['id']}/activate")
    assert shelf.get()["active_index"]["store"] == "faiss"
    assert shelf.found("gold melts", mode="vector")[0] == "gold.txt"
    [old] = [one for one in shelf.client.get(f"{shelf.path}/indexes").json()["items"] if one["store"] == "milvus"]
    assert shelf.found("gold melts", mode="vector", index_id=old["id"])[0] == "gold.txt"
    assert shelf.client.delete(f"{API}/indexes/{old['id']}").status_code == 204


def test_while_milvus_is_away_words_are_searched_and_nothing_is_lost(shelf: Library, server: MilvusServer) -> None:
    server.stop()
    try:
        told = shelf.search("gold melts")
        assert told["passages"][0]["document"]["name"] == "gold.txt"
        assert "Milvus" in told["notes"][0]
        [lead] = shelf.documents(q="lead")
        refused = shelf.client.delete(f"{API}/documents/{lead['id']}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "unavailable")
        late = shelf.text("tin.txt", "Tin melts at 232 degrees.")
        shelf.worker.one()
        assert shelf.document(late["id"])["state"] in {"received", "parsing", "embedding"}
    finally:
        server.start()
    assert shelf.client.delete(f"{API}/documents/{lead['id']}").status_code == 204
    assert shelf.found("gold melts", mode="vector")[0] == "gold.txt"
    assert "lead.txt" not in shelf.found("lead is soft", mode="vector")


def test_an_instance_that_names_no_milvus_any_more_says_so(shelf: Library, settings: Any) -> None:
    settings.MILVUS_URL = ""
    told = shelf.search("iron rusts")
    assert told["passages"][0]["document"]["name"] == "iron.txt"
    assert "GLMS_MILVUS_URL" in told["notes"][0]
