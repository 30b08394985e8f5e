"""docker-compose.yml and the Dockerfile start what the supervisor starts."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from glms.config.env import PROJECT
from glms.instance import commands
from inference.serving.catalogue import served
from inference.serving.launch import Listening, gpu_command

COMPOSE = PROJECT / "docker-compose.yml"
DOCKERFILE = PROJECT / "docker" / "Dockerfile"
PUBLISHED = ("--host", "0.0.0.0", "--port", "8000")  # noqa: S104


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())["services"]


def ours(argv: tuple[str, ...]) -> list[str]:
    """The supervisor's command as a container writes it."""
    return ["python", *argv[1:]]


@pytest.mark.parametrize(
    ("service", "argv"),
    [
        ("migrate", commands.migrate()),
        ("web", commands.web(bind=PUBLISHED)),
        ("runs", commands.run_worker(identity="%h")),
        ("background", commands.background_worker(identity="%h")),
        ("beat", commands.beat()),
    ],
)
def test_a_container_runs_the_supervisors_command(
    services: dict[str, Any], service: str, argv: tuple[str, ...]
) -> None:
    assert services[service]["command"] == ours(argv)


def test_the_image_runs_the_web_server_by_itself() -> None:
    last = re.findall(r"^CMD (\[.*\])$", DOCKERFILE.read_text(), re.MULTILINE)[-1]
    assert json.loads(last) == ours(commands.web(bind=PUBLISHED))


def test_vllm_gets_the_supervisors_flags(services: dict[str, Any]) -> None:
    model = "${GLMS_MODEL:-zai-org/glm-4-9b-chat-hf}"
    command = gpu_command(python=Path("python"), model=served(model), listening=Listening(port=8000, key="k"))
    without_address = command[command.index("--disable-fastapi-docs") :]
    assert sorted(services["vllm"]["command"]) == sorted(without_address)


def test_every_service_is_watched_or_says_that_it_is_not(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if not service.get("healthcheck")] == []


def test_every_dependency_and_volume_is_declared(services: dict[str, Any]) -> None:
    document = yaml.safe_load(COMPOSE.read_text())
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        named = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert named <= set(document["volumes"])


def test_containers_of_the_product_have_no_rights(services: dict[str, Any]) -> None:
    for name in ("migrate", "web", "runs", "background", "beat"):
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["read_only"] is True
    assert re.search(r"^USER \d+$", DOCKERFILE.read_text(), re.MULTILINE)


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(
    subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode != 0
    if shutil.which("docker")
    else True,
    reason="docker has no compose here",
)
def test_docker_reads_the_file() -> None:
    command = ["docker", "compose", "--env-file", "docker/example.env", "--profile", "gpu", "config", "--quiet"]
    environment = {"PATH": "/usr/bin:/usr/local/bin:/bin", "GLMS_SECRET_KEY": "x", "POSTGRES_PASSWORD": "x"}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
