"""Sandboxd's socket: each connection carries one request and its answer; who hangs up gives up."""

import asyncio
import contextlib
import socket
import sys
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from glms.sandbox import parsers
from glms.sandbox.box import BoxFailed
from glms.sandbox.conversations import Conversations
from glms.sandbox.files import FileRefused
from glms.sandbox.frames import MOST_BYTES, BrokenFrame, Frame, frame, read_frame
from glms.sandbox.interpreter import Ended
from glms.sandbox.levels import Standing
from glms.sandbox.limits import Limits
from glms.sandbox.supply import Busy, Supply
from glms.sandbox.transcript import plain

MOST_CODE = 1 << 20
FUNCTION_OUTPUT = 64 << 10

Answer = tuple[dict[str, Any], bytes]
REFUSALS: Mapping[type[Exception], str] = {Busy: "busy", BoxFailed: "failed", FileRefused: "file"}


class Unreadable(Exception):
    """The request lacks something, or has it in the wrong form."""


def text(fields: Mapping[str, Any], name: str, *, most: int = 4096) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise Unreadable(f"{name} must be text of at most {most} characters")
    return value


@dataclass(frozen=True, kw_only=True)
class Works:
    """What answers requests where sandboxes work."""

    conversations: Conversations
    supply: Supply
    limits: Limits

    @cached_property
    def parsers(self) -> parsers.Parsers:
        return parsers.Parsers(self.supply, self.limits)


