"""What an attack must not reach: a file, listeners and a secret outside of the sandbox."""

import contextlib
import os
import secrets
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Canary:
    """The text is in the file, and what every listener says."""

    text: str
    file: Path
    port: int
    port6: int
    abstract: str

    def fill(self, code: str, *, other: Path) -> str:
        """A snippet with its placeholders filled in; `other`: the folder of another conversation."""
        values = {
            "CANARY_FILE": self.file,
            "CANARY_TEXT": self.text,
            "CANARY_PORT6": self.port6,
            "CANARY_PORT": self.port,
            "CANARY_ABSTRACT": self.abstract,
            "PARENT_PID": os.getpid(),
            "OTHER_DIR": other,
        }
        for name, value in values.items():
            code = code.replace(f"@{name}@", str(value))
        return code


@contextlib.contextmanager
def planted() -> Iterator[Canary]:
    """Put it out, with listeners that answer."""
    text = f"canary-{secrets.token_hex(12)}"
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="canary-")))
        folder.chmod(0o755)
        file = folder / "secret.txt"
        file.write_text(text)
        file.chmod(0o644)
        abstract = f"canary-{secrets.token_hex(6)}"
        listeners = [
            _listener(stack, socket.AF_INET, ("127.0.0.1", 0)),
            _listener(stack, socket.AF_INET6, ("::1", 0)),
            _listener(stack, socket.AF_UNIX, f"\0{abstract}"),
        ]
        for listener in listeners:
            threading.Thread(target=_answer, args=(listener, text.encode()), daemon=True).start()
        yield Canary(
            text=text,
            file=file,
            port=listeners[0].getsockname()[1],
            port6=listeners[1].getsockname()[1],
            abstract=abstract,
        )


def _listener(stack: contextlib.ExitStack, family: int, address: object) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    made.bind(address)  # type: ignore[arg-type]
    made.listen(16)
    stack.callback(_close, made)
    return made


def _close(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def _answer(listener: socket.socket, text: bytes) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(text)
