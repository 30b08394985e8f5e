"""Holds the encoder's socket and starts its server when somebody comes: `python -S -m ...gate --listen ADDRESS`.

A model in memory would cost an idle instance more than all of its web server. So this process, which imports next to
nothing, waits; the server that it starts inherits the socket, answers, and ends by itself when nobody came for a while.
Who comes in between waits in the socket's queue and is served by the next one.
"""

import os
import select
import signal
import socket
import sys

TYPE_CHECKING = False  # of typing, which would cost another megabyte
if TYPE_CHECKING:
    from collections.abc import Callable

ONE_THREAD = ("OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1")
BACKLOG = 512
UNIX = "unix:"
PAUSE_SECONDS = 2.0
"""After a server that failed; the next one may fail alike."""


def listen(address: str) -> socket.socket:
    """address: `unix:PATH`, readable by its owner only, or `HOST:PORT`."""
    if address.startswith(UNIX):
        path = address.removeprefix(UNIX)
        if os.path.lexists(path):
            os.unlink(path)  # noqa: PTH108  pathlib would cost 2 MB
        heard = socket.socket(socket.AF_UNIX)
        before = os.umask(0o177)
        try:
            heard.bind(path)
        finally:
            os.umask(before)
    else:
        host, _, port = address.rpartition(":")
        heard = socket.create_server((host, int(port)))
    heard.listen(BACKLOG)
    heard.setblocking(False)  # noqa: FBT003  the socket's own
    return heard


def serve(heard: socket.socket, *, arguments: list[str]) -> int:
    """Run one server until it ends; its exit status. Told to end, both do."""
    module = (sys.executable, "-m", "inference.serving.embeddings.server", "--fd", str(heard.fileno()), *arguments)
    os.set_inheritable(heard.fileno(), True)  # noqa: FBT003  os's own
    child = os.spawnvp(os.P_NOWAIT, "env", ("env", *ONE_THREAD, *module))  # noqa: S606  no shell is wanted
    told: list[int] = []

    def pass_on(number: int, _frame: object) -> None:
        told.append(number)
        os.kill(child, signal.SIGTERM)

    on_signals(pass_on)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    on_signals(end)
    if told:
        sys.exit(0)
    return status


def end(_number: int, _frame: object) -> None:
    sys.exit(0)


def on_signals(handler: "Callable[[int, object], None]") -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)


def main(arguments: list[str]) -> None:
    """Arguments: `--listen ADDRESS`, and what the server is told."""
    on_signals(end)
    heard = listen(arguments[arguments.index("--listen") + 1])
    passed = [one for one in arguments if one not in {"--listen", arguments[arguments.index("--listen") + 1]}]
    print("The encoder listens.", flush=True)  # noqa: T201  the supervisor waits for it
    while True:
        select.select([heard], [], [])
        if status := serve(heard, arguments=passed):
            print(f"The encoder's server ended with status {status}.", file=sys.stderr, flush=True)  # noqa: T201
            select.select([], [], [], PAUSE_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1:])
