"""How each GLM is asked and answers where its server reads no tool calls: one file per generation."""

from collections.abc import Mapping

from inference.dialects.base import Dialect
from inference.dialects.chatglm3 import ChatGlm3
from inference.dialects.glm4 import Glm4
from inference.dialects.glm45 import Glm45
from inference.dialects.glm47 import Glm47

SERVER = "server"
"""The dialect of models whose server renders the prompt and reads the calls."""

DIALECTS: Mapping[str, Dialect] = {
    dialect.name: dialect
    for dialect in (
        ChatGlm3(),
        Glm4(name="glm4", all_tools=True),
        Glm4(name="glm4-0414"),
        Glm4(name="glm-z1", thinks=True),
        Glm45(),
        Glm47(),
    )
}
"""Ours, by name."""

NAMES = (SERVER, *DIALECTS)
