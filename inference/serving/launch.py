"""The command lines and environments of vLLM, as pure functions."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from inference.serving.catalogue import Bundled, Served

TEMPLATE = Path(__file__).with_name("smollm2.jinja")
CACHE_GIB = 1
"""Room for 46,000 tokens of the toy model: 32 conversations at once."""
MOST_THREADS = 8


@dataclass(frozen=True, kw_only=True)
class Listening:
    """Where the server is to listen: on the loopback, for those who know the key."""

    port: int
    key: str = field(repr=False)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.root}/v1"


def model_folder(venv: Path, model: Bundled) -> Path:
    """Where the converted weights of a packaged model lie."""
    return venv / "share" / "glms" / f"{model.package}-{model.package_version}"


def python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


def bundled_command(*, venv: Path, model: Bundled, listening: Listening) -> tuple[str, ...]:
    """vLLM on the CPU with a packaged model.

    Eager, because compiling takes longer than this model is worth; schemas of tools are enforced, because a model of
    this size does not keep to them by itself.
    """
    return (
        *_server(python_of(venv), listening),
        "--model", str(model_folder(venv, model)), "--served-model-name", model.name,
        "--chat-template", str(TEMPLATE), "--dtype", "bfloat16", "--enforce-eager",
        "--max-model-len", str(model.context_length), "--max-num-seqs", "64", "--max-num-batched-tokens", "2048",
        "--enable-auto-tool-choice", "--tool-call-parser", model.tool_parser, "--tool-strict-level", "parameter",
    )  # fmt: skip


def gpu_command(*, python: Path, model: Served, listening: Listening) -> tuple[str, ...]:
    """vLLM on NVIDIA GPUs; the context is the model's own, or as much of it as the memory holds (`auto`)."""
    parsers: tuple[str, ...] = ()
    if model.tool_parser:
        parsers += ("--enable-auto-tool-choice", "--tool-call-parser", model.tool_parser)
    if model.reasoning_parser:
        parsers += ("--reasoning-parser", model.reasoning_parser)
    return (
        *_server(python, listening),
        "--model", model.name, "--served-model-name", model.name, "--max-model-len", "auto", *parsers,
    )  # fmt: skip


def _server(python: Path, listening: Listening) -> tuple[str, ...]:
    return (
        str(python), "-m", "vllm.entrypoints.openai.api_server",
        "--host", "127.0.0.1", "--port", str(listening.port),
        "--disable-fastapi-docs", "--uvicorn-log-level", "warning",
    )  # fmt: skip


def environment(*, listening: Listening) -> dict[str, str]:
    """The key goes by the environment, where `ps` does not show it."""
    return {"VLLM_API_KEY": listening.key, "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "PYTHONUNBUFFERED": "1"}


def bundled_environment(*, venv: Path, processors: int, listening: Listening) -> dict[str, str]:
    """For the packaged model: nothing is fetched, half the processors stay free for the rest of the instance."""
    threads = min(MOST_THREADS, max(1, processors // 2))
    preload = venv / "lib" / "libiomp5.so"
    return {
        **environment(listening=listening),
        "VLLM_CPU_KVCACHE_SPACE": str(CACHE_GIB),
        "VLLM_CPU_NUM_OF_RESERVED_CPU": str(max(0, processors - threads)),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        **({"LD_PRELOAD": str(preload)} if sys.platform.startswith("linux") and preload.exists() else {}),
    }
