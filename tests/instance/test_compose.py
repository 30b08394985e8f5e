"""docker-compose.yml and the Dockerfile start what the supervisor starts."""

import errno
import json
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from glms.config.env import PROJECT, SandboxChoice
from glms.instance import commands
from glms.sandbox.syscalls import DENIED
from inference.serving.catalogue import served
from inference.serving.launch import Listening, gpu_command

COMPOSE = PROJECT / "docker-compose.yml"
DOCKERFILE = PROJECT / "docker" / "Dockerfile"
PROFILE = PROJECT / "docker" / "seccomp-sandbox.json"
PUBLISHED = ("--host", "0.0.0.0", "--port", "8000")  # noqa: S104
SANDBOX = SandboxChoice(
    is_wanted=True,
    socket=Path("/run/glms/sandbox.sock"),
    venv=Path("/opt/sandbox"),
    memory=1024,
    warm=1,
    idle=900.0,
    lowest_level=2,
)
MAKES_SANDBOXES = {"clone", "mount", "pivot_root", "sethostname", "umount2", "unshare"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())["services"]


def ours(argv: tuple[str, ...]) -> list[str]:
    """The supervisor's command as a container writes it."""
    return ["python", *argv[1:]]


def by_default(word: str) -> str:
    """A word of a command where `.env` says nothing of its variable."""
    return re.sub(r"^\$\{\w+:-(.*)\}$", r"\1", word)


@pytest.mark.parametrize(
    ("service", "argv"),
    [
        ("migrate", commands.migrate()),
        ("web", commands.web(bind=PUBLISHED)),
        ("runs", commands.run_worker(identity="%h")),
        ("background", commands.background_worker(identity="%h")),
        ("beat", commands.beat()),
        ("encoder", commands.encoder(listen="0.0.0.0:8000")),
        ("sandbox", commands.sandbox(home=Path("/data"), chosen=SANDBOX, name="glms-sandbox")),
    ],
)
def test_a_container_runs_the_supervisors_command(
    services: dict[str, Any], service: str, argv: tuple[str, ...]
) -> None:
    assert [by_default(word) for word in services[service]["command"]] == ours(argv)


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
    for name in ("migrate", "web", "runs", "background", "beat", "encoder"):
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["read_only"] is True
    assert re.search(r"^USER \d+$", DOCKERFILE.read_text(), re.MULTILINE)


def test_the_sandboxs_container_has_no_network_no_secret_and_nobody_elses_data(services: dict[str, Any]) -> None:
    sandbox = services["sandbox"]
    assert (sandbox["network_mode"], sandbox["cap_drop"], sandbox["read_only"]) == ("none", ["ALL"], True)
    assert not {"environment", "env_file", "depends_on", "ports", "privileged"} & set(sandbox)
    others = {volume for name, one in services.items() if name != "sandbox" for volume in one.get("volumes", [])}
    assert {volume.split(":")[0] for volume in sandbox["volumes"]} & {volume.split(":")[0] for volume in others} == {
        "sandbox-socket"
    }
    assert "sandbox-socket:/run/glms:ro" in others
    assert "no-new-privileges:true" in sandbox["security_opt"]


def test_only_the_sandboxs_container_has_the_looser_rules(services: dict[str, Any]) -> None:
    looser = {name for name, one in services.items() if any("=" in option for option in one.get("security_opt", []))}
    assert looser == {"sandbox"}
    assert f"seccomp={PROFILE.relative_to(PROJECT)}" in services["sandbox"]["security_opt"]


def names_of(action: str) -> set[str]:
    rules = json.loads(PROFILE.read_text())["syscalls"]
    return {name for rule in rules if rule["action"] == action and not rule.get("args") for name in rule["names"]}


def test_the_looser_profile_allows_what_sandboxes_are_made_with_and_refuses_what_they_refuse() -> None:
    profile = json.loads(PROFILE.read_text())
    assert (profile["defaultAction"], profile["defaultErrnoRet"]) == ("SCMP_ACT_ERRNO", errno.ENOSYS)
    assert [one["subArchitectures"] for one in profile["archMap"]] == [[], []]
    allowed = names_of("SCMP_ACT_ALLOW")
    assert allowed >= MAKES_SANDBOXES
    assert allowed & (set(DENIED) - MAKES_SANDBOXES) == set()
    assert "clone3" not in allowed
    families = [rule["args"][0]["value"] for rule in profile["syscalls"] if rule.get("args")]
    assert families == [socket.AF_UNIX, socket.AF_INET, socket.AF_NETLINK]


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
    profiles = ("--profile", "gpu", "--profile", "sandbox")
    command = ["docker", "compose", "--env-file", "docker/example.env", *profiles, "config", "--quiet"]
    environment = {"PATH": "/usr/bin:/usr/local/bin:/bin", "GLMS_SECRET_KEY": "x", "POSTGRES_PASSWORD": "x"}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
