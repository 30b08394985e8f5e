"""The HTTP client for everything that people, models or other servers may name an address for."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from glms.outbound.addresses import Address
from glms.outbound.errors import (
    AnswerTooLarge,
    HeaderNotAllowed,
    OutboundError,
    TimedOut,
    TooManyRedirects,
    UrlNotAllowed,
)
from glms.outbound.policy import Policy
from glms.outbound.urls import Target, joined, parse

MOST_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
KEEPS_METHOD = {307, 308}
OURS = {"host", "connection", "transfer-encoding", "content-length", "upgrade", "te", "trailer", "keep-alive", "expect"}
OURS_BEGIN = ("proxy-", "x-forwarded-", "forwarded", "x-real-ip")
SECRET = {"authorization", "cookie", "x-api-key", "api-key"}
"""Headers that stay with the first server, beside those that the caller names."""
MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to send. `secret`: further header names that must not reach another server through a redirect."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    secret: frozenset[str] = frozenset()
    seconds: float = 30.0
    """For everything together."""
    most_bytes: int = 10 * MIB
    """Of the answer's body, unpacked."""
    follow: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. Header names are in lower case; `url` is where the last redirect led."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer whose body is still to come."""

    head: Answer
    _response: aiohttp.ClientResponse
    _most_bytes: int

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body in pieces. Raises OutboundError when it is too large, too slow or breaks off."""
        left = self._most_bytes
        with plain_words():
            async for chunk in self._response.content.iter_any():
                left -= len(chunk)
                if left < 0:
                    raise AnswerTooLarge
                yield chunk


class Pinned(AbstractResolver):
    """Answers with the addresses that were checked, whatever name is asked for."""

    def __init__(self, addresses: list[Address]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Holds nothing."""


class OutboundClient:
    """Checks, dials what it checked, follows redirects by hand; knows no proxy of the environment and no cookies."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._tls = ssl.create_default_context()

    async def fetch(self, request: Request) -> Answer:
        """The whole answer. Raises OutboundError."""
        async with self.stream(request) as stream:
            return replace(stream.head, body=b"".join([chunk async for chunk in stream.chunks()]))

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[Stream]:
        """The answer's head at once, its body as it comes. Raises OutboundError."""
        _check_headers(request.headers)
        target = parse(request.url)
        deadline = asyncio.get_running_loop().time() + request.seconds
        for _hop in range(MOST_REDIRECTS + 1):
            left = max(0.001, deadline - asyncio.get_running_loop().time())
            async with self._session(await self._checked(target, left), left) as session:
                async with await _sent(session, request, target) as response:
                    onward = _onward(request, target, response) if request.follow else None
                    if onward is None:
                        head = Answer(status=response.status, url=str(target), headers=_headers(response))
                        yield Stream(head, response, request.most_bytes)
                        return
                request, target = onward
        raise TooManyRedirects

    async def _checked(self, target: Target, seconds: float) -> list[Address]:
        try:
            async with asyncio.timeout(seconds):
                return await self._policy.addresses(target.host, target.port)
        except TimeoutError as error:
            raise UrlNotAllowed from error

    def _session(self, addresses: list[Address], seconds: float) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(resolver=Pinned(addresses), ssl=self._tls, force_close=True)
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=min(10.0, seconds)),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )


async def _sent(session: aiohttp.ClientSession, request: Request, target: Target) -> aiohttp.ClientResponse:
    with plain_words():
        return await session.request(
            request.method,
            URL(str(target), encoded=True),
            headers=dict(request.headers),
            data=request.body,
            allow_redirects=False,
        )


def _onward(request: Request, target: Target, response: aiohttp.ClientResponse) -> tuple[Request, Target] | None:
    """The request that a redirect asks for; None when the answer is none. Raises OutboundError."""
    location = response.headers.get("Location")
    if response.status not in REDIRECTS or not location:
        return None
    where = joined(target, location)
    keeps = response.status in KEEPS_METHOD or request.method in {"GET", "HEAD"}
    elsewhere = where.origin != target.origin
    if elsewhere and keeps and request.body is not None:
        raise OutboundError("The server redirects what was sent to another server.")
    dropped = (SECRET | {name.lower() for name in request.secret}) if elsewhere else set()
    if not keeps:
        dropped = dropped | {"content-type"}
        request = replace(request, method="GET", body=None)
    headers = {name: value for name, value in request.headers.items() if name.lower() not in dropped}
    return replace(request, headers=headers), where


def _headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        low = name.lower()
        if low in OURS or low.startswith(OURS_BEGIN) or not name.isascii() or not name.isprintable():
            raise HeaderNotAllowed
        if any(ord(letter) < 32 or ord(letter) == 127 for letter in value if letter != "\t"):
            raise HeaderNotAllowed("A header's value has control characters.")


@contextmanager
def plain_words() -> Iterator[None]:
    """Says what happened in words of our own: the libraries' messages tell of addresses and ports."""
    try:
        yield
    except TimeoutError as error:
        raise TimedOut from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise OutboundError from error
