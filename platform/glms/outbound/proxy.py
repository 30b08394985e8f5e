"""A proxy on loopback that holds a browser to the same rule: HTTP and CONNECT, each with a session's credentials."""

import asyncio
import base64
import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass, field

from glms.outbound.errors import OutboundError, UrlNotAllowed
from glms.outbound.policy import Policy
from glms.outbound.urls import Target, parse

LONGEST_HEAD = 1 << 16
PATIENCE = 30.0
"""Seconds for a head, and for a connection."""
CLOSING = 2.0
PIECE = 1 << 16
REFUSED = "X-GLMs-Refused"
HOP = {
    b"connection",
    b"keep-alive",
    b"proxy-connection",
    b"proxy-authorization",
    b"proxy-authenticate",
    b"te",
    b"upgrade",
}

Lines = list[bytes]


@dataclass(slots=True, kw_only=True)
class Session:
    """One browser's way out. `spare`: bytes that it may still bring in; its owner refills it."""

    name: str = field(default_factory=lambda: secrets.token_hex(8))
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    spare: int = 0

    def is_shown(self, password: str) -> bool:
        return hmac.compare_digest(self.password.encode(), password.encode())


class Answered(Exception):
    """The proxy answers by itself, with this status and code."""

    def __init__(self, status: str, code: str, extra: str = "") -> None:
        super().__init__(code)
        body = f"{code}\n"
        head = f"HTTP/1.1 {status}\r\n{REFUSED}: {code}\r\n{extra}Content-Type: text/plain\r\n"
        self.bytes = f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


