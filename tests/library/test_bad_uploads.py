"""Uploads as attackers and accidents make them: odd names, odd forms, opposite things at the same moment."""

import base64
import gc
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connections

from glms.library import stores
from glms.library.models import Chunk, Document, Index, Job, Upload
from glms.library.worker import Worker
from tests.factories import sign_in
from tests.support.shelves import API, Library

Make = Callable[..., Library]
TEXT = "The harbour has four quays and two cranes. "
NAMES = (
    "../../etc/passwd", "..\\..\\x", "/abs", "C:\\x", "a\x00.pdf", "a\n.pdf", "\u202efdp.exe", "e\u0301" * 255,
    ".htaccess", "CON.txt", "a.pdf/", " ", ".", "..", "%2e%2e%2f", "<img src=x onerror=alert(1)>.pdf",
    "=cmd()", "-rf", "a;b", '"; filename="x', "\U0001f469\u200d\U0001f680.txt", "dots. . .", "\u200b",
    "名字.txt", "a\r\nX-Evil: 1",
)  # fmt: skip
FORBIDDEN = set('/\\:*?"<>|') | {chr(code) for code in range(32)} | {"\x7f", "\u202e", "\u200b"}
EDGE = "edge"


def form(*parts: bytes) -> bytes:
    return b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"


def part(disposition: str, data: bytes, *more: str) -> bytes:
    lines = [f"Content-Disposition: form-data; {disposition}", *more, "", ""]
    return "\r\n".join(lines).encode() + data


def post(shelf: Library, body: bytes, content_type: str = f"multipart/form-data; boundary={EDGE}") -> Any:
    return shelf.client.http.generic("POST", f"{shelf.path}/documents", body, content_type=content_type)


def announce(shelf: Library, name: str, data: bytes) -> Any:
    """All of it through the resumable way."""
    told = {"knowledge_id": shelf.id, "filename": name}
    pairs = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)), "Upload-Metadata": pairs}
    made = shelf.client.http.generic("POST", f"{API}/uploads", headers=headers)
    assert made.status_code == 201, made.content
    part_of = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    return shelf.client.http.patch(
        made["Location"], data, content_type="application/offset+octet-stream", headers=part_of
    )


def is_clean(name: str) -> bool:
    return 0 < len(name) <= 120 and not FORBIDDEN & set(name) and name == name.strip(" .")


@pytest.mark.parametrize("name", NAMES, ids=[quote(name)[:40] for name in NAMES])
def test_a_name_is_shown_clean_and_is_no_place(library: Make, name: str) -> None:
    shelf = library()
    documents = [
        announce(shelf, name, f"{TEXT}{name!r}".encode())["Glms-Document"],
        shelf.text(name.replace("\x00", "")[:200], f"{TEXT}as text")["id"],
    ]
    encoded = part(f"name=\"file\"; filename*=UTF-8''{quote(name, safe='')}", TEXT.encode())
    answer = post(shelf, form(encoded))
    if answer.status_code == 201:
        documents.append(answer.json()["id"])
    else:
        told = answer.status_code, answer.json()["error"]["param"], answer.json()["error"]["code"]
        assert told in {(422, "file", "invalid_request"), (400, None, "malformed_form")}, "no name, or one too long"
    for document in Document.objects.filter(pk__in=documents):
        assert is_clean(document.name), document.name
        assert re.fullmatch(rf"knowledge/{document.base_id}/[0-9a-f]{{32}}", document.key)
        header = shelf.client.http.get(f"{API}/documents/{document.pk}/content")["Content-Disposition"]
        assert header.startswith("attachment")
        assert header.isascii()
        assert "\n" not in header


