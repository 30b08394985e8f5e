"""Drawing pictures through a real server: stored, shown, told to the model, and refused where they cannot be had."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web
from PIL import Image, PngImagePlugin

from glms.outbound.policy import read_policy
from glms.tools.builtin.images import ImageKit
from glms.tools.builtin.images.picture import as_png
from glms.tools.kit import Surroundings
from inference.errors import ToolError
from inference.observations import Artefact, Observation
from inference.pictures import PictureRequest, Step
from inference.serving.images.app import Cancelled, Told, application
from inference.tools import CallContext, Progress
from tests.outbound.attack import Canary, lines


@dataclass(frozen=True)
class Settings:
    url: str = ""
    model: str = "cogview"
    key: str = ""


@dataclass
class Drawer:
    """Files in memory."""

    kept: dict[str, bytes] = field(default_factory=dict)

    async def save(self, name: str, data: bytes) -> Artefact:
        self.kept[name] = data
        return Artefact(id="f1", name=name, media_type="image/png", size=len(data))

    async def listing(self) -> list[Artefact]:
        return []

    async def read(self, file_id: str) -> bytes:
        raise NotImplementedError


class Painter:
    """Fills the size with red, with a secret in the file's metadata."""

    name = "cogview"

    def __init__(self) -> None:
        self.asked: list[PictureRequest] = []
        self.cancelled = threading.Event()

    def paint(self, wanted: PictureRequest, tell: Told) -> list[bytes]:
        self.asked.append(wanted)
        steps = 400 if "slow" in wanted.prompt else 2
        for step in range(steps):
            try:
                tell(Step(step + 1, steps))
            except Cancelled:
                self.cancelled.set()
                raise
            if steps > 2:
                threading.Event().wait(0.02)
        return [red(wanted.width, wanted.height)]


def red(width: int, height: int) -> bytes:
    note = PngImagePlugin.PngInfo()
    note.add_text("parameters", "secret")
    file = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(file, format="PNG", pnginfo=note)
    return file.getvalue()


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    await runner.cleanup()


async def draw(url: str, drawer: Drawer, report: Callable[[Progress], None] | None = None, **arguments: Any) -> Any:
    around = Surroundings(conversation_id=uuid4(), user_id=uuid4(), workspace_id=uuid4(), files=drawer)
    [tool] = ImageKit(settings=Settings(url=url), policy=read_policy(())).tools(around)
    return await tool.run(arguments, CallContext(key="k", report=report or (lambda _told: None)))


async def test_a_picture_is_drawn_stored_shown_and_told_to_the_model() -> None:
    painter, drawer, told = Painter(), Drawer(), list[Progress]()
    async with served(application(painter)) as url:
        seen = await draw(url, drawer, told.append, prompt="A red fox, in snow", size="768x512", negative_prompt="text")
    assert isinstance(seen, Observation)
    assert seen.text.startswith("CogView 已经生成并向用户展示了生成的图片。\n")
    assert seen.metadata == "cogview_result"
    assert seen.view is not None
    assert (seen.view["kind"], seen.view["prompt"], seen.view["size"]) == ("image", "A red fox, in snow", "768x512")
    assert [one.name for one in seen.artefacts] == ["A-red-fox-in-snow.png"]
    assert painter.asked == [PictureRequest(prompt="A red fox, in snow", width=768, height=512, negative_prompt="text")]
    assert [one.fraction for one in told] == [None, 0.5, 1.0]
    with Image.open(io.BytesIO(drawer.kept["A-red-fox-in-snow.png"])) as picture:
        assert (picture.size, picture.getpixel((5, 5))) == ((768, 512), (255, 0, 0))


async def test_what_the_server_wrote_into_the_file_is_not_kept() -> None:
    drawer = Drawer()
    async with served(application(Painter())) as url:
        await draw(url, drawer, prompt="红色")
    assert b"secret" in red(8, 8)
    assert b"secret" not in drawer.kept["红色.png"]


async def test_a_call_that_is_cancelled_stops_the_server() -> None:
    painter, begun = Painter(), asyncio.Event()
    async with served(application(painter)) as url:
        call = asyncio.create_task(
            draw(url, Drawer(), lambda told: begun.set() if told.fraction else None, prompt="slow")
        )
        await asyncio.wait_for(begun.wait(), 5)
        call.cancel()
        assert isinstance((await asyncio.gather(call, return_exceptions=True))[0], asyncio.CancelledError)
        assert await asyncio.to_thread(painter.cancelled.wait, 5)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"prompt": 5},
        {"prompt": " "},
        {"prompt": "x", "size": "big"},
        {"prompt": "x", "size": "4096x4096"},
        {"prompt": "x" * 9000},
    ],
)
async def test_the_model_is_told_what_cannot_be_drawn(arguments: dict[str, Any]) -> None:
    painter = Painter()
    async with served(application(painter)) as url:
        with pytest.raises(ToolError):
            await draw(url, Drawer(), **arguments)
    assert painter.asked == []


async def test_a_server_that_is_away_is_an_observation() -> None:
    with pytest.raises(ToolError, match="cannot be reached"):
        await draw("http://127.0.0.1:9/v1", Drawer(), prompt="x")


async def test_no_address_of_the_corpus_is_fetched_for_an_image_server() -> None:
    canary, told = Canary(), list[str]()

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"data": [{"url": told[-1]}]})

    app = web.Application()
    app.router.add_post("/v1/images/generations", answer)
    async with served(app) as url:
        for _, line in lines():
            told.append(canary.url(line))
            with pytest.raises(ToolError, match="This address is not allowed"):
                await draw(url, Drawer(), prompt="x")
    canary.close()
    assert len(told) > 100
    assert canary.caught == 0


async def test_an_address_inside_is_not_fetched() -> None:
    fetched: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"data": [{"url": f"http://127.0.0.1:{request.url.port}/picture.png"}]})

    async def picture(request: web.Request) -> web.Response:
        fetched.append(request.path)
        return web.Response(body=red(512, 512))

    app = web.Application()
    app.router.add_post("/v1/images/generations", answer)
    app.router.add_get("/picture.png", picture)
    async with served(app) as url:
        with pytest.raises(ToolError, match="not allowed"):
            await draw(url, Drawer(), prompt="x")
    assert fetched == []


@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a\x01\x00\x01\x00", red(64, 64)[:60]]
)
def test_what_is_no_picture_is_not_stored(data: bytes) -> None:
    with pytest.raises(ToolError, match="not a picture"):
        as_png(data)


def test_a_picture_too_large_is_not_unpacked() -> None:
    file = io.BytesIO()
    Image.new("1", (5000, 5000)).save(file, format="PNG")
    with pytest.raises(ToolError, match="too large"):
        as_png(file.getvalue())


def test_without_a_server_the_kit_says_what_to_set() -> None:
    unset = ImageKit(settings=Settings(), policy=read_policy(()))
    assert "GLMS_IMAGE_URL" in unset.unavailable()
    assert ImageKit(settings=Settings(url="http://images:8090/v1"), policy=read_policy(())).unavailable() == ""
    assert [tool.name for tool in unset.outline()] == ["text_to_image"]
