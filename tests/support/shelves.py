"""A person's knowledge base in a test: documents come, are worked in when the test says so, and are looked for."""

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from glms.library.worker import Worker
from tests.factories import SignedInClient
from tests.support.embeddings import EmbeddingServer

API = "/api/v1"


@dataclass
class Library:
    """One base. `work` does all jobs that are open, in the test's own thread."""

    client: SignedInClient
    base: dict[str, Any]
    worker: Worker
    encoder: EmbeddingServer

    @property
    def id(self) -> str:
        return str(self.base["id"])

    @property
    def path(self) -> str:
        return f"{API}/knowledge/{self.id}"

    def get(self) -> dict[str, Any]:
        return self._json(self.client.get(self.path))

    def upload(self, name: str, data: bytes) -> Any:
        return self.client.http.post(f"{self.path}/documents", {"file": SimpleUploadedFile(name, data)})

    def text(self, name: str, text: str) -> dict[str, Any]:
        return self._json(self.client.post(f"{self.path}/documents/text", {"name": name, "text": text}), 201)

    def work(self, *, most: int = 1000) -> int:
        """How many jobs were done."""
        for done in range(most):
            if not self.worker.one():
                return done
        raise AssertionError("there is always more to do")

    def add(self, name: str, text: str) -> dict[str, Any]:
        """Bring a text and work it in; the document."""
        document = self.text(name, text)
        self.work()
        return self.document(document["id"])

    def document(self, document_id: str) -> dict[str, Any]:
        return self._json(self.client.get(f"{API}/documents/{document_id}"))

    def documents(self, **params: Any) -> list[dict[str, Any]]:
        return list(self._json(self.client.get(f"{self.path}/documents", **params))["items"])

    def chunks(self, document_id: str) -> list[dict[str, Any]]:
        return list(self._json(self.client.get(f"{API}/documents/{document_id}/chunks", limit=100))["items"])

    def search(self, query: str, **more: Any) -> dict[str, Any]:
        body = {"query": query, "knowledge_ids": [self.id], **more}
        return self._json(self.client.post(f"{API}/knowledge/search", body))

    def found(self, query: str, **more: Any) -> list[str]:
        """The names of the documents of what is found, the best first."""
        return [passage["document"]["name"] for passage in self.search(query, **more)["passages"]]

    @staticmethod
    def _json(answer: Any, status: int = 200) -> Any:
        assert answer.status_code == status, answer.content
        return answer.json()
