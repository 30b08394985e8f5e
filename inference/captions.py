"""Has a model that sees describe a picture, in words by which the picture can be found."""

import base64
import re
from typing import Any

import aiohttp

from inference.asking import answer
from inference.errors import BadReply
from inference.streaming import Endpoint
from inference.text import clean, shortened

MOST_TOKENS = 2048
"""With what models that think write before."""
LONGEST = 6000
"""Characters of a description."""
ASK = (
    "Describe this picture for somebody who will look for it by words: what it shows; of diagrams and charts their"
    " parts, names, numbers and what they say; any writing in it, word for word. Write in {language}, in plain"
    " sentences, without an introduction."
)
THOUGHT = re.compile(r"^.*?</think>|^\s*<think>.*", re.DOTALL)
"""Also one that was cut before its end: then nothing was said."""
MARKS = re.compile(r"</?answer>|<\|(?:begin|end)_of_box\|>")
"""What GLM-4.1V and GLM-4.5V write around their answers."""


async def caption(
    session: aiohttp.ClientSession, endpoint: Endpoint, picture: bytes, *, media_type: str, language: str
) -> str:
    """What the model sees in `picture`. language: in which it shall write, by its English name.

    Raises ModelUnavailable, BadReply, ModelRefused or ContextLengthExceeded.
    """
    url = f"data:{media_type};base64,{base64.b64encode(picture).decode()}"
    content = [
        {"type": "image_url", "image_url": {"url": url}},
        {"type": "text", "text": ASK.format(language=language)},
    ]
    messages = [{"role": "user", "content": content}]
    body = {"model": endpoint.model, "messages": messages, "max_tokens": MOST_TOKENS, "temperature": 0.1}
    said = _said(await answer(session, endpoint, "chat/completions", body))
    if not said:
        raise BadReply("The model said nothing of the picture.")
    return said


def _said(told: Any) -> str:
    try:
        text = clean(told["choices"][0]["message"]["content"] or "")
    except (KeyError, IndexError, TypeError) as error:
        raise BadReply("The model server's answer is no chat completion.") from error
    return shortened(MARKS.sub("", THOUGHT.sub("", text)).strip(), LONGEST)