class Proxy:
    """Listens from `start` to `close`; `open` lets one browser in, `shut` puts it out."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._sessions: dict[str, Session] = {}
        self._server: asyncio.Server | None = None
        self._busy: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def port(self) -> int:
        if self._server is None:
            raise RuntimeError("The proxy does not listen.")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=LONGEST_HEAD)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task, writer in list(self._busy.items()):
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    def open(self, *, spare: int) -> Session:
        session = Session(spare=spare)
        self._sessions[session.name] = session
        return session

    def shut(self, session: Session) -> None:
        session.spare = 0
        self._sessions.pop(session.name, None)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._busy[task] = writer
        task.add_done_callback(self._busy.pop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except Answered as answered:
            with suppress(OSError):
                writer.write(answered.bytes)
                await writer.drain()
        except (OSError, EOFError, ValueError, TimeoutError, asyncio.LimitOverrunError):
            pass  # the browser went away, or spoke no HTTP
        finally:
            await _end(writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, headers = await _head(reader)
        method, _, rest = first.partition(" ")
        session = self._session(headers)
        if method == "CONNECT":
            await self._tunnel(_target(f"http://{rest.partition(' ')[0]}/"), session, (reader, writer))
        else:
            target = _target(rest.partition(" ")[0])
            await self._forward((method, target, headers), session, (reader, writer))

    def _session(self, headers: Lines) -> Session:
        given = _value(headers, b"proxy-authorization")
        with suppress(ValueError, UnicodeDecodeError):
            name, _, password = base64.b64decode(given.partition(b" ")[2], validate=True).decode().partition(":")
            session = self._sessions.get(name)
            if session is not None and session.is_shown(password):
                return session
        raise Answered(
            "407 Proxy Authentication Required", "not_signed_in", 'Proxy-Authenticate: Basic realm="glms"\r\n'
        )

    async def _dial(self, target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to an address that was checked. Raises Answered."""
        try:
            async with asyncio.timeout(PATIENCE):
                addresses = await self._policy.addresses(target.host, target.port)
        except (UrlNotAllowed, TimeoutError) as error:
            raise _refusal(UrlNotAllowed()) from error
        for address in addresses:
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(PATIENCE / len(addresses)):
                    return await asyncio.open_connection(str(address), target.port, limit=LONGEST_HEAD)
        raise Answered("502 Bad Gateway", OutboundError.code)

    async def _tunnel(
        self, target: Target, session: Session, browser: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    ) -> None:
        server = await self._dial(target)
        try:
            browser[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            outward = asyncio.create_task(_pour(browser[0], server[1], session))
            try:
                await _pour(server[0], browser[1], session)
            finally:
                outward.cancel()
                await asyncio.gather(outward, return_exceptions=True)
        finally:
            await _end(server[1])

    async def _forward(
        self,
        asked: tuple[str, Target, Lines],
        session: Session,
        browser: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        method, target, headers = asked
        length = int(_value(headers, b"content-length") or b"0")
        if _value(headers, b"transfer-encoding") or length < 0:
            raise Answered("411 Length Required", "length_required")
        server = await self._dial(target)
        try:
            kept = _without(headers, HOP | {b"host"})
            first = f"{method} {target.path} HTTP/1.1\r\nHost: {target.authority}\r\nConnection: close\r\n".encode()
            server[1].write(first + b"".join(line + b"\r\n" for line in kept) + b"\r\n")
            await _copy(browser[0], server[1], length)
            await _pass_heads(server[0], browser[1])
            await _pour(server[0], browser[1], session)
        finally:
            await _end(server[1])


async def _end(writer: asyncio.StreamWriter) -> None:
    """Close it; what the other side does not take soon is thrown away."""
    writer.close()
    try:
        async with asyncio.timeout(CLOSING):
            await writer.wait_closed()
    except (OSError, TimeoutError):
        writer.transport.abort()


def _target(url: str) -> Target:
    """Raises Answered."""
    try:
        target = parse(url)
    except UrlNotAllowed as error:
        raise _refusal(error) from error
    if target.scheme != "http":
        raise _refusal(UrlNotAllowed())
    return target


def _refusal(error: OutboundError) -> Answered:
    return Answered("403 Forbidden", error.code)


async def _head(reader: asyncio.StreamReader) -> tuple[str, Lines]:
    """The first line and the header lines. Raises ValueError, EOFError, TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        head = await reader.readuntil(b"\r\n\r\n")
    first, *headers = head[:-4].split(b"\r\n")
    if any(line[:1] in b" \t" or b":" not in line or b"\n" in line or b"\0" in line for line in headers):
        raise ValueError("not a header")
    return first.decode("ascii"), headers


def _value(headers: Lines, name: bytes) -> bytes:
    found = [line.partition(b":")[2].strip() for line in headers if _name(line) == name]
    if len(found) > 1:
        raise ValueError("given twice")
    return found[0] if found else b""


def _without(headers: Lines, names: set[bytes]) -> Lines:
    return [line for line in headers if _name(line) not in names]


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0].strip().lower()


async def _pass_heads(server: asyncio.StreamReader, browser: asyncio.StreamWriter) -> None:
    """The answer's head, with those that come before it; one answer a connection."""
    while True:
        first, headers = await _head(server)
        status = first.split(" ")[1] if " " in first else ""
        if status == "407":  # only we may ask the browser for what opens us
            raise Answered("502 Bad Gateway", OutboundError.code)
        interim = status.startswith("1")
        lines = [first.encode(), *_without(headers, HOP | {REFUSED.lower().encode()})]
        if not interim:
            lines.append(b"Connection: close")
        browser.write(b"\r\n".join(lines) + b"\r\n\r\n")
        await browser.drain()
        if not interim:
            return


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter, length: int) -> None:
    while length > 0:
        piece = await source.read(min(PIECE, length))
        if not piece:
            raise EOFError
        length -= len(piece)
        sink.write(piece)
        await sink.drain()


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter, session: Session) -> None:
    """All that comes, until it ends or the session has brought in its share."""
    while piece := await source.read(PIECE):
        session.spare -= len(piece)
        if session.spare < 0:
            return
        sink.write(piece)
        await sink.drain()
