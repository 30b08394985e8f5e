"""The packaged encoder behind its endpoint: the real model, started by the process that holds its socket."""

import asyncio
import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import aiohttp
import numpy as np
import psutil
import pytest

from inference.asking import session_to
from inference.embeddings import Embedding, EmbeddingModel
from inference.serving.embeddings.batching import SLICE_CHARACTERS, Batcher
from inference.streaming import Endpoint

NAME, DIMENSION = "universal-sentence-encoder-multilingual-3", 512
IDLE = 1.5
GATE = "inference.serving.embeddings.gate"
PROJECT = Path(__file__).parents[3]


def gate(address: str, *, idle: float) -> subprocess.Popen[bytes]:
    started = subprocess.Popen(
        [sys.executable, "-S", "-m", GATE, "--listen", address, "--idle", str(idle)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == b"The encoder listens.\n"
    return started


def end(started: subprocess.Popen[bytes]) -> None:
    started.terminate()
    assert started.wait(20) == 0
    assert started.stdout is not None
    started.stdout.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = f"unix:{tmp_path_factory.mktemp('e')}/e.sock"
    started = gate(path, idle=120)
    yield path
    end(started)


@pytest.fixture
async def session(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    made, _ = session_to(address)
    yield made
    await made.close()


def server_of(started: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(started.pid).children()


async def embed(session: aiohttp.ClientSession, texts: Sequence[str]) -> np.ndarray:
    model = EmbeddingModel(session, Endpoint(url="http://local/v1", model=NAME), Embedding(dimension=DIMENSION))
    return np.stack([np.frombuffer(vector, np.float32) for vector in await model.embed_passages(texts)])


async def test_what_means_the_same_is_near_in_both_languages(session: aiohttp.ClientSession) -> None:
    texts = ["我想预订一张去北京的机票", "I would like to book a flight to Beijing", "The cat sleeps on the sofa"]
    vectors = await embed(session, texts)
    assert vectors.shape == (3, DIMENSION)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    near, far = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    assert near > 0.6 > far + 0.3


async def test_floats_and_base64_are_the_same_vector(session: aiohttp.ClientSession) -> None:
    url = "http://local/v1/embeddings"
    answers = []
    for form in ({}, {"encoding_format": "float"}, {"encoding_format": "base64", "dimensions": DIMENSION}):
        async with session.post(url, json={"model": NAME, "input": "你好，世界", **form}) as response:
            answers.append(await response.json())
    plain, floats, encoded = (answer["data"][0]["embedding"] for answer in answers)
    assert plain == floats
    assert np.frombuffer(base64.b64decode(encoded), np.float32) == pytest.approx(np.array(floats))
    assert answers[0]["usage"]["prompt_tokens"] == answers[0]["usage"]["total_tokens"] > 2
    assert answers[0]["model"] == NAME


async def test_a_text_has_the_same_vector_alone_and_among_others(session: aiohttp.ClientSession) -> None:
    texts = [f"第{n}段：{'机器学习 machine learning ' * (n % 17)}" for n in range(90)]
    together = await embed(session, texts)
    alone = await embed(session, texts[40:41])
    assert together[40] == pytest.approx(alone[0], abs=1e-4)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "invalid_request"),
        (b"[]", 400, "invalid_request"),
        (b"{}", 400, "invalid_request"),
        (b'{"input": ""}', 400, "invalid_request"),
        (b'{"input": []}', 400, "invalid_request"),
        (b'{"input": [1, 2]}', 400, "invalid_request"),
        (b'{"input": ["a", ""]}', 400, "invalid_request"),
        (b'{"input": "a", "model": "bge-m3"}', 404, "model_not_found"),
        (b'{"input": "a", "dimensions": 256}', 400, "invalid_request"),
        (b'{"input": "a", "encoding_format": "hex"}', 400, "invalid_request"),
        (b'{"input": "' + b"a" * 40_000 + b'"}', 400, "context_length_exceeded"),
    ],
)
async def test_what_it_does_not_do_is_refused(
    session: aiohttp.ClientSession, body: bytes, status: int, code: str
) -> None:
    async with session.post("http://local/v1/embeddings", data=body) as response:
        assert response.status == status
        assert (await response.json())["error"]["code"] == code


async def test_it_says_what_it_serves_and_that_it_is_well(session: aiohttp.ClientSession) -> None:
    async with session.get("http://local/v1/models") as response:
        assert [(one["id"], one["dimension"]) for one in (await response.json())["data"]] == [(NAME, DIMENSION)]
    async with session.get("http://local/health") as response:
        assert response.status == 200


async def test_odd_characters_are_no_trouble(session: aiohttp.ClientSession) -> None:
    vectors = await embed(session, ["\x00", "\ud83d", "😀" * 50, "ـ" * 300, " \n\t ", "a" * 30_000])
    assert np.isfinite(vectors).all()


async def test_the_socket_is_its_owners_only(address: str) -> None:
    assert os.stat(address.removeprefix("unix:")).st_mode & 0o777 == 0o600  # noqa: PTH116


async def test_an_idle_encoder_frees_its_memory_and_comes_back(tmp_path: Path) -> None:
    address = f"unix:{tmp_path}/e.sock"
    started = gate(address, idle=IDLE)
    try:
        assert server_of(started) == []
        idle = psutil.Process(started.pid).memory_full_info().pss
        for _ in range(2):
            session, _ = session_to(address)
            assert (await embed(session, ["hello"])).shape == (1, DIMENSION)
            assert len(server_of(started)) == 1
            await session.close()
            until = time.monotonic() + 30
            while server_of(started):
                assert time.monotonic() < until, "it did not end"
                await asyncio.sleep(0.1)
        assert idle < 8_000_000
    finally:
        end(started)


async def test_a_server_that_died_is_started_again(tmp_path: Path) -> None:
    address = f"unix:{tmp_path}/e.sock"
    started = gate(address, idle=60)
    try:
        session, _ = session_to(address)
        await embed(session, ["one"])
        server_of(started)[0].kill()
        assert (await embed(session, ["two"])).shape == (1, DIMENSION)
        await session.close()
    finally:
        end(started)


async def test_a_server_without_its_starter_ends(tmp_path: Path) -> None:
    address = f"unix:{tmp_path}/e.sock"
    started = gate(address, idle=60)
    session, _ = session_to(address)
    await embed(session, ["one"])
    await session.close()
    [server] = server_of(started)
    started.send_signal(signal.SIGKILL)
    started.wait(10)
    assert started.stdout is not None
    started.stdout.close()
    server.wait(20)
    assert not server.is_running()


class Slow:
    """An encoder that takes a moment for each slice, and knows which texts it was given."""

    name = "slow"
    dimension = 1

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> tuple[np.ndarray, int]:
        self.seen.extend(texts)
        time.sleep(0.02)
        if "break" in texts:
            raise RuntimeError("broken")
        return np.array([[len(text)] for text in texts], np.float32), len(texts)


async def test_a_question_does_not_wait_for_a_document() -> None:
    slow = Slow()
    batcher = Batcher(slow, threads=1)
    passages = [str(n % 10) * (SLICE_CHARACTERS // 2) for n in range(40)]
    document = asyncio.create_task(batcher.encode(passages))
    await asyncio.sleep(0.05)

    vectors, tokens = await batcher.encode(["why"])

    assert (vectors.tolist(), tokens) == ([[3]], 1)
    assert not document.done()
    assert (await document)[0].shape == (40, 1)
    assert len(slow.seen) == 41
    batcher.close()


async def test_a_request_that_fails_or_is_left_lets_the_others_go_on() -> None:
    slow = Slow()
    batcher = Batcher(slow, threads=2)
    left = asyncio.create_task(batcher.encode(["x" * SLICE_CHARACTERS] * 30))
    await asyncio.sleep(0.03)
    left.cancel()
    with pytest.raises(RuntimeError):
        await batcher.encode(["break"])
    assert (await batcher.encode(["fine"]))[0].tolist() == [[4]]
    await asyncio.sleep(0.1)
    assert len(slow.seen) < 20
    assert not batcher.is_busy
    batcher.close()
