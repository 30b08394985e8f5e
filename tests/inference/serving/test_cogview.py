"""The image server with a tiny CogView4 of random weights: real diffusers, real HTTP, our client."""

import io
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import httpx
import pytest
from PIL import Image

from inference.images import ImageModel, Pictures
from inference.pictures import PictureRequest, Step
from inference.streaming import Endpoint

pytestmark = pytest.mark.model
ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv-model" / "bin" / "python"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not PYTHON.exists() or subprocess.run([PYTHON, "-c", "import diffusers, orjson"], check=False).returncode:
        pytest.skip("The model server's environment has no diffusers: inference/serving/images/requirements.txt.")
    folder = tmp_path_factory.mktemp("models") / "tiny-cogview"
    subprocess.run([PYTHON, Path(__file__).with_name("tiny_cogview.py"), folder], check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [PYTHON, "-m", "inference.serving.images.server", "--model", folder, "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        _await(f"http://127.0.0.1:{port}/health", server)
        yield f"http://127.0.0.1:{port}/v1"
        server.terminate()


def _await(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _attempt in range(240):
        assert server.poll() is None, "The image server ended."
        try:
            httpx.get(address).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.25)
        else:
            return
    pytest.fail("The image server does not come up.")


async def drawn(url: str, wanted: PictureRequest) -> list[Step | Pictures]:
    async with aiohttp.ClientSession() as session:
        model = ImageModel(session, Endpoint(url=url, model="tiny-cogview"))
        return [event async for event in model.draw(wanted)]


async def test_each_step_is_told_and_the_picture_has_the_size(url: str) -> None:
    wanted = PictureRequest(prompt="一只猫", negative_prompt="a dog", width=512, height=544, steps=3, seed=1)
    *steps, last = await drawn(url, wanted)
    assert steps == [Step(1, 3), Step(2, 3), Step(3, 3)]
    assert isinstance(last, Pictures)
    with Image.open(io.BytesIO(last.files[0])) as picture:
        assert (picture.format, picture.size) == ("PNG", (512, 544))


async def test_the_same_seed_draws_the_same_and_another_one_does_not(url: str) -> None:
    first, again, other = [
        (await drawn(url, PictureRequest(prompt="x", width=512, height=512, steps=1, seed=seed)))[-1]
        for seed in (1, 1, 2)
    ]
    assert first == again
    assert first != other


async def test_leaving_early_frees_the_model_for_the_next(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        drawing = ImageModel(session, Endpoint(url=url, model="m")).draw(PictureRequest(prompt="x", steps=200))
        assert await anext(drawing) == Step(1, 200)
        await drawing.aclose()
    began = time.monotonic()
    assert isinstance((await drawn(url, PictureRequest(prompt="y", width=512, height=512, steps=1)))[-1], Pictures)
    assert time.monotonic() - began < 15
