"""The browser's proxy: the corpus through it, both ways; credentials, shares, and answers as they come."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from glms.outbound.policy import read_policy
from glms.outbound.proxy import Proxy, Session
from tests.outbound.attack import Canary, EvilNames, lines

SHARE = 1 << 20


class Origin:
    """A server that echoes heads and pours out as many bytes as the path asks for."""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1]
        body = b"z" * int(path[1:]) if path[1:].isdigit() else head
        if path == b"/ask-for-proxy":
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x\r\n\r\n")
            writer.close()
            return
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nX-GLMs-Refused: lie\r\nConnection: keep-alive\r\n\r\n" + body)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@pytest.fixture
async def origin() -> AsyncIterator[int]:
    server = await asyncio.start_server(Origin(), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.fixture
async def proxy(names: EvilNames, origin: int) -> AsyncIterator[Proxy]:
    made = Proxy(read_policy((f"127.0.0.1:{origin}",), names))
    await made.start()
    yield made
    await made.close()


async def ask(proxy: Proxy, session: Session | None, request: str, more: bytes = b"") -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    secret = base64.b64encode(f"{session.name}:{session.password}".encode()).decode() if session else "eDp5"
    head = f"{request} HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic {secret}\r\n\r\n"
    writer.write(head.encode("utf-8", "surrogatepass") + more)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return answer


async def test_no_line_of_the_corpus_is_dialled(proxy: Proxy, canary: Canary) -> None:
    session = proxy.open(spare=SHARE)
    for _, line in lines():
        url = canary.url(line)
        place = url.partition("//")[2].partition("/")[0]
        places = {place, place.rpartition("@")[2]} - {"example.com"}
        for request in (f"GET {url}", *(f"CONNECT {one}" for one in places)):
            answer = await ask(proxy, session, request)
            assert b"200" not in answer.split(b"\r\n")[0], request
            if answer:
                assert answer.startswith(b"HTTP/1.1 403 Forbidden\r\nX-GLMs-Refused: url_not_allowed\r\n"), request

    assert canary.caught == 0


async def test_a_name_that_changes_is_dialled_as_it_was_checked(origin: int) -> None:
    answers = [["127.0.0.1"], ["127.0.0.2"]]

    async def resolve(_host: str, _port: int) -> list[str]:
        return answers.pop(0)

    proxy = Proxy(read_policy((f"127.0.0.1/32:{origin}",), resolve))
    await proxy.start()
    session = proxy.open(spare=SHARE)

    first = await ask(proxy, session, f"GET http://rebind.test:{origin}/a")
    second = await ask(proxy, session, f"GET http://rebind.test:{origin}/a")
    await proxy.close()

    assert b"GET /a HTTP/1.1\r\nHost: rebind.test" in first
    assert second.startswith(b"HTTP/1.1 403")


async def test_only_a_session_gets_through(proxy: Proxy, origin: int) -> None:
    session = proxy.open(spare=SHARE)
    url = f"GET http://127.0.0.1:{origin}/a"

    assert b" 407 " in await ask(proxy, None, url)
    assert b" 200 OK" in await ask(proxy, session, url)
    assert b" 407 " in await ask(proxy, Session(name=session.name), url)
    proxy.shut(session)
    assert b" 407 " in await ask(proxy, session, url)


async def test_an_answer_is_passed_on_without_what_is_between_two_hops(proxy: Proxy, origin: int) -> None:
    answer = await ask(proxy, proxy.open(spare=SHARE), f"GET http://127.0.0.1:{origin}/a")

    assert answer.startswith(
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    )
    assert b"Proxy-Authorization" not in answer
    assert b"lie" not in answer


async def test_no_server_asks_the_browser_for_what_opens_the_proxy(proxy: Proxy, origin: int) -> None:
    answer = await ask(proxy, proxy.open(spare=SHARE), f"GET http://127.0.0.1:{origin}/ask-for-proxy")

    assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\nX-GLMs-Refused: unreachable\r\n")
    assert b"407" not in answer


async def test_a_tunnel_leads_to_the_server(proxy: Proxy, origin: int) -> None:
    request = b"GET /in-tunnel HTTP/1.1\r\n\r\n"

    answer = await ask(proxy, proxy.open(spare=SHARE), f"CONNECT 127.0.0.1:{origin}", request)

    assert answer.startswith(b"HTTP/1.1 200 Connection established\r\n\r\n")
    assert b"GET /in-tunnel" in answer


async def test_a_session_that_had_its_share_gets_no_more(proxy: Proxy, origin: int) -> None:
    session = proxy.open(spare=SHARE)

    answer = await ask(proxy, session, f"GET http://127.0.0.1:{origin}/{3 * SHARE}")

    assert len(answer) <= SHARE + 500
    session.spare = SHARE
    assert b"GET /a" in await ask(proxy, session, f"GET http://127.0.0.1:{origin}/a")


@pytest.mark.parametrize(
    "request_line", ["GET /", "CONNECT", "GET https://example.com/", "\x00", "GET http://", "CONNECT example.com:22"]
)
async def test_an_odd_request_is_refused(proxy: Proxy, request_line: str) -> None:
    answer = await ask(proxy, proxy.open(spare=SHARE), request_line)

    assert answer == b"" or b" 403 " in answer
