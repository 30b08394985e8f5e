"""A server of `/v1/embeddings` and `/v1/rerank` whose vectors come of the words: alike texts have like vectors."""

import hashlib
import json
import math
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

DIMENSION = 512
WORDS = re.compile(r"[\u3400-\u9fff]|[a-z0-9]+")


def words_of(text: str) -> list[str]:
    return WORDS.findall(text.lower())


def vector_of(text: str, dimension: int = DIMENSION) -> list[float]:
    """The sum of a vector for each word, of length 1."""
    total = [0.0] * dimension
    for word in words_of(text) or ["nothing"]:
        digest = hashlib.sha256(word.encode()).digest()
        for at in range(0, 16, 2):
            place = int.from_bytes(digest[at : at + 2]) % dimension
            total[place] += 1.0 if digest[16 + at // 2] % 2 else -1.0
    length = math.sqrt(sum(value * value for value in total)) or 1.0
    return [value / length for value in total]


class EmbeddingServer:
    """`with EmbeddingServer() as server`: at `server.url`.

    texts: all that were embedded, in order. requests: how many came. failing: the status of every answer until it
    is 0 again. dimension: of the
    vectors from now on. delay: seconds before each answer.
    """

    def __init__(self, dimension: int = DIMENSION) -> None:
        self.dimension = dimension
        self.texts: list[str] = []
        self.requests = 0
        self.failing = 0
        self.delay = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.owner = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reset(self) -> None:
        self.texts.clear()
        self.requests = 0
        self.failing, self.delay, self.dimension = 0, 0.0, DIMENSION


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        owner: EmbeddingServer = self.server.owner  # type: ignore[attr-defined]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        owner.requests += 1
        threading.Event().wait(owner.delay)
        if owner.failing:
            self._send(owner.failing, {"error": {"message": "scripted fault"}})
        elif self.path.endswith("/embeddings"):
            self._send(200, _embeddings(owner, body))
        else:
            self._send(200, _ranks(body))

    def _send(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


def _embeddings(owner: EmbeddingServer, body: dict) -> dict:
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    owner.texts.extend(texts)
    data = [
        {"object": "embedding", "index": at, "embedding": vector_of(text, owner.dimension)}
        for at, text in enumerate(texts)
    ]
    return {"object": "list", "model": body["model"], "data": data, "usage": {"prompt_tokens": 0, "total_tokens": 0}}


def _ranks(body: dict) -> dict:
    """The share of the query's words that a document has."""
    wanted = set(words_of(body["query"]))
    scored = [
        {"index": at, "relevance_score": len(wanted & set(words_of(text))) / max(1, len(wanted))}
        for at, text in enumerate(body["documents"])
    ]
    return {"id": "rank", "model": body["model"], "results": sorted(scored, key=lambda one: -one["relevance_score"])}
