"""What workers ask sandboxd. Errors: SandboxUnavailable > NoSandbox; SandboxBusy; FileRefused; FunctionFailed."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from glms.sandbox.files import FileRefused
from glms.sandbox.frames import LENGTH, BrokenFrame, Frame, frame, read_frame

CONNECT_SECONDS = 5.0
GRACE_SECONDS = 60.0
"""Beyond a call's own time: waiting for an interpreter, starting it, moving files."""
TURN_SECONDS = 75.0
"""How long sandboxd lets code wait for other code of its conversation."""


class SandboxUnavailable(Exception):
    """No code can be run; the text says why and is for people."""


class NoSandbox(SandboxUnavailable):
    """Sandboxd does not answer."""


class SandboxBusy(Exception):
    """No interpreter is free now; worth another try."""


class FunctionFailed(Exception):
    """A function did not come to a result. `line`: where in its code, None where that cannot be told."""

    def __init__(self, name: str, message: str, *, line: int | None = None, printed: str = "") -> None:
        super().__init__(f"{name}: {message}" if message else name)
        self.name = name
        self.message = message
        self.line = line
        self.printed = printed


@dataclass(frozen=True, kw_only=True)
class Run:
    """What came of a piece of code.

    outputs: in the order shown: `{"type": "text", "text"}`, `{"type": "value", "text"}`,
    `{"type": "error", "name", "message", "traceback"}`,
    `{"type": "table", "columns", "rows", "truncated", "shape", "text"}`,
    `{"type": "image", "media_type", "data" (base64), "text"}`.
    ended: None, or `timeout`, `interrupted`, `memory`, `output`, `crashed`; limit: the one that ended it, in seconds
    or bytes.
    variables_lost: what earlier calls had defined is gone. changed: files of /mnt/data that are new or different.
    skipped: how many new things there cannot be kept.
    """

    outputs: list[dict[str, Any]]
    ended: str | None
    variables_lost: bool
    changed: list[str]
    skipped: int = 0
    limit: float | None = None


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """`size` in bytes; `name` below /mnt/data."""

    name: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Called:
    """A function's JSON result and what it printed."""

    result: Any
    printed: str


