"""A person with an HTTP client: signs up, makes agents, talks to them, follows runs as a page or an app does."""

import contextlib
import itertools
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from inference.events import TERMINAL_TYPES, decode
from inference.replay import rebuild

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


class Person:
    """One signed-in user.

    >>> ann = Person.sign_up(instance.url)
    >>> run_id = ann.run("[[say hello]]")
    >>> ann.ended(run_id)["status"]
    'finished'
    """

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token
        limits = httpx.Limits(max_connections=300, max_keepalive_connections=50)
        headers = {"X-Session-Token": token}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=30, limits=limits, trust_env=False)
        self._agents: dict[tuple[str, ...], str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    @classmethod
    def sign_up(cls, url: str) -> Self:
        body = {"email": f"person-{next(_numbers)}@example.com", "password": PASSWORD, "name": "Ann"}
        answer = httpx.post(f"{url}/_allauth/app/v1/auth/signup", json=body, timeout=30, trust_env=False)
        assert answer.status_code == 200, answer.text
        return cls(url, answer.json()["meta"]["session_token"])

    # --- what they do -----------------------------------------------------------------------------------------------
    def agent(self, *tools: str) -> str:
        """The agent with these tools, made at the first call."""
        if tools not in self._agents:
            draft = {"name": "Agent", "tools": [{"name": name} for name in tools], "max_turns": 20}
            answer = self.http.post("/api/v1/agents", json={"draft": draft})
            assert answer.status_code == 201, answer.text
            self._agents[tools] = answer.json()["id"]
        return self._agents[tools]

    def conversation(self, *tools: str) -> str:
        """A new test conversation: without a title of the model's making, so that the model hears only the runs."""
        body = {"agent_id": self.agent(*tools), "test": True}
        answer = self.http.post("/api/v1/conversations", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def send(self, conversation_id: str, text: str, *, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.http.post(f"/api/v1/conversations/{conversation_id}/runs", json={"text": text}, headers=headers)

    def run(self, text: str, *, tools: Sequence[str] = (), conversation_id: str | None = None) -> str:
        """Send a message, in a new conversation unless told otherwise; the run's id."""
        answer = self.send(conversation_id or self.conversation(*tools), text)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["run"]["id"])

    def state(self, run_id: str) -> dict[str, Any]:
        answer = self.http.get(f"/api/v1/runs/{run_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def cancel(self, run_id: str) -> httpx.Response:
        return self.http.post(f"/api/v1/runs/{run_id}/cancel")

    def ended(self, run_id: str, *, seconds: float = 60) -> dict[str, Any]:
        """The run once it has ended; asked patiently, whatever part of the instance is away meanwhile."""
        deadline = time.monotonic() + seconds
        state: dict[str, Any] = {}
        while time.monotonic() < deadline:
            with contextlib.suppress(AssertionError, httpx.TransportError):
                state = self.state(run_id)
                if state["status"] not in {"queued", "running"}:
                    return state
            time.sleep(0.1)
        raise AssertionError(f"run {run_id} did not end within {seconds} s: {json.dumps(state)[:2000]}")

    def follow(self, run_id: str, after: int = 0) -> "SseReader":
        """A reader by server-sent events, which comes back by number whenever it is cut."""
        return SseReader(self, run_id, after).begin()

    def follow_by_socket(self, run_id: str, after: int = 0) -> "SocketReader":
        """A reader by the page's socket, which comes back by number whenever it is cut."""
        return SocketReader(self, run_id, after).begin()

    def socket(self) -> ClientConnection:
        """The page's socket, open."""
        address = urlsplit(self.url)
        return connect(
            f"ws://{address.netloc}/ws/v1",
            origin=self.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": f"glms={self.token}"},
            proxy=None,
            open_timeout=10,
        )


def text_of(state: dict[str, Any]) -> str:
    """All that the model said in a run, as its message keeps it."""
    return "\n\n".join(item["text"] for item in state["items"] if item["kind"] == "turn" and item["text"])


def calls_of(state: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in state["items"] if item["kind"] == "call"]


class Reader(threading.Thread):
    """Follows one run in a thread of its own, to its end.

    events: as they came; heard_at: when, in epoch seconds; cuts: how often it had to come back.
    """

    def __init__(self, person: Person, run_id: str, after: int) -> None:
        super().__init__(daemon=True)
        self.person = person
        self.run_id = run_id
        self.after = after
        self.events: list[dict[str, Any]] = []
        self.heard_at: list[float] = []
        self.cuts = 0
        self.problem: BaseException | None = None
        self._halt = threading.Event()
        self.has_end = threading.Event()

    def begin(self) -> Self:
        self.start()
        return self

    @property
    def last(self) -> int:
        return int(self.events[-1]["seq"]) if self.events else self.after

    def run(self) -> None:
        try:
            while not self._halt.is_set() and not self.has_end.is_set():
                try:
                    for event in self.listen(self.last):
                        self._take(event)
                        if self._halt.is_set():
                            return
                except (httpx.TransportError, OSError, WebSocketException):
                    pass
                if not self.has_end.is_set():
                    self.cuts += 1
                    time.sleep(0.2)
        except BaseException as problem:
            self.problem = problem
            self.has_end.set()

    def listen(self, after: int) -> Iterator[dict[str, Any]]:
        raise NotImplementedError

    def _take(self, event: dict[str, Any]) -> None:
        assert not self.has_end.is_set(), f"something came after the end: {event}"
        assert event["seq"] == self.last + 1, f"{event['seq']} came after {self.last}"
        self.events.append(event)
        self.heard_at.append(time.time())
        if event["type"] in TERMINAL_TYPES:
            self.has_end.set()

    # --- for tests --------------------------------------------------------------------------------------------------
    def text(self) -> str:
        """What its page shows now."""
        turns = [item for item in rebuild(decode(event) for event in list(self.events)).items if item.kind == "turn"]
        return "\n\n".join(turn.text for turn in turns if turn.text)

    def state(self) -> dict[str, Any]:
        """The run as it put it together."""
        return json.loads(json.dumps(asdict(rebuild(decode(event) for event in self.events))))

    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    def lag(self, *, since: float = 0.0) -> float:
        """The longest time in seconds from an event's making to its coming, of those made after `since`."""
        times = zip(self.events, self.heard_at, strict=False)
        return max((at - event["at_ms"] / 1000 for event, at in times if event["at_ms"] / 1000 > since), default=0.0)

    def silence(self) -> float:
        """The longest time in seconds between two events."""
        return max((after - before for before, after in itertools.pairwise(self.heard_at)), default=0.0)

    def until(self, kind: str, *, count: int = 1, seconds: float = 30) -> Self:
        """Wait for so many events of a type."""
        deadline = time.monotonic() + seconds
        while self.types().count(kind) < count:
            assert self.problem is None, self.problem
            assert time.monotonic() < deadline, f"no {kind} within {seconds} s: {self.types()[-20:]}"
            ended_without = self.has_end.is_set() and self.types().count(kind) < count
            assert not ended_without, f"ended without {kind}: {self.types()[-20:]}"
            time.sleep(0.02)
        return self

    def wait(self, seconds: float = 60) -> Self:
        """Wait for the run's end."""
        if not self.has_end.wait(seconds):
            self._halt.set()
            raise AssertionError(f"{self.run_id} has no end within {seconds} s, last: {self.events[-3:]}")
        if self.problem is not None:
            raise self.problem
        return self

    def stop(self) -> None:
        self._halt.set()


class SseReader(Reader):
    def listen(self, after: int) -> Iterator[dict[str, Any]]:
        headers = {"Last-Event-ID": str(after)}
        with self.person.http.stream(
            "GET", f"/api/v1/runs/{self.run_id}/events", headers=headers, timeout=httpx.Timeout(10, read=60)
        ) as answer:
            if answer.status_code >= 500:
                return
            assert answer.status_code == 200, answer.status_code
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    yield json.loads(line[6:])


class SocketReader(Reader):
    def listen(self, after: int) -> Iterator[dict[str, Any]]:
        with self.person.socket() as socket:
            socket.send(json.dumps({"type": "follow", "run_id": self.run_id, "after": after}))
            while not self._halt.is_set():
                with contextlib.suppress(TimeoutError):
                    message = json.loads(socket.recv(timeout=1))
                    match message["type"]:
                        case "event":
                            yield message["event"]
                        case "resume":
                            assert message["after"] == self.last, message
                            return
                        case "end":
                            return
                        case other:
                            raise AssertionError(f"{other}: {message}")
