"""Nothing else in the product makes requests of its own."""

import ast
from pathlib import Path

from glms.config.env import PROJECT

CLIENTS = {"requests", "httpx", "urllib3", "http.client", "urllib.request", "ftplib", "websockets", "pycurl"}
SESSIONS = {"ClientSession", "TCPConnector", "request"}
TO_MODEL_SERVERS = {
    "platform/glms/runs/engine.py",
    "platform/glms/runs/execution.py",
    "platform/glms/runs/titles.py",
    "platform/glms/serving/probe.py",
    "platform/glms/serving/trial.py",
    "platform/glms/tools/builtin/images/kit.py",
}
"""They speak with model servers, which an operator or an owner set up and which may be inside."""
SUPERVISOR = "platform/glms/instance/"
"""Looks after its own processes on this machine; nobody names it an address."""


def ways_out(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=names):
                found |= {name.name for name in names if name.name in CLIENTS}
            case ast.ImportFrom(module=str(module), names=names):
                found |= {module} & CLIENTS
                found |= {f"{module}.{name.name}" for name in names} & CLIENTS
                found |= {name.name for name in names if module == "aiohttp" and name.name in SESSIONS}
            case ast.Attribute(value=ast.Name(id="aiohttp"), attr=attr) if attr in SESSIONS:
                found.add(f"aiohttp.{attr}")
    return found


def test_only_the_outbound_room_makes_requests() -> None:
    found = {
        str(path.relative_to(PROJECT)): ways
        for path in (PROJECT / "platform" / "glms").rglob("*.py")
        if (ways := ways_out(path))
    }
    others = {
        path: ways
        for path, ways in found.items()
        if path not in TO_MODEL_SERVERS and not path.startswith(("platform/glms/outbound/", SUPERVISOR))
    }

    assert others == {}, "use glms.outbound.client"
    assert "platform/glms/outbound/client.py" in found


def test_the_outbound_room_knows_no_framework() -> None:
    for path in (PROJECT / "platform" / "glms" / "outbound").glob("*.py"):
        assert "django" not in path.read_text().lower(), path
