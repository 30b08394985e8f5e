"""What an attack must not reach: a file, listeners and a secret outside of the sandbox."""

import contextlib
import os
import secrets
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(kw_only=True)
class Canary:
    """The text is in the file, and what every listener says. `visits`: who came to a listener."""

    text: str
    file: Path
    unix: Path
    port: int = 0
    port6: int = 0
    abstract: str = ""
    visits: list[str] = field(default_factory=list)

    def fill(self, code: str, *, other: Path) -> str:
        """A snippet with its placeholders filled in; `other`: the folder of another conversation."""
        values = {
            "CANARY_FILE": self.file,
            "CANARY_TEXT": self.text,
            "CANARY_PORT6": self.port6,
            "CANARY_PORT": self.port,
            "CANARY_ABSTRACT": self.abstract,
            "CANARY_UNIX": self.unix,
            "PARENT_PID": os.getpid(),
            "OTHER_DIR": other,
        }
        for name, value in values.items():
            code = code.replace(f"@{name}@", str(value))
        return code

    def listen(self, stack: contextlib.ExitStack, family: int, address: object) -> socket.socket:
        made = socket.socket(family, socket.SOCK_STREAM)
        made.bind(address)  # type: ignore[arg-type]
        made.listen(64)
        stack.callback(_close, made)
        threading.Thread(target=self._answer, args=(made,), daemon=True).start()
        return made

    def _answer(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self.visits.append(str(listener.getsockname()))
                with connection, contextlib.suppress(OSError):
                    connection.sendall(self.text.encode())


@contextlib.contextmanager
def planted() -> Iterator[Canary]:
    """Put it out, open to everybody on this machine, with listeners that answer."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="canary-")))
        folder.chmod(0o755)
        made = Canary(text=f"canary-{secrets.token_hex(12)}", file=folder / "secret.txt", unix=folder / "socket")
        made.file.write_text(made.text)
        made.file.chmod(0o644)
        made.abstract = f"canary-{secrets.token_hex(6)}"
        made.port = made.listen(stack, socket.AF_INET, ("127.0.0.1", 0)).getsockname()[1]
        made.port6 = made.listen(stack, socket.AF_INET6, ("::1", 0)).getsockname()[1]
        made.listen(stack, socket.AF_UNIX, f"\0{made.abstract}")
        made.listen(stack, socket.AF_UNIX, str(made.unix))
        made.unix.chmod(0o777)
        yield made


def _close(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
