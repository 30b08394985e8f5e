"""Asking for vectors and for the order of passages over real HTTP, of servers that behave and of servers that err."""

import array
import base64
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from inference.asking import session_to
from inference.embeddings import Embedding, EmbeddingModel
from inference.errors import BadReply, ContextLengthExceeded, InferenceError, ModelRefused, ModelUnavailable
from inference.rerank import RerankModel
from inference.streaming import Endpoint

Answer = Callable[[dict[str, Any]], Any]
SECRET = "a-secret-key"


class Server:
    """Answers each path by a function of the body; what is no body of its own is sent as it is."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.keys: list[str | None] = []
        self.answers: dict[str, Answer] = {}
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append((request.path, body))
        self.keys.append(request.headers.get("Authorization"))
        if request.path not in self.answers:
            return web.json_response({"error": {"message": "unknown"}}, status=404)
        told = self.answers[request.path](body)
        return told if isinstance(told, web.Response) else web.json_response(told)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    app = web.Application()
    app.router.add_post("/{path:.*}", made.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield made
    await runner.cleanup()


@pytest.fixture
def model(session: aiohttp.ClientSession, server: Server) -> Callable[..., EmbeddingModel]:
    def make(**how: Any) -> EmbeddingModel:
        return EmbeddingModel(session, Endpoint(url=server.url, model="e", key=SECRET), Embedding(**how))

    return make


Make = Callable[..., EmbeddingModel]


def written(*numbers: float) -> bytes:
    return array.array("f", numbers).tobytes()


def lengths(body: dict[str, Any]) -> dict[str, Any]:
    """A vector for each text: its length, and one. Told in the wrong order, as servers may."""
    items = [{"index": place, "embedding": [len(text), 1.0]} for place, text in enumerate(body["input"])]
    return {"data": items[::-1]}


def encoded(body: dict[str, Any]) -> dict[str, Any]:
    told = [base64.b64encode(written(len(text), 1.0)).decode() for text in body["input"]]
    return {"data": [{"index": place, "embedding": one} for place, one in enumerate(told)]}


@pytest.mark.parametrize("answer", [lengths, encoded])
async def test_vectors_come_in_the_order_of_the_texts(server: Server, model: Make, answer: Answer) -> None:
    server.answers["/v1/embeddings"] = answer
    vectors = await model().embed_passages(["a", "bbb", "北京"])
    assert vectors == [written(1, 1), written(3, 1), written(2, 1)]
    assert server.keys == [f"Bearer {SECRET}"]


async def test_many_texts_are_asked_for_in_batches(server: Server, model: Make) -> None:
    server.answers["/v1/embeddings"] = lengths
    texts = ["x" * (n % 7 + 1) for n in range(50)] + ["y" * 900, "z" * 2000, "end"]

    vectors = await model(most_texts=20, most_characters=1000).embed_passages(texts)

    assert vectors == [written(len(text), 1) for text in texts]
    sizes = [len(body["input"]) for _, body in server.asked]
    assert sum(sizes) == len(texts)
    assert max(sizes) <= 20
    assert all(len(body["input"]) == 1 or sum(map(len, body["input"])) <= 1000 for _, body in server.asked)


async def test_nothing_is_asked_for_nothing(server: Server, model: Make) -> None:
    assert await model().embed_passages([]) == []
    assert server.asked == []


async def test_a_question_and_a_passage_get_what_their_model_wants_before_them(server: Server, model: Make) -> None:
    server.answers["/v1/embeddings"] = lengths
    asked = model(before_query="query: ", before_passage="passage: ", asked_dimension=2)
    await asked.embed_query("a")
    await asked.embed_passages(["b"])
    assert [body["input"] for _, body in server.asked] == [["query: a"], ["passage: b"]]
    assert [body["dimensions"] for _, body in server.asked] == [2, 2]


async def test_the_dimension_is_learned_and_insisted_on(server: Server, model: Make) -> None:
    server.answers["/v1/embeddings"] = lengths
    assert await model().dimension() == 2
    with pytest.raises(ModelRefused, match="2 numbers for a text, not 512"):
        await model(dimension=512).embed_query("a")


@pytest.mark.parametrize(
    "told",
    [
        {},
        [],
        {"data": None},
        {"data": []},
        {"data": [{"index": 0, "embedding": [1.0]}]},
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 7, "embedding": [1.0]}]},
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}]},
        {"data": [{"index": 0, "embedding": "###"}, {"index": 1, "embedding": "###"}]},
        {"data": [{"index": 0, "embedding": ["x"]}, {"index": 1, "embedding": ["x"]}]},
        {"data": [{"embedding": base64.b64encode(written(float("nan"))).decode()}] * 2},
        web.Response(text="<html>not json"),
    ],
)
async def test_what_is_no_answer_is_told_as_such(server: Server, model: Make, told: Any) -> None:
    server.answers["/v1/embeddings"] = lambda _body: retried(told)
    with pytest.raises(BadReply):
        await model().embed_passages(["a", "b"])


def retried(told: Any) -> web.Response:
    return web.Response(text=told.text) if isinstance(told, web.Response) else web.json_response(told)


async def test_a_busy_server_is_asked_again(server: Server, model: Make) -> None:
    def answer(body: dict[str, Any]) -> Any:
        if len(server.asked) < 3:
            return web.Response(status=503 if len(server.asked) == 1 else 429, headers={"Retry-After": "0"})
        return lengths(body)

    server.answers["/v1/embeddings"] = answer
    assert await model().embed_query("abc") == written(3, 1)
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("status", "text", "error", "times"),
    [
        (400, "nothing wrong told", ModelRefused, 1),
        (400, "maximum context length is 512 tokens", ContextLengthExceeded, 1),
        (401, "wrong words", ModelRefused, 1),
        (404, "wrong words", ModelRefused, 1),
        (500, "broken", ModelUnavailable, 3),
    ],
)
async def test_refusals_keep_their_meaning(
    server: Server, model: Make, status: int, text: str, error: type[InferenceError], times: int
) -> None:
    server.answers["/v1/embeddings"] = lambda _body: web.Response(
        status=status, text=text, headers={"Retry-After": "0"}
    )
    with pytest.raises(error) as caught:
        await model().embed_passages(["a"])
    assert text not in str(caught.value)
    assert len(server.asked) == times


async def test_a_server_that_is_not_there(session: aiohttp.ClientSession) -> None:
    model = EmbeddingModel(session, Endpoint(url="http://127.0.0.1:9/v1", model="e"))
    with pytest.raises(ModelUnavailable):
        await model.embed_query("a")


async def test_the_key_is_in_no_log_and_no_error(
    server: Server, model: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers["/v1/embeddings"] = lambda _body: web.Response(status=400, text=f"key {SECRET} is wrong")
    with pytest.raises(ModelRefused) as caught:
        await model().embed_query("a")
    assert SECRET not in caplog.text + str(caught.value) + repr(Endpoint(url="u", model="m", key=SECRET))


def ranked(body: dict[str, Any]) -> dict[str, Any]:
    """As `/v1/rerank` answers: sorted."""
    scored = sorted(enumerate(body["documents"]), key=lambda pair: -len(pair[1]))
    return {"results": [{"index": place, "relevance_score": len(text) / 10} for place, text in scored]}


def scored(body: dict[str, Any]) -> dict[str, Any]:
    return {"data": [{"index": place, "score": len(text) / 10} for place, text in enumerate(body["documents"])]}


@pytest.mark.parametrize(("path", "answer"), [("/v1/rerank", ranked), ("/score", scored)])
async def test_passages_are_scored_by_either_endpoint(
    session: aiohttp.ClientSession, server: Server, path: str, answer: Answer
) -> None:
    server.answers[path] = answer
    model = RerankModel(session, Endpoint(url=server.url, model="r"))
    passages = ["x" * (n % 9 + 1) for n in range(150)]

    assert await model.scores("q", passages) == [len(text) / 10 for text in passages]
    assert await model.scores("q", []) == []
    assert [asked for asked, _ in server.asked].count("/v1/rerank") <= 2


async def test_a_rerank_server_that_refuses_both_says_why(session: aiohttp.ClientSession, server: Server) -> None:
    server.answers["/v1/rerank"] = lambda _body: web.Response(status=401, text="no")
    with pytest.raises(ModelRefused, match="key"):
        await RerankModel(session, Endpoint(url=server.url, model="r")).scores("q", ["a"])


@pytest.mark.parametrize("told", [{}, {"results": [{"index": 0}]}, {"results": []}, {"results": [{"index": 5}]}])
async def test_scores_that_are_none(session: aiohttp.ClientSession, server: Server, told: Any) -> None:
    server.answers["/v1/rerank"] = lambda _body: told
    with pytest.raises(BadReply):
        await RerankModel(session, Endpoint(url=server.url, model="r")).scores("q", ["a"])


async def test_a_session_reaches_sockets_and_addresses() -> None:
    session, url = session_to("http://encoder:8000/v1")
    await session.close()
    assert url == "http://encoder:8000/v1"
    session, url = session_to("unix:/tmp/none.sock")
    with pytest.raises(ModelUnavailable):
        await EmbeddingModel(session, Endpoint(url=url, model="e")).embed_query("a")
    await session.close()
