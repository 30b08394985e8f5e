"""Serves the packaged encoder on a socket that it is handed, until nobody came for a while."""

import argparse
import asyncio
import os
import signal
import socket
from contextlib import suppress

from aiohttp import web

from inference.serving.embeddings.app import USE, application
from inference.serving.embeddings.encoder import Encoder

LOOK_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 20.0


async def serve(heard: socket.socket, *, idle: float, threads: int) -> None:
    """idle: seconds without a request after which it ends; also when the process that started it is gone."""
    app = application(Encoder(), threads=threads)
    runner = web.AppRunner(app, handler_cancellation=True, keepalive_timeout=min(KEEP_ALIVE_SECONDS, idle))
    await runner.setup()
    await web.SockSite(runner, heard).start()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    parent = os.getppid()
    while not ended.is_set() and app[USE].idle_seconds < idle and os.getppid() == parent:
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), LOOK_SECONDS)
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fd", type=int, required=True, help="the listening socket")
    parser.add_argument("--idle", type=float, default=600.0, help="seconds without a request after which it ends")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    told = parser.parse_args()
    asyncio.run(serve(socket.socket(fileno=told.fd), idle=told.idle, threads=told.threads))


if __name__ == "__main__":
    main()
