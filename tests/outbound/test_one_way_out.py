"""Nothing in the product makes requests of its own: whoever adds a way out is stopped here and must say why."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from glms.config.env import PROJECT

ROOTS = ("platform", "inference", "knowledge")
CLIENTS = {
    "requests", "httpx", "urllib3", "http.client", "urllib.request", "ftplib", "smtplib", "poplib", "imaplib",
    "telnetlib", "xmlrpc.client", "websockets", "websocket", "pycurl", "curl_cffi", "openai", "anthropic", "zhipuai",
    "mcp", "paramiko", "asyncssh", "grpc", "trio", "anyio", "selenium", "boto3", "botocore", "tornado", "twisted",
    "h11", "httpcore", "dns", "socks", "smbclient", "niquests", "treq",
}  # fmt: skip
"""Libraries that speak to servers by themselves."""
DIALS = {
    "ClientSession", "TCPConnector", "open_connection", "create_connection", "create_datagram_endpoint",
    "sock_connect", "urlopen", "urlretrieve", "fetch_url", "fetch_response", "async_playwright", "sync_playwright",
    "launch_persistent_context",
}  # fmt: skip
"""Names that stand for a connection or a browser, whatever module they are taken from."""
OF_MODULES = {"socket.socket", "aiohttp.request", "etree.parse", "html.parse"}
"""The same, where the name alone says too little; lxml's `parse` takes addresses."""
PROGRAMS = {"curl", "wget", "nc", "ncat", "ssh", "scp", "ftp", "telnet"}
ASKS = {"get", "post", "put", "patch", "delete", "head", "options", "request", "ws_connect"}
MODEL_SERVERS = "they speak with model servers, which the owner of the instance set up and which may be inside"
MAY: Mapping[str, str] = {
    "platform/glms/outbound/client.py": "the one way out",
    "platform/glms/outbound/proxy.py": "the same for browsers",
    "platform/glms/runs/engine.py": MODEL_SERVERS,
    "platform/glms/runs/execution.py": MODEL_SERVERS,
    "platform/glms/runs/lookup.py": MODEL_SERVERS,
    "platform/glms/runs/titles.py": MODEL_SERVERS,
    "platform/glms/library/servers.py": MODEL_SERVERS,
    "platform/glms/serving/probe.py": MODEL_SERVERS,
    "platform/glms/serving/trial.py": MODEL_SERVERS,
    "platform/glms/tools/builtin/images/kit.py": MODEL_SERVERS,
    "platform/glms/tools/builtin/browser/chromium.py": "starts the browser, with the proxy as its only way out",
    "platform/glms/tools/builtin/browser/house.py": "holds what drives the browser",
    "platform/glms/accounts/adapters.py": "names an error of mail; Django sends it where the operator says",
    "knowledge/index/milvus_store.py": "names an error of pymilvus's, which dials the store that the operator named",
    "platform/glms/core/protocols.py": "sets options of connections that came in",
    "platform/glms/sandbox/client.py": "speaks with sandboxd through a socket in the file system",
    "platform/glms/sandbox/daemon.py": "listens there",
    "platform/glms/sandbox/server.py": "answers there",
    "platform/glms/sandbox/probe.py": "code that is run inside the sandbox",
}
"""Files, and why. Whoever is listed here takes no address from a user, a model or a page."""
MAY_BELOW: Mapping[str, str] = {
    "platform/glms/apis/reading/": "reads curl lines; what speaks with servers it may not import (pyproject.toml)",
    "platform/glms/instance/": "looks after its own processes on this machine; nobody names it an address",
    "inference/": f"libraries that are given a session: {MODEL_SERVERS}",
}


def ways_out(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names if _is_client(name.name))
            case ast.ImportFrom(module=str(module), names=names):
                taken = (one.name for one in names if one.name in DIALS or _is_client(module, one.name))
                yield from (f"{module}.{name}" for name in taken)
            case ast.Attribute(attr=attr) if attr in DIALS or ast.unparse(node) in OF_MODULES:
                yield ast.unparse(node)
            case ast.Constant(value=str(value)) if value in PROGRAMS:
                yield value
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]) if _is_client(name):
                if ast.unparse(func).rpartition(".")[2] in {"import_module", "__import__"}:
                    yield name


def _is_client(module: str, name: str = "") -> bool:
    """Whether a module is one of the clients, lies in one, or has one of this name."""
    parts = f"{module}.{name}".strip(".").split(".")
    return any(".".join(parts[:end]) in CLIENTS for end in range(1, len(parts) + 1))


@cache
def sources() -> Mapping[str, ast.AST]:
    """All of the product but what is run inside the sandbox, which has no network."""
    return {
        str(path.relative_to(PROJECT)): ast.parse(path.read_text())
        for root in ROOTS
        for path in (PROJECT / root).rglob("*.py")
        if "sandbox/inside" not in str(path)
    }


def test_only_the_outbound_room_makes_requests() -> None:
    found = {path: sorted(set(ways_out(tree))) for path, tree in sources().items()}
    others = {
        path: ways for path, ways in found.items() if ways and path not in MAY and not path.startswith(tuple(MAY_BELOW))
    }

    assert others == {}, "use glms.outbound.client"
    assert found["platform/glms/outbound/client.py"]


@pytest.mark.parametrize(
    "code",
    [
        "import requests",
        "import httpx as h",
        "import urllib.request",
        "from urllib import request",
        "from urllib.request import urlopen",
        "from http import client",
        "import aiohttp\naiohttp.ClientSession()",
        "from aiohttp import ClientSession",
        "import asyncio\nasyncio.open_connection('x', 80)",
        "import socket\nsocket.create_connection(('x', 80))",
        "import socket\nsocket.socket()",
        "loop.create_connection(P, 'x', 80)",
        "from lxml import html\nhtml.parse('http://x')",
        "import trafilatura\ntrafilatura.fetch_url('http://x')",
        "run(['curl', url])",
        "import importlib\nimportlib.import_module('requests')",
        "from playwright.async_api import async_playwright",
        "import boto3.session",
    ],
)
def test_a_new_way_out_is_noticed(code: str) -> None:
    assert list(ways_out(ast.parse(code)))


def test_nobody_else_follows_redirects_or_listens_to_the_environments_proxies() -> None:
    """A redirect would lead from an address that was checked to one that was not."""
    wrong = []
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            given = {word.arg: ast.unparse(word.value) for word in node.keywords}
            asks = node.func.attr in ASKS and ast.unparse(node.func.value).endswith("session")
            opens = node.func.attr == "ClientSession"
            follows = asks and given.get("allow_redirects") != "False"
            if follows or (opens and given.get("trust_env", "False") != "False"):
                wrong.append(f"{path}:{node.lineno}")
    assert wrong == []


def test_the_outbound_room_knows_no_framework() -> None:
    for path in (PROJECT / "platform" / "glms" / "outbound").glob("*.py"):
        assert "django" not in path.read_text().lower(), path