FILE = part('name="file"; filename="a.txt"', TEXT.encode())
FORMS: dict[str, tuple[bytes, set[int]]] = {
    "no file name": (form(part('name="file"', TEXT.encode())), {422}),
    "two files": (form(FILE, part('name="file"; filename="b.txt"', b"another")), {201}),
    "two names": (form(part("name=\"file\"; filename=\"a.txt\"; filename*=UTF-8''b.txt", TEXT.encode())), {201}),
    "the boundary inside": (form(part('name="file"; filename="a.txt"', b"one --edge two")), {201}),
    "base64": (
        form(
            part(
                'name="file"; filename="a.txt"', base64.b64encode(TEXT.encode()), "Content-Transfer-Encoding: base64"
            )
        ),
        {201},
    ),
    "false base64": (
        form(part('name="file"; filename="a.txt"', b"abc\xff=", "Content-Transfer-Encoding: base64")),
        {201, 400, 422},
    ),
    "nested": (
        form(part('name="file"', b"--in\r\n\r\nx\r\n--in--", "Content-Type: multipart/mixed; boundary=in")),
        {400, 422},
    ),
    "ten thousand files": (form(*(part(f'name="f{n}"; filename="a"', b"x") for n in range(10_000))), {400}),
    "a hundred thousand fields": (form(*(part(f'name="f{n}"', b"x") for n in range(100_000))), {400, 413}),
    "never closed": (form(FILE)[:-20], {201, 400, 422}),
    "no part": (b"--edge--\r\n", {422}),
    "nothing": (b"", {422, 400}),
    "a header without end": (b"--edge\r\n" + b"X: " + b"a" * 200_000, {400, 422}),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Django closes it late
@pytest.mark.parametrize("case", FORMS)
def test_an_odd_form_is_understood_or_refused_and_leaves_nothing_behind(
    library: Make, case: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    shelf = library()
    body, statuses = FORMS[case]
    answer = post(shelf, body)
    assert answer.status_code in statuses, answer.content[:300]
    assert (Document.objects.count() == 1) == (answer.status_code == 201)
    if answer.status_code != 201:
        assert answer.json()["error"]["message"]
    del answer
    gc.collect()
    assert list(tmp_path.iterdir()) == []
    assert shelf.upload("good.txt", b"good").status_code == 201


@pytest.mark.parametrize("boundary", ["", "=", "=" + "x" * 300, "=\xe9", "=other"])
def test_a_boundary_that_is_none_is_refused(library: Make, boundary: str) -> None:
    told = f"multipart/form-data; boundary{boundary}" if boundary else "multipart/form-data"
    answer = post(library(), form(FILE), told)
    assert answer.status_code in {400, 422}, answer.content


def test_the_same_content_in_eight_requests_at_once_is_one_document(library_at_once: Make) -> None:
    shelf = library_at_once()
    answers = at_once(lambda number: shelf_of(shelf).upload(f"{number}.txt", TEXT.encode()), 8)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    shelf.work()
    assert_whole(shelf, documents=1)


def test_one_name_with_eight_contents_at_once_is_eight_documents(library_at_once: Make) -> None:
    shelf = library_at_once()
    answers = at_once(lambda number: shelf_of(shelf).upload("a.txt", f"{TEXT}{number}".encode()), 8)
    assert [answer.status_code for answer in answers] == [201] * 8
    shelf.work()
    assert_whole(shelf, documents=8)


def test_one_part_sent_eight_times_at_once_is_kept_once(library_at_once: Make) -> None:
    shelf = library_at_once()
    told = {"knowledge_id": shelf.id, "filename": "a.txt"}
    pairs = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(TEXT)), "Upload-Metadata": pairs}
    path = shelf.client.http.generic("POST", f"{API}/uploads", headers=headers)["Location"]

    def send(_: int) -> Any:
        own = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
        http = shelf_of(shelf).client.http
        return http.patch(path, TEXT.encode(), content_type="application/offset+octet-stream", headers=own)

    statuses = sorted(answer.status_code for answer in at_once(send, 8))
    assert statuses[0] == 204
    assert set(statuses[1:]) <= {204, 409}
    assert Upload.objects.get().received == len(TEXT)
    shelf.work()
    assert_whole(shelf, documents=1)


