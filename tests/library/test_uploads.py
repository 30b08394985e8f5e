"""Uploads in parts: they go on where they broke off, and are nobody else's."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from glms.library.housekeeping import uploads_expire
from glms.library.models import Document, Upload
from tests.factories import make_member, make_person, sign_in
from tests.support.shelves import API, Library

Make = Callable[..., Library]
TEXT = ("The harbour has four quays. " * 40).encode()


def told(**values: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


def begin(shelf: Library, size: int = len(TEXT), name: str = "harbour.txt", base: str | None = None) -> Any:
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(size),
        "Upload-Metadata": told(knowledge_id=base or shelf.id, filename=name),
    }
    return shelf.client.http.generic("POST", f"{API}/uploads", headers=headers)


def send(shelf: Library, path: str, data: bytes, offset: int) -> Any:
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset)}
    return shelf.client.http.patch(path, data, content_type="application/offset+octet-stream", headers=headers)


def test_a_file_comes_in_parts_and_becomes_a_document(library: Make) -> None:
    shelf = library()
    made = begin(shelf)
    assert (made.status_code, made["Tus-Resumable"], made["Upload-Offset"]) == (201, "1.0.0", "0")
    path = made["Location"]
    first = send(shelf, path, TEXT[:300], 0)
    assert (first.status_code, first["Upload-Offset"]) == (204, "300")
    assert "Glms-Document" not in first
    head = shelf.client.http.head(path)
    assert (head.status_code, head["Upload-Offset"], head["Upload-Length"]) == (200, "300", str(len(TEXT)))
    wrong = send(shelf, path, TEXT[:300], 0)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (409, "wrong_offset")
    last = send(shelf, path, TEXT[300:], 300)
    assert last.status_code == 204
    document = shelf.document(last["Glms-Document"])
    assert (document["name"], document["size"]) == ("harbour.txt", len(TEXT))
    shelf.work()
    assert shelf.found("four quays") == ["harbour.txt"]
    assert shelf.client.http.head(path)["Glms-Document"] == document["id"]
    assert Upload.objects.get().parts == []


def test_content_that_is_there_already_is_told(library: Make) -> None:
    shelf = library()
    known = shelf.upload("harbour.txt", TEXT).json()
    path = begin(shelf)["Location"]
    last = send(shelf, path, TEXT, 0)
    assert (last["Glms-Document"], last["Glms-Duplicate"]) == (known["id"], "true")
    assert Document.objects.count() == 1


def test_more_than_was_announced_is_refused(library: Make) -> None:
    shelf = library()
    path = begin(shelf, size=10)["Location"]
    answer = send(shelf, path, TEXT, 0)
    assert (answer.status_code, answer.json()["error"]["param"]) == (422, "Upload-Length")
    assert shelf.client.http.head(path)["Upload-Offset"] == "0"


def test_limits_and_headers(library: Make) -> None:
    shelf = library()
    assert begin(shelf, size=0).json()["error"]["code"] == "empty_file"
    assert begin(shelf, size=10**9).status_code == 413
    assert begin(shelf, base="nonsense").json()["error"]["param"] == "Upload-Metadata"
    headers = {"Tus-Resumable": "0.2.2", "Upload-Length": "10"}
    old = shelf.client.http.generic("POST", f"{API}/uploads", headers=headers)
    assert (old.status_code, old.json()["error"]["code"]) == (412, "tus_version")
    options = shelf.client.http.options(f"{API}/uploads")
    assert (options.status_code, options["Tus-Extension"]) == (204, "creation,termination")
    path = begin(shelf)["Location"]
    wrong = shelf.client.http.patch(path, b"{}", content_type="application/json", headers={"Upload-Offset": "0"})
    assert wrong.status_code == 415
    names = {"../../etc/passwd": "passwd", "a\u202eb.txt": "ab.txt", "": "file"}
    for given, kept in names.items():
        upload = begin(shelf, name=given)["Location"].rsplit("/", 1)[1]
        assert Upload.objects.get(pk=upload).name == kept


def test_an_upload_is_its_makers_alone(library: Make) -> None:
    shelf = library(visibility="workspace")
    path = begin(shelf)["Location"]
    member = make_person()
    make_member(workspace=shelf.client.user.default_workspace, user=member, role="admin")
    other = Library(sign_in(member), shelf.base, shelf.worker, shelf.encoder)
    assert other.client.http.head(path).status_code == 404
    assert send(other, path, TEXT, 0).status_code == 404
    assert begin(other).status_code == 201, "an admin brings files of their own"
    stranger = Library(sign_in(make_person()), shelf.base, shelf.worker, shelf.encoder)
    assert begin(stranger).status_code == 404


def test_dropped_and_forgotten_uploads_leave_nothing(library: Make, django_capture_on_commit_callbacks: Any) -> None:
    shelf = library()
    path = begin(shelf)["Location"]
    send(shelf, path, TEXT[:100], 0)
    [part] = Upload.objects.get().parts
    with django_capture_on_commit_callbacks(execute=True):
        assert shelf.client.http.delete(path).status_code == 204
    assert not default_storage.exists(part["key"])
    begin(shelf)
    assert uploads_expire() == 0
    Upload.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert uploads_expire() == 1
