"""Text to image as people pick it, and as a model sees it."""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any, Protocol

import aiohttp

from glms.outbound.client import OutboundClient, Request
from glms.outbound.errors import OutboundError
from glms.outbound.policy import Policy
from glms.tools.builtin.images.picture import as_png
from glms.tools.kit import Surroundings
from inference.errors import BadReply, InferenceError, ToolError
from inference.images import MOST_BYTES, ImageModel
from inference.observations import Observation
from inference.pictures import NotPossible, PictureRequest, Step, read_size
from inference.streaming import Endpoint
from inference.tools import CallContext, Progress, Tool

SECONDS = 600.0
"""For one picture, its turn in the server's queue included."""
MOST_PROMPT = 8000
SHOWN = "CogView 已经生成并向用户展示了生成的图片。"
"""What GLM-4 was trained to read after a picture."""
METADATA = "cogview_result"
UNSET = "No image model is set up: set GLMS_IMAGE_URL (a base that ends in /v1), GLMS_IMAGE_MODEL and GLMS_IMAGE_KEY."


class ImageSettings(Protocol):
    @property
    def url(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def key(self) -> str: ...


class TextToImage:
    """Draws one picture and shows it to the user."""

    name: str = "text_to_image"
    description: str = (
        "Draws a picture from a description and shows it to the user. Describe the whole picture in English: subject, "
        "surroundings, style, light. The user sees the picture; do not repeat its address."
    )
    parameters: Mapping[str, Any] = {
        "type": "object",
        "properties": {
            "prompt": {"type": "string", "description": "What the picture shows, in English."},
            "size": {
                "type": "string",
                "description": "WIDTHxHEIGHT in pixels, 512 to 2048 each and divisible by 32, such as 1024x1024 "
                "(the default), 1344x768 or 768x1344.",
            },
            "negative_prompt": {"type": "string", "description": "What the picture must not show."},
        },
        "required": ["prompt"],
        "additionalProperties": False,
    }
    repeatable: bool = True
    changes_world: bool = False
    timeout: float = SECONDS + 30

    def __init__(self, *, settings: ImageSettings, policy: Policy, around: Surroundings | None) -> None:
        self._settings = settings
        self._policy = policy
        self._around = around

    async def run(self, arguments: dict[str, Any], context: CallContext) -> Observation:
        """The picture, stored and shown. Raises ToolError."""
        if not self._settings.url:
            raise ToolError(UNSET)
        if self._around is None:
            raise ToolError("Pictures belong to a conversation.")
        wanted = _wanted(arguments)
        began = time.monotonic()
        try:
            data = await self._drawn(wanted, context)
        except InferenceError as error:
            raise ToolError(f"The picture could not be drawn: {error.message}") from error
        picture, size = await asyncio.to_thread(as_png, data)
        stored = await self._around.files.save(_file_name(wanted.prompt), picture)
        seconds = round(time.monotonic() - began, 1)
        return Observation(
            text=f"{SHOWN}\nThe picture ({size}) has been drawn and shown to the user.",
            metadata=METADATA,
            view={"kind": "image", "prompt": wanted.prompt, "size": size, "seconds": seconds},
            artefacts=(stored,),
        )

    async def _drawn(self, wanted: PictureRequest, context: CallContext) -> bytes:
        """The picture as it came. Ended from outside, it closes the request, which ends the server's work."""
        found = self._settings
        endpoint = Endpoint(url=found.url, model=found.model, key=found.key or None, silence=SECONDS)
        context.report(Progress(text="Drawing"))
        async with aiohttp.ClientSession(trust_env=False) as session:
            model = ImageModel(session, endpoint, fetch=self._fetch)
            async with aclosing(model.draw(wanted)) as events:
                async for event in events:
                    if not isinstance(event, Step):
                        return event.files[0]
                    told = f"Drawing: step {event.done} of {event.of}"
                    context.report(Progress(text=told, fraction=min(1.0, event.done / event.of)))
        raise BadReply("The image server sent no picture.")

    async def _fetch(self, url: str) -> bytes:
        try:
            answer = await OutboundClient(self._policy).fetch(Request(url=url, most_bytes=MOST_BYTES))
        except OutboundError as error:
            raise BadReply(f"The picture could not be fetched from where the image server put it: {error}") from error
        if answer.status != 200:
            raise BadReply("The picture is not where the image server said.")
        return answer.body


def _wanted(arguments: dict[str, Any]) -> PictureRequest:
    """Raises ToolError."""
    prompt, negative = arguments.get("prompt"), arguments.get("negative_prompt") or ""
    size = arguments.get("size") or "1024x1024"
    if not all(isinstance(text, str) for text in (prompt, negative, size)):
        raise ToolError('Give the description as text: {"prompt": "A red fox in fresh snow"}.')
    if len(str(prompt)) + len(negative) > MOST_PROMPT:
        raise ToolError(f"Prompts have {MOST_PROMPT:,} characters at most.")
    try:
        width, height = read_size(size)
        return PictureRequest(prompt=str(prompt), negative_prompt=negative, width=width, height=height)
    except NotPossible as error:
        raise ToolError(str(error)) from error


def _file_name(prompt: str) -> str:
    """Of the first words of the prompt."""
    words = re.findall(r"\w+", prompt)[:6]
    return f"{'-'.join(words)[:60] or 'picture'}.png"


class ImageKit:
    """The kit of the catalogue. policy: what a server may name as a picture's address."""

    name = "text_to_image"
    title = "Text to image"
    description = "Draws pictures from descriptions, by CogView or another image model."

    def __init__(self, *, settings: ImageSettings, policy: Policy) -> None:
        self._settings = settings
        self._policy = policy

    def unavailable(self) -> str:
        return "" if self._settings.url else UNSET

    def outline(self) -> Sequence[Tool]:
        return (TextToImage(settings=self._settings, policy=self._policy, around=None),)

    def tools(self, around: Surroundings) -> Sequence[Tool]:
        return (TextToImage(settings=self._settings, policy=self._policy, around=around),)
