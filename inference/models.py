"""Which kind of model talks to an endpoint: by its server's parser, or in one of our dialects."""

from typing import Any

import aiohttp

from inference.chat import ChatModel
from inference.completions import CompletionsModel
from inference.dialects import DIALECTS, SERVER
from inference.loop import Model
from inference.streaming import Endpoint


def model_for(
    session: aiohttp.ClientSession,
    endpoint: Endpoint,
    *,
    dialect: str = SERVER,
    parameters: dict[str, Any] | None = None,
    thinking: bool | None = None,
    context_length: int | None = None,
) -> Model:
    """The model at an endpoint. dialect: one of `inference.dialects.NAMES`. Raises KeyError for another."""
    if dialect == SERVER:
        return ChatModel(session, endpoint, parameters, thinking=thinking)
    spoken = DIALECTS[dialect]
    return CompletionsModel(
        session, endpoint, spoken, parameters, thinking=thinking, context_length=context_length
    )
