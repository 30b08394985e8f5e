"""The web server's protocols: who does not take what is sent is cut; endless answers end when the server does."""

import asyncio
import os
import socket
import struct
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

log = structlog.get_logger(__name__)

STALL = 30.0
"""Seconds that a full buffer (64 KiB) may take to empty: less than a modem's pace."""
UNSENT = 128 * 1024
"""Bytes that the kernel keeps for a client beside what is on its way."""


class _CutsStalled:
    """The transport calls `pause_writing` when its buffer is full, `resume_writing` when it has emptied.

    A cut connection is reset: closed in the ordinary way the kernel would go on waiting for the client.
    """

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _cut: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        _set_option(transport, socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
        super().connection_made(transport)  # type: ignore[misc]

    def pause_writing(self) -> None:
        self._cut = self.loop.call_later(STALL, self._give_up)
        super().pause_writing()  # type: ignore[misc]

    def _give_up(self) -> None:
        log.info("stalled_client_cut", client=str(self.transport.get_extra_info("peername")))
        _set_option(self.transport, socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def resume_writing(self) -> None:
        self._forgive()
        super().resume_writing()  # type: ignore[misc]

    def connection_lost(self, error: Exception | None) -> None:
        self._forgive()
        super().connection_lost(error)  # type: ignore[misc]

    def _forgive(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None


def _set_option(transport: asyncio.BaseTransport, level: int, name: int, value: int | bytes) -> None:
    """Set an option of a TCP connection; of a socket in the file system there is nothing to set."""
    line = transport.get_extra_info("socket")
    if line is not None:
        with socket.socket(fileno=os.dup(line.fileno())) as own:
            if own.family in {socket.AF_INET, socket.AF_INET6}:
                own.setsockopt(level, name, value)


class Http(_CutsStalled, HttpToolsProtocol):
    """HTTP/1.1."""

    def shutdown(self) -> None:
        """Ordinary answers are finished; an endless one ends here, its reader comes back to the next server."""
        super().shutdown()
        answer = self.cycle
        if answer is not None and answer.response_started and not answer.response_complete and answer.chunked_encoding:
            self.transport.close()


class WebSocket(_CutsStalled, WebSocketsSansIOProtocol):
    """Sockets; made from an HTTP connection."""
