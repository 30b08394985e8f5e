"""What is deleted for good: expired files with their bytes, bytes of no file, the sandbox's folders of what is gone."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from glms.config.celery import app
from glms.conversations.models import Conversation
from glms.files.models import StoredFile
from glms.files.retention import bytes_sweep, files_expire, sandbox_forget
from glms.files.services import artefact_add
from glms.runs.housekeeping import keep_house
from tests.support.sandbox import Sandboxd, product_sandbox
from tests.support.talk import Talk

Begin = Callable[..., Talk]
LONG_AGO = timedelta(days=40)


@pytest.fixture
def sandbox(settings: Any) -> Iterator[Sandboxd]:
    with product_sandbox(settings.SANDBOX_SOCKET) as started:
        yield started


def made(bob: Talk) -> StoredFile:
    return artefact_add(conversation_id=UUID(bob.id), name="a.txt", data=b"made")


def sent(bob: Talk) -> StoredFile:
    path = f"{bob.path}/files"
    file = bob.client.http.post(path, {"file": SimpleUploadedFile("b.txt", b"sent")}).json()
    bob.say("[[say Read.]]", file_ids=[file["id"]])
    return StoredFile.objects.get(pk=file["id"])


def grow_old(key: str) -> None:
    then = time.time() - LONG_AGO.total_seconds()
    os.utime(default_storage.path(key), (then, then))


def test_what_a_tool_made_expires_with_its_bytes_and_what_the_user_sent_stays(talk: Begin, settings: Any) -> None:
    bob = talk()
    file, kept = made(bob), sent(bob)
    assert file.expires_at is not None
    assert timedelta(days=89) < file.expires_at - timezone.now() <= settings.ARTEFACT_KEEP
    keep_house()
    assert default_storage.exists(file.key)
    StoredFile.objects.filter(pk=file.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert bob.client.get(f"/api/v1/files/{file.pk}/content").status_code == 404
    keep_house()
    assert not StoredFile.objects.filter(pk=file.pk).exists()
    assert not default_storage.exists(file.key)
    assert bob.client.get(f"/api/v1/files/{kept.pk}/content").status_code == 200


def test_an_instance_may_keep_what_tools_make(talk: Begin, settings: Any) -> None:
    settings.ARTEFACT_KEEP = None
    assert made(talk()).expires_at is None


def test_a_deleted_conversations_files_go_when_it_cannot_be_restored_whole_any_more(talk: Begin) -> None:
    bob = talk()
    files = [made(bob), sent(bob)]
    assert bob.client.delete(bob.path).status_code == 204
    assert files_expire() == 0
    Conversation.objects.filter(pk=bob.id).update(deleted_at=timezone.now() - LONG_AGO)
    assert files_expire() == 2
    assert [default_storage.exists(file.key) for file in files] == [False, False]


def test_bytes_that_no_file_has_are_swept_once_they_are_old(talk: Begin) -> None:
    bob = talk()
    file = made(bob)
    lost, young = (default_storage.save(f"chat/{bob.id}/{uuid4().hex}", ContentFile(b"x")) for _ in range(2))
    foreign = default_storage.save(f"other/{uuid4()}/{uuid4().hex}", ContentFile(b"x"))
    for key in (file.key, lost, foreign):
        grow_old(key)
    assert bytes_sweep() == 1
    assert [default_storage.exists(key) for key in (file.key, lost, young, foreign)] == [True, False, True, True]


def test_the_files_of_a_workspace_that_is_deleted_leave_nothing(talk: Begin) -> None:
    bob = talk()
    file = made(bob)
    grow_old(file.key)
    Conversation.objects.get(pk=bob.id).workspace.delete()
    assert bytes_sweep() >= 1
    assert not default_storage.exists(file.key)
    assert not default_storage.exists(f"chat/{bob.id}")


def test_the_sandbox_forgets_conversations_that_are_gone(talk: Begin, sandbox: Sandboxd, settings: Any) -> None:
    bob, ann = talk(), talk()
    gone = str(uuid4())

    async def used() -> None:
        for name in (bob.id, ann.id, gone, "not-ours"):
            await sandbox.client.put(name, "a.txt", b"x")

    asyncio.run(used())
    Conversation.objects.filter(pk=ann.id).update(deleted_at=timezone.now() - LONG_AGO)
    sandbox_forget()
    kept = asyncio.run(sandbox.client.kept())
    assert {bob.id, "not-ours"} <= kept.keys()
    assert not {ann.id, gone} & kept.keys()
    settings.ARTEFACT_KEEP = timedelta(seconds=0)
    time.sleep(0.1)
    sandbox_forget()
    assert bob.id not in asyncio.run(sandbox.client.kept())


def test_without_a_sandbox_there_is_nothing_to_forget(settings: Any, tmp_path: Path) -> None:
    settings.SANDBOX_SOCKET = tmp_path / "none.sock"
    assert sandbox_forget() == 0


def test_the_clock_names_tasks_that_workers_know(settings: Any) -> None:
    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"glms.files.tasks.files_sweep", "glms.runs.tasks.journal_keep_house"} <= wanted <= app.tasks.keys()