@dataclass(kw_only=True)
class Server:
    """`works` is None where no sandbox can be had: then it only says why."""

    standing: Standing
    works: Works | None
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, listener: socket.socket, *, until: asyncio.Event) -> None:
        server = await asyncio.start_unix_server(self._connected, sock=listener)
        async with server:
            await until.wait()
        for task in self._open:
            task.cancel()
        if self._open:
            await asyncio.wait(self._open, timeout=1.0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  we are in one
        self._open.add(task)
        try:
            if (request := await read_frame(reader)) is not None:
                work = await self._begun(reader, request)
                answer, data = await self._unless_hung_up(reader, work)
                writer.write(frame(answer, data))
                await writer.drain()
        except (BrokenFrame, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
            writer.close()

    async def _begun(self, incoming: asyncio.StreamReader, request: Frame) -> Coroutine[Any, Any, Answer]:
        """What answers a request; a document is taken in first, since it follows on the same connection."""
        fields, _ = request
        if fields.get("do") != "document":
            return self._answered(request)
        size = fields.get("size")
        if not isinstance(size, int) or not 0 <= size <= MOST_BYTES:
            raise BrokenFrame("a document without a size, or too large")
        if self.works is None:
            await parsers.discard(incoming, size)
            return self._answered(request)
        try:
            job = await self.works.parsers.read(incoming, size)
        except tuple(REFUSALS) as error:
            return _refused(error)
        return self._safely(_document(self.works, job, fields))

    async def _unless_hung_up(self, reader: asyncio.StreamReader, work: Awaitable[Answer]) -> Answer:
        """The work's result; the work is cancelled when the client closes its side."""
        working = asyncio.ensure_future(work)
        gone = asyncio.create_task(reader.read(1))
        try:
            await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise ConnectionResetError
            return working.result()
        finally:
            gone.cancel()
            if not working.done():
                working.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await working

    async def _answered(self, request: Frame) -> Answer:
        fields, data = request
        if fields.get("do") == "status":
            return self.status(), b""
        if self.works is None:
            return {"error": "unavailable", "message": self.standing.reason}, b""
        return await self._safely(HANDLERS.get(str(fields.get("do")), _unknown)(self.works, fields, data))

    async def _safely(self, work: Awaitable[Answer]) -> Answer:
        try:
            return await work
        except Unreadable as error:
            return {"error": "request", "message": str(error)}, b""
        except tuple(REFUSALS) as error:
            return {"error": REFUSALS[type(error)], "message": str(error)}, b""
        except Exception as error:  # a fault of ours: told, and the next request is served
            traceback.print_exception(error, file=sys.stderr)
            return {"error": "fault", "message": f"The sandbox failed: {type(error).__name__}."}, b""

    def status(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "level": int(self.standing.level),
            "words": self.standing.words,
            "reason": self.standing.reason,
            "notes": list(self.standing.notes),
        }
        if self.works is not None:
            supply = self.works.supply
            told |= {"interpreters": supply.alive, "warm": supply.warm, "conversations": self.works.conversations.live}
        return told


async def _refused(error: Exception) -> Answer:
    return {"error": REFUSALS[type(error)], "message": str(error)}, b""


async def _document(works: Works, job: parsers.Job, fields: Mapping[str, Any]) -> Answer:
    """Read a file, or draw a page of it, in a sandbox of its own; `job` is ended in any case."""
    wanted = ("task", "name", "media_type", "limits", "page", "width", "side")
    seconds = fields.get("seconds")
    limit = float(seconds) if isinstance(seconds, int | float) and seconds > 0 else works.limits.seconds
    return await job.answer({name: fields.get(name) for name in wanted}, seconds=limit)


async def _unknown(_works: Works, _fields: Mapping[str, Any], _data: bytes) -> Answer:
    raise Unreadable("unknown request")


async def _start(works: Works, fields: Mapping[str, Any], _data: bytes) -> Answer:
    return {"variables_lost": await works.conversations.start(text(fields, "conversation"))}, b""


async def _exec(works: Works, fields: Mapping[str, Any], _data: bytes) -> Answer:
    seconds = _seconds(works, fields)
    report = await works.conversations.run(
        text(fields, "conversation"), text(fields, "code", most=MOST_CODE), seconds=seconds
    )
    limits = {Ended.TIMEOUT: seconds, Ended.MEMORY: works.limits.memory, Ended.OUTPUT: works.limits.text_read}
    return {
        "outputs": report.outputs,
        "ended": report.ended,
        "limit": limits.get(report.ended) if report.ended else None,
        "variables_lost": report.variables_lost,
        "changed": report.changed,
        "skipped": report.skipped,
    }, b""


def _seconds(works: Works, fields: Mapping[str, Any]) -> float:
    asked = fields.get("seconds", works.limits.seconds)
    if not isinstance(asked, int | float) or asked <= 0:
        raise Unreadable("seconds must be a positive number")
    return float(min(asked, works.limits.seconds))


async def _interrupt(works: Works, fields: Mapping[str, Any], _data: bytes) -> Answer:
    return {"interrupted": works.conversations.interrupt(text(fields, "conversation"))}, b""


async def _kill(works: Works, fields: Mapping[str, Any], _data: bytes) -> Answer:
    await works.conversations.kill(text(fields, "conversation"))
    return {}, b""


async def _forget(works: Works, fields: Mapping[str, Any], _data: bytes) -> Answer:
    await works.conversations.forget(text(fields, "conversation"))
    return {}, b""


async def _put(works: Works, fields: Mapping[str, Any], data: bytes) -> Answer:
    name, tag = text(fields, "name"), text(fields, "tag", most=200)
    await works.conversations.put(text(fields, "conversation"), name, data, tag=tag)
    return {}, b""


async def _tag(works: Works, fields: Mapping[str, Any], _data: bytes) -> Answer:
    tags = fields.get("tags")
    if not isinstance(tags, dict) or not all(isinstance(value, str) for value in tags.values()):
        raise Unreadable("tags must be an object of texts")
    return {"tags": works.conversations.tag(text(fields, "conversation"), tags)}, b""


async def _get(works: Works, fields: Mapping[str, Any], _data: bytes) -> Answer:
    return {}, await works.conversations.read(text(fields, "conversation"), text(fields, "name"))


async def _list(works: Works, fields: Mapping[str, Any], _data: bytes) -> Answer:
    entries = await works.conversations.listing(text(fields, "conversation"))
    return {"files": [{"name": entry.name, "size": entry.size} for entry in entries]}, b""


async def _kept(works: Works, _fields: Mapping[str, Any], _data: bytes) -> Answer:
    return {"conversations": await asyncio.to_thread(works.conversations.kept)}, b""


async def _call(works: Works, fields: Mapping[str, Any], _data: bytes) -> Answer:
    arguments, variables = fields.get("arguments"), fields.get("variables")
    if not isinstance(arguments, dict) or not _are_variables(variables):
        raise Unreadable("arguments must be an object, variables an object of texts")
    command = {
        "do": "call",
        "code": text(fields, "code", most=MOST_CODE),
        "name": text(fields, "name"),
        "arguments": arguments,
        "variables": variables,
    }
    return await _once(works, command, seconds=_seconds(works, fields)), b""


def _are_variables(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(item, str) and name and "=" not in name and "\0" not in name + item for name, item in value.items()
    )


async def _once(works: Works, command: dict[str, Any], *, seconds: float) -> dict[str, Any]:
    """Run a command in an interpreter of its own."""
    interpreter = await works.supply.start("function")
    try:
        outcome = await interpreter.run(command, seconds=seconds)
    finally:
        await asyncio.shield(works.supply.end(interpreter))
    printed = "".join(output.get("text", "") for output in outcome.outputs if output["type"] == "text")
    told: dict[str, Any] = {"ended": outcome.ended, "printed": printed[:FUNCTION_OUTPUT]}
    if outcome.done is None or outcome.ended is not None:
        return {**told, "ended": outcome.ended or Ended.CRASHED}
    if "error" in outcome.done:
        return told | {"error": _checked_error(outcome.done["error"])}
    return told | {"result": outcome.done.get("result")}


def _checked_error(error: Any) -> dict[str, Any]:
    """What the runner says of an error; foreign code runs in the same process and may say anything."""
    found = error if isinstance(error, dict) else {}
    line = found.get("line")
    return {
        "name": plain(str(found.get("name", "Error")))[:200],
        "message": plain(str(found.get("message", "")))[:4000],
        "line": line if isinstance(line, int) else None,
    }


HANDLERS: Mapping[str, Callable[[Works, Mapping[str, Any], bytes], Awaitable[Answer]]] = {
    "start": _start,
    "exec": _exec,
    "interrupt": _interrupt,
    "kill": _kill,
    "forget": _forget,
    "put": _put,
    "tag": _tag,
    "get": _get,
    "list": _list,
    "kept": _kept,
    "call": _call,
}