@dataclass(frozen=True)
class SandboxClient:
    """Asks the sandboxd that listens at `socket`; each request is a connection of its own."""

    socket: Path

    async def run(self, conversation: str, code: str, *, seconds: float = 60.0) -> Run:
        """Run code in the conversation's interpreter. Cancelled, the code is interrupted.

        Raises SandboxUnavailable, SandboxBusy.
        """
        patience = seconds + TURN_SECONDS
        told, _ = await self._ask(patience, do="exec", conversation=conversation, code=code, seconds=seconds)
        return Run(**told)

    async def start(self, conversation: str) -> bool:
        """Have an interpreter ready; whether the variables of an earlier one are lost."""
        told, _ = await self._ask(TURN_SECONDS, do="start", conversation=conversation)
        return bool(told["variables_lost"])

    async def interrupt(self, conversation: str) -> bool:
        """Ctrl-C for what runs there; whether something did."""
        told, _ = await self._ask(do="interrupt", conversation=conversation)
        return bool(told["interrupted"])

    async def kill(self, conversation: str) -> None:
        """End the interpreter; its files stay."""
        await self._ask(do="kill", conversation=conversation)

    async def forget(self, conversation: str) -> None:
        """End the interpreter and delete its files: the conversation is gone."""
        await self._ask(do="forget", conversation=conversation)

    async def put(self, conversation: str, name: str, data: bytes, *, tag: str = "") -> None:
        """Write a file into /mnt/data. tag: what the caller will know it by. Raises FileRefused."""
        await self._ask(TURN_SECONDS, payload=data, do="put", conversation=conversation, name=name, tag=tag)

    async def tag(self, conversation: str, tags: Mapping[str, str]) -> dict[str, str]:
        """Say what files are known by; all tags of the conversation, by file name."""
        told, _ = await self._ask(do="tag", conversation=conversation, tags=dict(tags))
        return dict(told["tags"])

    async def read(self, conversation: str, name: str) -> bytes:
        """A file of /mnt/data. Raises FileRefused."""
        _, data = await self._ask(do="get", conversation=conversation, name=name)
        return data

    async def listing(self, conversation: str) -> list[StoredFile]:
        """All files of /mnt/data. Names come from foreign code: printable, and no more than that."""
        told, _ = await self._ask(do="list", conversation=conversation)
        return [StoredFile(**file) for file in told["files"]]

    async def kept(self) -> dict[str, float]:
        """The conversations that have files here, and for how many seconds nothing has happened in each."""
        told, _ = await self._ask(do="kept")
        return dict(told["conversations"])

    async def call_function(
        self, code: str, name: str, arguments: Mapping[str, Any], *, variables: Mapping[str, str], seconds: float = 30.0
    ) -> Called:
        """Run `code` in a fresh interpreter and call `name(**arguments)` there; nothing of it stays.

        variables: secrets, as environment variables of this one call. Raises FunctionFailed with the error of the
        function, or named `timeout`, `memory`, `crashed`; SandboxUnavailable, SandboxBusy.
        """
        told, _ = await self._ask(
            seconds, do="call", code=code, name=name, arguments=dict(arguments), variables=dict(variables),
            seconds=seconds,
        )  # fmt: skip
        return Called(result=_result(told), printed=told["printed"])

    async def status(self) -> dict[str, Any]:
        """`level`, `words`, `reason` (empty where it works), `notes`, and how many interpreters there are."""
        told, _ = await self._ask(do="status")
        return told

    def reason_now(self) -> str:
        """Why no code can be run, empty when it can; asked in the calling thread, in a few milliseconds."""
        try:
            return str(self.status_now()["reason"])
        except NoSandbox as error:
            return str(error)

    def status_now(self) -> dict[str, Any]:
        """`status` for code that cannot wait. Raises NoSandbox."""
        try:
            with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as connection:
                connection.settimeout(CONNECT_SECONDS)
                connection.connect(str(self.socket))
                connection.sendall(frame({"do": "status"}))
                with connection.makefile("rb") as stream:
                    (length,) = LENGTH.unpack(stream.read(LENGTH.size))
                    told: dict[str, Any] = orjson.loads(stream.read(length))
                    return told
        except (OSError, ValueError, struct.error) as error:
            raise NoSandbox(_silent(error)) from error

    async def _ask(self, patience: float = 0.0, *, payload: bytes = b"", **fields: Any) -> Frame:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await asyncio.open_unix_connection(self.socket)
        except (OSError, TimeoutError) as error:
            raise NoSandbox(_silent(error)) from error
        try:
            writer.write(frame(fields, payload))
            async with asyncio.timeout(patience + GRACE_SECONDS):
                await writer.drain()
                answer = await read_frame(reader)
        except (ConnectionError, BrokenFrame, TimeoutError) as error:
            raise NoSandbox(_silent(error)) from error
        finally:
            writer.close()
        if answer is None:
            raise NoSandbox("The sandbox was restarted during the call.")
        _raise_if_refused(answer[0])
        return answer


def _silent(error: BaseException) -> str:
    if isinstance(error, FileNotFoundError | ConnectionRefusedError):
        return "No sandbox is running here: it is switched off, or could not start; `glms doctor` says why."
    return f"The sandbox does not answer ({type(error).__name__})."


def _raise_if_refused(told: Mapping[str, Any]) -> None:
    message = str(told.get("message", ""))
    match told.get("error"):
        case "busy":
            raise SandboxBusy(message)
        case "file":
            raise FileRefused(message)
        case str():
            if "message" in told:
                raise SandboxUnavailable(message)


def _result(told: Mapping[str, Any]) -> Any:
    if ended := told.get("ended"):
        raise FunctionFailed(str(ended), "", printed=str(told["printed"]))
    if error := told.get("error"):
        raise FunctionFailed(error["name"], error["message"], line=error["line"], printed=told["printed"])
    return told["result"]
