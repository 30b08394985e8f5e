"""Documents on their way into an index: workers are killed, the disk is full, and it is searched all the while."""

import itertools
import os
import random
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import httpx
import psycopg
import pytest

from glms.instance.layout import Layout
from knowledge.index import vector_store, word_store
from knowledge.index.base import Manifest
from tests.support.client import Person
from tests.support.instance import Instance
from tests.support.scripted import wait_until

Tell = Callable[[str], None]
pytestmark = pytest.mark.timeout(400)

COLOURS = ("red", "blue", "green", "white", "black", "yellow", "grey", "brown", "violet", "orange")
_numbers = itertools.count(1)


def paragraph(document: int, number: int) -> str:
    """Words that no other paragraph has together."""
    colour = COLOURS[(document * 7 + number) % len(COLOURS)]
    return (
        f"Locker d{document}n{number} stands in hall {number % 17} and is painted {colour}. Its key hangs on hook"
        f" k{document}x{number} behind the porter's desk, and whoever takes it signs the book of hall {number % 17}."
    )


class Base:
    """One person's base over HTTP."""

    def __init__(self, person: Person, instance: Instance) -> None:
        self.person = person
        self.instance = instance
        body = {"name": f"Lockers {next(_numbers)}", "chunking": {"size": 64, "overlap": 0}}
        self.id = self._json(person.http.post("/api/v1/knowledge", json=body))["id"]

    def add(self, document: int, paragraphs: int) -> str:
        text = "\n\n".join(paragraph(document, number) for number in range(paragraphs))
        answer = self.person.http.post(
            f"/api/v1/knowledge/{self.id}/documents", files={"file": (f"d{document}.txt", text.encode())}
        )
        return str(self._json(answer)["id"])

    def states(self) -> dict[str, str]:
        listed = self._json(self.person.http.get(f"/api/v1/knowledge/{self.id}/documents", params={"limit": 100}))
        return {one["id"]: one["state"] for one in listed["items"]}

    def delete(self, document: str) -> None:
        """Ask again as long as the answer is "try again later": its lock may be held by a worker that is dying."""
        path = f"/api/v1/documents/{document}"
        wait_until(
            lambda: self.person.http.delete(path).status_code != 503, seconds=60, what="it is deleted", every=0.5
        )

    def wait(self, *, seconds: float = 150, state: str = "ready") -> float:
        def reached() -> bool:
            try:
                found = self.states()
            except (httpx.TransportError, AssertionError):
                return False
            return bool(found) and set(found.values()) == {state}

        try:
            return wait_until(reached, seconds=seconds, what=f"all of {self.id} is {state}", every=0.3)
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.states()}\n{self.instance.log('background')[-3000:]}") from None

    def search(self, query: str, **more: Any) -> dict[str, Any]:
        body = {"query": query, "knowledge_ids": [self.id], **more}
        return self._json(self.person.http.post("/api/v1/knowledge/search", json=body))

    def check(self, *, chunks: int) -> None:
        """Nothing is lost and nothing doubled: rows, both halves of the index and what is found agree."""
        with psycopg.connect(self.instance.database_url, autocommit=True) as connection:
            found = connection.execute(
                "SELECT index.id, vectors, words FROM library_index index WHERE base_id = %s", [self.id]
            ).fetchone()
            assert found is not None
            index, vectors, words = found
            count = "SELECT count(*), count(DISTINCT text), count(*) FILTER (WHERE indexed) FROM library_chunk"
            rows = connection.execute(f"{count} WHERE index_id = %s", [index]).fetchone()
        assert rows == (chunks, chunks, chunks)
        folder = Layout(self.instance.home).home / "indexes" / str(index)
        for store, told in (
            (vector_store("faiss", folder / "vectors"), vectors),
            (word_store(folder / "words"), words),
        ):
            manifest = Manifest.from_json(told)
            store.check(manifest)
            assert manifest.rows == chunks

    @staticmethod
    def _json(answer: httpx.Response) -> Any:
        assert answer.status_code in {200, 201, 202}, answer.text
        return answer.json()


class Searching(threading.Thread):
    """Searches all the while; every answer must be whole."""

    def __init__(self, base: Base) -> None:
        super().__init__(daemon=True)
        self.base = base
        self.answers = 0
        self.problems: list[str] = []
        self._halt = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._halt.set()
        self.join(30)

    def run(self) -> None:
        for number in itertools.count():
            if self._halt.is_set():
                return
            try:
                self._look(self.base.search(f"key hook locker hall {number % 17}", top_k=20))
            except (httpx.TransportError, AssertionError) as error:
                self.problems.append(str(error)[:300])
            time.sleep(0.1)

    def _look(self, found: dict[str, Any]) -> None:
        ids = [chunk for passage in found["passages"] for chunk in passage["chunk_ids"]]
        if len(ids) != len(set(ids)):
            self.problems.append(f"doubled: {ids}")
        if found["notes"]:
            self.problems.append(str(found["notes"]))
        self.answers += 1


@pytest.fixture
def base(instance: Instance, ann: Person) -> Base:
    return Base(ann, instance)


def embedded(instance: Instance) -> int:
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        row = connection.execute("SELECT count(*) FROM library_embedding").fetchone()
        assert row is not None
        return int(row[0])


