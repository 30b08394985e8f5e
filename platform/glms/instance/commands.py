"""The product's own processes and how each is started; `docker-compose.yml` starts the same, a test compares."""

import sys
from pathlib import Path

from glms.config.env import SandboxChoice

CELERY = ("-m", "celery", "-A", "glms.config.celery")
QUIET_WORKER = ("--without-gossip", "--without-mingle", "--without-heartbeat")
RUN_THREADS = 1000
"""A run is one waiting thread in the pool; its work is done by the event loop of the process."""
BACKGROUND_THREADS = 8
GRACEFUL_SECONDS = 5
ENCODER_IDLE_SECONDS = 600
"""After so long without a text the encoder's model leaves the memory."""


def migrate() -> tuple[str, ...]:
    return (sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0")


def web(*, bind: tuple[str, ...]) -> tuple[str, ...]:
    """`bind` is `--fd N` or `--host H --port N`. Forwarded headers are read by the product (GLMS_TRUSTED_PROXIES)."""
    return (
        sys.executable, "-m", "uvicorn", "glms.config.asgi:application", *bind,
        "--loop", "uvloop", "--http", "glms.core.protocols:Http", "--ws", "glms.core.protocols:WebSocket",
        "--ws-max-size", "65536",
        "--timeout-graceful-shutdown", str(GRACEFUL_SECONDS), "--no-access-log", "--no-server-header",
        "--no-proxy-headers", "--log-config", "platform/glms/instance/uvicorn-logging.json",
    )  # fmt: skip


def run_worker(*, identity: str) -> tuple[str, ...]:
    return _worker(queue="runs", threads=RUN_THREADS, node=f"runs@{identity}")


def background_worker(*, identity: str) -> tuple[str, ...]:
    return _worker(queue="background", threads=BACKGROUND_THREADS, node=f"background@{identity}")


def _worker(*, queue: str, threads: int, node: str) -> tuple[str, ...]:
    return (
        sys.executable, *CELERY, "worker", "-Q", queue, "-P", "threads", "-c", str(threads), *QUIET_WORKER, "-n", node,
    )  # fmt: skip


def beat() -> tuple[str, ...]:
    return (sys.executable, *CELERY, "beat")


def encoder(*, listen: str) -> tuple[str, ...]:
    """`listen` is `unix:PATH` or `HOST:PORT`. Without the site's packages: what holds the socket needs none."""
    gate = ("-S", "-m", "inference.serving.embeddings.gate")
    return (sys.executable, *gate, "--listen", listen, "--idle", str(ENCODER_IDLE_SECONDS))


def sandbox(*, home: Path, chosen: SandboxChoice, name: str, user: tuple[int, int] | None = None) -> tuple[str, ...]:
    """Sandboxd: it is told everything here and gets no environment. `user`: whom to become where root starts it."""
    become = () if user is None else ("--user", f"{user[0]}:{user[1]}")
    return (
        sys.executable, "-m", "glms.sandbox.daemon", "--home", str(home), "--socket", str(chosen.socket),
        "--environment", str(chosen.venv), "--name", name, "--memory", str(chosen.memory), "--warm", str(chosen.warm),
        "--idle", f"{chosen.idle:g}", "--lowest", str(chosen.lowest_level), *become,
    )  # fmt: skip