@pytest.mark.parametrize("moment", ["parsing", "embedding"])
def test_a_document_that_is_deleted_while_it_is_worked_on_leaves_nothing(library_at_once: Make, moment: str) -> None:
    shelf, other = library_at_once(), library_at_once()
    other.add("other.txt", TEXT)
    document = shelf.text("gone.txt", TEXT + "It is deep. " * 200)
    with working(shelf, document["id"], until=moment):
        assert shelf.client.delete(f"{API}/documents/{document['id']}").status_code == 204
        assert shelf.client.get(f"{API}/documents/{document['id']}").status_code == 404
    shelf.work()
    assert_whole(shelf, documents=0)
    assert shelf.found("four quays") == []
    assert other.found("four quays") == ["other.txt"]


def test_a_document_that_is_replaced_while_it_is_worked_on_is_the_new_one(library_at_once: Make) -> None:
    shelf = library_at_once()
    first = shelf.upload("a.txt", f"{TEXT}They are of oak.".encode()).json()
    with working(shelf, first["id"], until="embedding"):
        busy = shelf.client.post(f"{API}/documents/{first['id']}/retry")
        assert busy.json()["error"]["code"] == "document_busy"
        second = shelf.upload("a.txt", f"{TEXT}They are of steel.".encode()).json()
        assert shelf.client.delete(f"{API}/documents/{first['id']}").status_code == 204
    shelf.work()
    assert_whole(shelf, documents=1)
    assert [one["document"]["id"] for one in shelf.search("four quays")["passages"]] == [second["id"]]


def test_a_base_that_is_deleted_while_it_is_worked_on_leaves_nothing(library_at_once: Make) -> None:
    shelf, other = library_at_once(), library_at_once()
    other.add("other.txt", TEXT)
    index = Index.objects.get(base=shelf.id)
    document = shelf.text("gone.txt", TEXT + "It is deep. " * 200)
    with working(shelf, document["id"], until="embedding"):
        assert shelf.client.delete(shelf.path).status_code == 204
        assert shelf.client.get(shelf.path).status_code == 404
    shelf.work()
    assert not Chunk.objects.filter(index=index.pk).exists()
    assert not Document.objects.filter(base=shelf.id).exists()
    assert not stores.folder_of(index.pk).exists()
    assert other.found("four quays") == ["other.txt"]


@pytest.fixture
def library_at_once(transactional_db: None, library: Make) -> Make:
    """The same, where every request has a connection of its own, as in the product."""
    return library


def shelf_of(shelf: Library) -> Library:
    """The same base in the hands of another thread."""
    return Library(sign_in(shelf.client.user), shelf.base, shelf.worker, shelf.encoder)


def at_once(what: Callable[[int], Any], count: int) -> list[Any]:
    gate = threading.Barrier(count)

    def one(number: int) -> Any:
        try:
            gate.wait()
            return what(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@contextmanager
def working(shelf: Library, document_id: str, *, until: str) -> Iterator[None]:
    """A worker is in the middle of the document; it ends after the block, whatever became of its job."""
    errors: list[BaseException] = []
    shelf.encoder.delay = 1.0 if until == "embedding" else 0.0
    asked = shelf.encoder.requests

    def work() -> None:
        try:
            Worker().one()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        is_there = Document.objects.get(pk=document_id).state == until
        if is_there and (until == "parsing" or shelf.encoder.requests > asked):
            break
        time.sleep(0.002)
    assert thread.is_alive(), "the worker was quicker than this test"
    yield
    shelf.encoder.delay = 0.0
    thread.join()
    assert errors == []


def assert_whole(shelf: Library, *, documents: int) -> None:
    """What is told, what is stored and what both halves of the index have is the same."""
    assert Document.objects.filter(base=shelf.id).count() == documents
    assert not Job.objects.filter(base=shelf.id).exists()
    index = Index.objects.get(base=shelf.id)
    chunks = Chunk.objects.filter(index=index)
    assert {str(chunk.document_id) for chunk in chunks} == {one["id"] for one in shelf.documents()}
    rows = chunks.filter(indexed=True, is_parent=False).count()
    vectors, words = stores.vectors_manifest(index), stores.words_manifest(index)
    assert words.rows == rows
    assert (vectors.rows if vectors else 0) == rows
