"""Files of conversations: brought by people, made by tools, seen by nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from glms.core.text import file_name
from glms.files.kinds import media_type_of
from glms.files.models import StoredFile
from glms.files.retention import files_expire
from glms.files.shelf import Shelf
from tests.factories import make_person, sign_in
from tests.support.talk import Talk

Begin = Callable[..., Talk]
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def upload(bob: Talk, name: str, data: bytes, kind: str = "text/html") -> Any:
    return bob.client.http.post(f"{bob.path}/files", {"file": SimpleUploadedFile(name, data, content_type=kind)})


def test_a_file_is_brought_sent_with_a_message_and_told_to_the_model(talk: Begin) -> None:
    bob = talk()
    made = upload(bob, "数据.csv", b"a,b\n1,2\n")
    assert made.status_code == 201, made.content
    file = made.json()
    assert (file["name"], file["media_type"], file["size"], file["origin"]) == ("数据.csv", "text/csv", 8, "user")
    assert file["expires_at"]
    bob.say("[[say Read.]]", file_ids=[file["id"]])
    assert [one["name"] for one in bob.messages()[0]["files"]] == ["数据.csv"]
    assert StoredFile.objects.get().expires_at is None


def test_the_model_is_told_where_the_file_is(talk: Begin, model_url: str) -> None:
    import httpx

    bob = talk()
    file = upload(bob, "a.txt", b"hello").json()
    bob.say("[[say Read it.]]", file_ids=[file["id"]])
    asked = httpx.get(model_url.removesuffix("/v1") + "/scripted/requests").json()["requests"][-1]
    assert "#File: /mnt/data/a.txt\n#Size: 5" in asked["messages"][-1]["content"]


def test_only_checked_pictures_are_shown_and_everything_else_is_a_download(talk: Begin) -> None:
    bob = talk()
    page = upload(bob, "evil.html", b"<script>alert(1)</script>").json()
    answer = bob.client.get(f"/api/v1/files/{page['id']}/content")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    picture = upload(bob, "a.png", PNG).json()
    shown = bob.client.get(f"/api/v1/files/{picture['id']}/content")
    assert (shown.headers["Content-Type"], shown.content) == ("image/png", PNG)
    false = upload(bob, "b.png", b"<svg onload=alert(1)>").json()
    assert false["media_type"] == "application/octet-stream"


def test_a_file_is_its_makers_alone(talk: Begin) -> None:
    bob = talk()
    file = upload(bob, "a.txt", b"hello").json()
    stranger = sign_in(make_person())
    for path in (f"/api/v1/files/{file['id']}", f"/api/v1/files/{file['id']}/content", f"{bob.path}/files"):
        assert stranger.get(path).status_code == 404
    assert stranger.delete(f"/api/v1/files/{file['id']}").status_code == 404
    other = talk(client=stranger)
    assert other.start(text="hi", file_ids=[file["id"]]).status_code == 404
    assert bob.client.delete(f"/api/v1/files/{file['id']}").status_code == 204
    assert bob.client.get(f"/api/v1/files/{file['id']}").status_code == 404


@pytest.mark.parametrize(("body", "status"), [({"file": ""}, 422), ({}, 422)])
def test_an_upload_without_a_file_is_refused(talk: Begin, body: dict[str, Any], status: int) -> None:
    bob = talk()
    assert bob.client.http.post(f"{bob.path}/files", body).status_code == status
    empty = upload(bob, "a.txt", b"")
    assert (empty.status_code, empty.json()["error"]["param"]) == (422, "file")


def test_what_was_never_sent_expires(talk: Begin) -> None:
    bob = talk()
    upload(bob, "a.txt", b"hello")
    assert files_expire() == 0
    StoredFile.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert files_expire() == 1
    assert not StoredFile.objects.exists()


def test_a_tool_keeps_lists_and_reads_files(talk: Begin) -> None:
    import asyncio

    bob = talk()
    loop = bob.worker.engine.loop
    from uuid import UUID

    shelf = Shelf(UUID(bob.id))
    made = asyncio.run_coroutine_threadsafe(shelf.save("../../plot.png", PNG), loop).result()
    assert (made.name, made.media_type) == ("plot.png", "image/png")
    assert asyncio.run_coroutine_threadsafe(shelf.listing(), loop).result() == [made]
    assert asyncio.run_coroutine_threadsafe(shelf.read(made.id), loop).result() == PNG


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..", "file"),
        ("a\x00b.txt", "a_b.txt"),
        ("C:\\x\\y.txt", "y.txt"),
        ("\u202egnp.exe", "gnp.exe"),
        ("报告 2024.pdf", "报告 2024.pdf"),
        ("x" * 300 + ".csv", "x" * 116 + ".csv"),
        ('a"b<c>.txt', "a_b_c_.txt"),
    ],
)
def test_a_name_never_becomes_a_path(given: str, kept: str) -> None:
    assert file_name(given) == kept


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.txt", PNG, "image/png"),
        ("a.xlsx", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.exe", b"PK\x03\x04", "application/zip"),
        ("a.csv", b"a,b", "text/csv"),
        ("a.txt", b"\x00\x01", "application/octet-stream"),
        ("a.jpeg", b"text", "application/octet-stream"),
        ("a", b"", "application/octet-stream"),
    ],
)
def test_the_bytes_say_what_a_file_is(name: str, head: bytes, kind: str) -> None:
    assert media_type_of(name, head) == kind