def test_kill_9_in_mid_ingestion_loses_and_doubles_nothing(base: Base, instance: Instance, tell: Tell) -> None:
    paragraphs, first = 150, next(_numbers) * 1000
    with Searching(base) as looking:
        for document in range(4):
            base.add(first + document, paragraphs)
        for pause in (1.0, 4.0, 3.0):  # while it reads, embeds, indexes
            time.sleep(pause + random.random())
            instance.kill("background")
        took = base.wait()
    tell(f"four documents of {paragraphs} chunks ready {took:.1f} s after the last of three kills")
    tell(f"{looking.answers} searches meanwhile")

    assert looking.problems == []
    assert looking.answers > 0
    base.check(chunks=4 * paragraphs)
    for document, number in ((0, 0), (1, 77), (3, paragraphs - 1)):
        best = base.search(f"locker d{first + document}n{number}", top_k=1)["passages"][0]
        assert f"d{first + document}n{number} " in best["text"]


def test_what_was_embedded_before_a_kill_is_not_embedded_again(base: Base, instance: Instance, tell: Tell) -> None:
    paragraphs, number = 400, next(_numbers) * 1000
    before = embedded(instance)
    document = base.add(number, paragraphs)
    wait_until(lambda: embedded(instance) - before >= 64, seconds=60, what="a batch is embedded", every=0.05)
    instance.kill("background")
    at_kill = embedded(instance) - before
    base.wait()
    tell(f"killed with {at_kill} of {paragraphs} embedded")
    assert at_kill < paragraphs, "it was killed in the middle"
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        times = connection.execute(
            "SELECT count(*), count(DISTINCT embedding.content_hash), min(created_at), max(created_at)"
            " FROM library_embedding embedding JOIN library_chunk USING (content_hash) WHERE document_id = %s",
            [document],
        ).fetchone()
    assert times is not None
    assert times[0] == times[1] == paragraphs
    base.check(chunks=paragraphs)


def test_kill_9_while_documents_come_and_go(base: Base, instance: Instance) -> None:
    first = next(_numbers) * 1000
    kept: list[int] = []
    with Searching(base) as looking:
        for document in range(12):
            made = base.add(first + document, 30)
            if document % 3 == 0:
                time.sleep(random.random() * 2)
                base.delete(made)
                assert base.person.http.get(f"/api/v1/documents/{made}").status_code == 404
            else:
                kept.append(first + document)
            if document in {4, 9}:
                instance.kill("background")
        base.wait()
    assert looking.problems == []
    base.check(chunks=30 * len(kept))
    gone = base.search(f"locker d{first}n3", top_k=5, mode="keyword")["passages"]
    assert not any(f"d{first}n" in passage["text"] for passage in gone)


def test_kill_9_in_mid_merge_leaves_a_whole_index(base: Base, instance: Instance, tell: Tell) -> None:
    first = next(_numbers) * 1000
    for document in range(10):
        base.add(first + document, 40)
    base.wait()
    with psycopg.connect(instance.database_url, autocommit=True) as connection, Searching(base) as looking:
        query = "SELECT id FROM library_index WHERE base_id = %s"
        (index,) = connection.execute(query, [base.id]).fetchone() or (None,)
        for round_ in range(4):
            connection.execute(
                "INSERT INTO library_job (id, created_at, updated_at, base_id, kind, index_id, rank, state, attempt,"
                " crashes, tries, lease_owner, anew, count) VALUES (gen_random_uuid(), now(), now(), %s, 'merge', %s,"
                " 0, 'waiting', 0, 0, 0, '', false, 0) ON CONFLICT DO NOTHING",
                [base.id, index],
            )
            base.add(first + 10 + round_, 40)
            time.sleep(random.random() * 2.5)
            instance.kill("background")
        base.wait()

        def merged() -> bool:
            row = connection.execute("SELECT count(*) FROM library_job WHERE index_id = %s", [index]).fetchone()
            return row == (0,)

        wait_until(merged, seconds=60, what="the merge is done", every=0.3)
    tell(f"{looking.answers} searches meanwhile")
    assert looking.problems == []
    base.check(chunks=14 * 40)


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk of its own can only be made by root")
def test_a_full_disk_is_waited_out(tmp_path: Path) -> None:
    home = tmp_path / "home"
    indexes = home / "indexes"
    indexes.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "none", indexes], check=False)
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        with Instance(home) as instance, Person.sign_up(instance.url) as ann:
            base = Base(ann, instance)
            base.add(1, 5)
            base.wait()
            base.add(2, 300)

            def is_full() -> bool:
                items = ann.http.get(f"/api/v1/knowledge/{base.id}/documents").json()["items"]
                return any((one["error"] or {}).get("code") == "disk_full" for one in items)

            wait_until(is_full, seconds=90, what="the document says that the disk is full", every=0.3)
            assert base.search("locker d1n3", top_k=1)["passages"], "what is there is found still"
            subprocess.run(["mount", "-o", "remount,size=200m", indexes], check=True)
            base.wait(seconds=120)
            base.check(chunks=305)
    finally:
        subprocess.run(["umount", "-l", indexes], check=True)
