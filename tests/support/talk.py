"""A conversation with an agent whose worker runs beside the test and executes when the test says so."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from glms.runs.engine import Engine
from tests.factories import SignedInClient


@dataclass
class Worker:
    """Executes runs when the test says so."""

    engine: Engine
    titles: list[UUID | None]

    def execute(self, run_id: str) -> None:
        self.engine.execute(UUID(run_id))


@dataclass
class Talk:
    """One person's conversation with one agent."""

    client: SignedInClient
    worker: Worker
    agent: dict[str, Any]
    id: str

    @property
    def path(self) -> str:
        return f"/api/v1/conversations/{self.id}"

    def start(self, **body: Any) -> Any:
        return self.client.post(f"{self.path}/runs", body)

    def say(self, text: str, **more: Any) -> dict[str, Any]:
        """Send, and let the run come to its end; the run."""
        return self.finish(self.start(text=text, **more))

    def again(self, message_id: str) -> dict[str, Any]:
        return self.finish(self.start(regenerate=message_id))

    def finish(self, answer: Any) -> dict[str, Any]:
        assert answer.status_code == 202, answer.content
        run_id = answer.json()["run"]["id"]
        self.worker.execute(run_id)
        return self.client.get(f"/api/v1/runs/{run_id}").json()

    def get(self) -> dict[str, Any]:
        return self.client.get(self.path).json()

    def messages(self, **params: Any) -> list[dict[str, Any]]:
        return self.client.get(f"{self.path}/messages", **params).json()["items"]

    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages()]
