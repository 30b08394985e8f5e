"""The page's port: the one asked for, else the last one, else 8000 or the next free one."""

import errno
import socket
from pathlib import Path

from glms.instance.files import write_atomically

FIRST = 8000
LAST = 8099


class PortTaken(Exception):
    """The port that was asked for is in use."""


def free_port() -> int:
    """A port of the loopback that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listen(*, host: str, port: int | None, remembered: Path) -> socket.socket:
    """Take the page's port and hold it, so that no other instance takes it while ours still starts.

    The web server inherits the socket: a visitor who comes while it starts again waits instead of being refused.
    Raises PortTaken when `port` is given and not free.
    """
    for candidate in [port] if port is not None else _candidates(remembered):
        if (taken := _bind(host, candidate)) is not None:
            write_atomically(remembered, f"{taken.getsockname()[1]}\n")
            return taken
    if port is not None:
        raise PortTaken(f"port {port} of {host} is in use; choose another with --port, or leave it out")
    raise PortTaken(f"no free port between {FIRST} and {LAST}")


def _candidates(remembered: Path) -> list[int]:
    last = [int(text)] if remembered.exists() and (text := remembered.read_text().strip()).isdigit() else []
    return [*last, *range(FIRST, LAST + 1)]


def _bind(host: str, port: int) -> socket.socket | None:
    if _answers(host, port):
        return None
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            return None
        raise
    return listener


def _answers(host: str, port: int) -> bool:
    """Whether `localhost` already leads to someone on this port, for instance over IPv6."""
    if host not in {"127.0.0.1", "localhost", "0.0.0.0"} or port == 0:  # noqa: S104  compared, not bound
        return False
    with socket.socket(socket.AF_INET6) as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("::1", port)) == 0
