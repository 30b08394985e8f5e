"""The model server as a part: real vLLM that answers, and what is told when it cannot."""

import json
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from glms.config.env import PROJECT
from glms.instance.files import read_json
from inference.serving.installation import Installation
from tests.support.instance import Instance

pytestmark = pytest.mark.timeout(900)
TOOL = {
    "type": "function",
    "function": {
        "name": "calculator",
        "description": "Work out arithmetic",
        "parameters": {
            "type": "object",
            "properties": {"expression": {"type": "string"}},
            "required": ["expression"],
            "additionalProperties": False,
        },
    },
}


def told(instance: Instance) -> dict[str, Any]:
    return read_json(instance.layout.model) or {}


def wait_for(instance: Instance, *states: str, seconds: float) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while (found := told(instance)).get("state") not in states:
        assert time.monotonic() < deadline, f"{found}\n{instance.story()}"
        time.sleep(0.1)
    return found


def ask(model: dict[str, Any], **body: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": "What is 12 * 7?"}]
    asked = {"model": model["name"], "messages": messages, "max_tokens": 120, "temperature": 0}
    request = urllib.request.Request(  # noqa: S310
        f"{model['url']}/chat/completions",
        json.dumps({**asked, **body}).encode(),
        {"Authorization": f"Bearer {model['key']}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
        return json.load(answer)["choices"][0]


@pytest.mark.model
def test_real_vllm_becomes_ready_answers_and_calls_a_tool(tmp_path: Path) -> None:
    with Instance(tmp_path / "home", environment={"GLMS_MODEL": "", "GLMS_MODEL_VENV": ""}) as instance:
        assert instance.part("web")["state"] == "ready", "the page does not wait for the model"
        model = wait_for(instance, "ready", "failed", seconds=600)
        assert model["state"] == "ready", model
        assert (model["source"], model["is_toy"], model["context_length"]) == ("bundled", True, 8192)
        assert instance.layout.model.stat().st_mode & 0o077 == 0, "the key is for the owner alone"

        assert ask(model)["message"]["content"]
        call = ask(model, tools=[TOOL], tool_choice="required")["message"]["tool_calls"][0]["function"]
        assert call["name"] == "calculator"
        assert isinstance(json.loads(call["arguments"])["expression"], str)

        instance.kill("model", wait=False)
        assert wait_for(instance, "failed", "loading", seconds=10)
        again = wait_for(instance, "ready", seconds=300)
        assert again["key"] != model["key"]
        assert ask(again)["message"]["content"]


def broken_venv(folder: Path, *, script: str) -> Path:
    """An environment that looks installed, whose Python does as told."""
    venv = folder / "broken"
    (venv / "bin").mkdir(parents=True)
    python = venv / "bin" / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    installation = Installation(venv=venv, gpu=False)
    installation.stamp.write_text(installation.wanted)
    return venv


@pytest.mark.chaos
def test_a_model_server_that_breaks_is_told_with_its_reason_and_tried_again(tmp_path: Path) -> None:
    script = 'echo "ValueError: the weights are not there"; echo "see above"; exit 3'
    venv = broken_venv(tmp_path, script=script)
    with Instance(tmp_path / "home", environment={"GLMS_MODEL": "", "GLMS_MODEL_VENV": str(venv)}) as instance:
        model = wait_for(instance, "failed", seconds=30)

        assert "the weights are not there" in model["detail"]
        assert "see above" in model["log_tail"][-1]
        assert instance.part("web")["state"] == "ready"

        (venv / "bin" / "python").write_text("#!/bin/sh\nexec sleep 1000\n")
        assert wait_for(instance, "loading", seconds=30)
    assert told(instance)["state"] == "stopped"


@pytest.mark.chaos
def test_the_instances_secrets_do_not_reach_the_model_server(tmp_path: Path) -> None:
    venv = broken_venv(tmp_path, script='env > "$HOME/seen.txt"; exec sleep 1000')
    environment = {
        "GLMS_MODEL": "",
        "GLMS_MODEL_VENV": str(venv),
        "GLMS_SECRET_KEY": "s" * 50,
        "GLMS_METRICS_TOKEN": "m" * 20,
        "HOME": str(tmp_path),
    }
    with Instance(tmp_path / "home", environment=environment) as instance:
        wait_for(instance, "loading", seconds=30)
        deadline = time.monotonic() + 10
        while not (tmp_path / "seen.txt").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        seen = (tmp_path / "seen.txt").read_text()

    assert "s" * 50 not in seen
    assert "m" * 20 not in seen
    assert "DATABASE_URL" not in seen


@pytest.mark.chaos
def test_a_given_model_server_is_only_watched(tmp_path: Path) -> None:
    environment = {"GLMS_MODEL_URL": "http://127.0.0.1:9/v1", "GLMS_MODEL_NAME": "m", "GLMS_MODEL_KEY": "k"}
    with Instance(tmp_path / "home", environment=environment) as instance:
        model = wait_for(instance, "failed", seconds=20)

        assert (model["url"], model["name"], model["key"]) == ("http://127.0.0.1:9/v1", "m", "k")
        assert (model["source"], model["is_toy"]) == ("environment", False)
        assert "cannot be reached" in model["detail"]
        assert instance.part("model")["pid"] is None


def test_the_checkout_has_a_template_for_the_packaged_model() -> None:
    assert "tool_calls" in (PROJECT / "inference" / "serving" / "smollm2.jinja").read_text()
