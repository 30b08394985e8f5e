"""The whole ASGI application behind real uvicorn on a real port, in a thread of the tests' process."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn


@dataclass(frozen=True)
class Live:
    """Where it listens."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/v1"

    def raw(self, request: bytes, *, seconds: float = 10) -> bytes:
        """What is answered to these very bytes, up to the connection's end."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(request)
            answer = b""
            with contextlib.suppress(ConnectionResetError, TimeoutError):
                while chunk := connection.recv(65536):
                    answer += chunk
        return answer


@contextlib.contextmanager
def serve() -> Iterator[Live]:
    from glms.config.asgi import application

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application, log_config=None, proxy_headers=False, ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
    thread.start()
    try:
        yield Live(port=listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
