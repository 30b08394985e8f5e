"""Runs inside the sandbox: reads commands, runs code, answers with JSON lines. Imports nothing of the product.

Standard output and error go into one pipe as they are written, so that nothing is lost when the code is killed. Where a
picture, a value or an error belongs among that text is told by marks in the same pipe.
"""

import json
import os
import resource
import signal
import site
import sys
from contextlib import suppress
from typing import Any, BinaryIO

HERE = __file__.rpartition("/")[0]
PACKAGES = "/opt/packages"
MOST_PICTURE_BYTES = 5 << 20


class Wire:
    """The pipes to sandboxd."""

    def __init__(self, replies: int) -> None:
        self._commands: BinaryIO = os.fdopen(os.dup(0), "rb")
        self._replies = os.dup(replies)
        self._text = os.dup(1)
        self.nonce = os.urandom(12).hex()
        self._count = 0
        os.close(replies)
        self.restore()

    def restore(self) -> None:
        """Standard streams as they were, whatever the last code did to them."""
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        for number in (1, 2):
            os.dup2(self._text, number)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        sys.stdout = self._stream(1)
        sys.stderr = self._stream(2)

    @staticmethod
    def _stream(number: int) -> Any:
        return open(number, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)

    def command(self) -> dict[str, Any] | None:
        """The next command; None at the end."""
        line = self._commands.readline()
        return json.loads(line) if line else None

    def reply(self, **fields: Any) -> None:
        # lone surrogates, as in the names of files from elsewhere, are no JSON for whoever reads this
        data = json.dumps(fields, ensure_ascii=False, default=str).encode(errors="replace") + b"\n"
        while data:
            data = data[os.write(self._replies, data) :]

    def mark(self) -> int:
        """Mark this place in the text; the number of the mark."""
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):  # the code may have put anything there
                stream.flush()
        self._count += 1
        os.write(self._text, f"\0{self.nonce}:{self._count}\0".encode())
        return self._count

    def show(self, **fields: Any) -> None:
        """Something that belongs at this place of the text."""
        self.reply(at=self.mark(), **fields)


def limit(limits: dict[str, int]) -> None:
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}")
        resource.setrlimit(number, (value, value))


def worker(mode: str) -> Any:
    """What runs commands in this mode; imported only where it is used."""
    match mode:
        case "notebook":
            from notebook import Notebook as Worker  # noqa: PLC0415
        case "document":
            from documents import Documents as Worker  # noqa: PLC0415
        case _:
            from functions import Functions as Worker  # noqa: PLC0415
    return Worker


def main() -> None:
    settings = json.loads(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit(settings["limits"])
    wire = Wire(settings["replies"])
    sys.argv = [""]
    sys.path[:] = [path for path in sys.path if path != HERE]
    site.addsitedir(PACKAGES)
    sys.path.append("")  # a conversation's own modules, after the packages
    sys.path.append(HERE)
    work = worker(settings["mode"])(wire)
    sys.path.remove(HERE)
    wire.reply(ready=True, nonce=wire.nonce)
    while (command := wire.command()) is not None:
        wire.restore()
        told = work.run(command)
        wire.reply(done=wire.mark(), **told)


if __name__ == "__main__":
    main()
