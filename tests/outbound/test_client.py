"""The client against the corpus, and against servers that redirect, swell and dawdle."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest
from aiohttp import ClientConnectionResetError, web

from glms.outbound.client import Answer, OutboundClient, Request
from glms.outbound.errors import (
    AnswerTooLarge,
    HeaderNotAllowed,
    OutboundError,
    TimedOut,
    TooManyRedirects,
    UrlNotAllowed,
)
from glms.outbound.policy import read_policy
from tests.outbound.attack import Canary, EvilNames, lines


@pytest.fixture
async def place(names: EvilNames) -> AsyncIterator[str]:
    """A server that the operator allowed, at 127.0.0.1."""
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def answer(request: web.Request) -> web.StreamResponse:
    match request.path:
        case "/to":
            status = int(request.query.get("status", "302"))
            return web.Response(status=status, headers={"Location": request.query["where"]})
        case "/loop":
            return web.Response(status=302, headers={"Location": "/loop"})
        case "/bomb":
            return web.Response(body=gzip.compress(b"0" * (30 << 20)), headers={"Content-Encoding": "gzip"})
        case "/endless":
            return await dawdle(request)
        case _:
            seen = dict(request.headers)
            return web.json_response({"method": request.method, "headers": seen, "body": await request.text()})


async def dawdle(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    with suppress(ClientConnectionResetError):
        for _ in range(100):
            await response.write(b"a little")
            await asyncio.sleep(0.05)
    return response


@pytest.fixture
def fetch(place: str, names: EvilNames) -> Callable[[Request], Awaitable[Answer]]:
    return OutboundClient(read_policy((place, f"other.test:{place.partition(':')[2]}"), names)).fetch


@pytest.mark.parametrize("line", [url for _, url in lines()])
async def test_no_line_of_the_corpus_is_dialled(line: str, canary: Canary, names: EvilNames) -> None:
    with pytest.raises(UrlNotAllowed) as refused:
        await OutboundClient(read_policy((), names)).fetch(Request(url=canary.url(line)))

    assert str(refused.value) == UrlNotAllowed.message
    assert canary.caught == 0


async def test_the_canary_can_be_caught(canary: Canary, names: EvilNames) -> None:
    client = OutboundClient(read_policy((f"127.0.0.1:{canary.port}",), names))

    with pytest.raises(OutboundError):
        await client.fetch(Request(url=f"http://127.0.0.1:{canary.port}/"))

    assert canary.caught


async def test_the_canary_catches_datagrams_too(canary: Canary) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", canary.port))
    for _ in range(100):
        if canary.caught_datagrams:
            break
        await asyncio.sleep(0.05)

    assert canary.caught_datagrams == 1


async def test_a_name_is_asked_for_once_and_its_answer_dialled(names: EvilNames) -> None:
    policy = read_policy(("*:9",), names)

    assert [str(one) for one in await policy.addresses("rebind.test", 9)] == ["93.184.216.34"]
    with pytest.raises(UrlNotAllowed):
        await policy.addresses("rebind.test", 9)
    assert names.asked["rebind.test"] == 2


@pytest.mark.parametrize(
    "where",
    [
        "http://127.0.0.1:PORT/", "http://[::1]:PORT/", "//127.0.0.1:PORT/", "http://10.0.0.1/", "file:///etc/passwd",
        "gopher://127.0.0.1:PORT/_INFO", "http://localhost:PORT/", "\\\\127.0.0.1:PORT\\", "http://[::1%25lo]:PORT/",
        "http://[127.0.0.1]:PORT/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_inside_is_not_followed(fetch, place, canary: Canary, where: str, status: int) -> None:
    url = f"http://{place}/to?status={status}&where={canary.url(where).replace('%', '%25')}"

    with pytest.raises(UrlNotAllowed):
        await fetch(Request(url=url.replace("\\", "%5C")))

    assert canary.caught == 0


async def test_a_loop_ends_after_five_redirects(fetch, place) -> None:
    with pytest.raises(TooManyRedirects):
        await fetch(Request(url=f"http://{place}/loop"))


async def test_secrets_stay_with_the_first_server(fetch, place) -> None:
    port = place.partition(":")[2]
    headers = {"Authorization": "Bearer s3", "X-My-Key": "s3", "Accept": "text/html"}
    elsewhere = f"http://{place}/to?where=http://other.test:{port}/seen"

    told = (await fetch(Request(url=elsewhere, headers=headers, secret=frozenset({"x-my-key"})))).body.decode()
    stayed = (await fetch(Request(url=f"http://{place}/to?where=/seen", headers=headers))).body.decode()

    assert "s3" not in told
    assert "text/html" in told
    assert "Bearer s3" in stayed


@pytest.mark.parametrize("status", [307, 308])
async def test_a_body_stays_with_the_first_server(fetch, place, status: int) -> None:
    where = f"http://other.test:{place.partition(':')[2]}/seen"

    with pytest.raises(OutboundError):
        await fetch(Request(url=f"http://{place}/to?status={status}&where={where}", method="POST", body=b"secret"))
    kept = await fetch(Request(url=f"http://{place}/to?status={status}&where=/seen", method="POST", body=b"secret"))
    turned = await fetch(Request(url=f"http://{place}/to?status=302&where=/seen", method="POST", body=b"secret"))

    assert b'"body": "secret"' in kept.body
    assert b'"method": "GET"' in turned.body
    assert b"secret" not in turned.body


async def test_a_bomb_is_cut_while_it_unpacks(fetch, place) -> None:
    with pytest.raises(AnswerTooLarge):
        await fetch(Request(url=f"http://{place}/bomb", most_bytes=1 << 20))


async def test_a_slow_server_is_given_up(fetch, place) -> None:
    with pytest.raises(TimedOut):
        await fetch(Request(url=f"http://{place}/endless", seconds=0.3))


@pytest.mark.parametrize("name", ["Host", "connection", "Content-Length", "Proxy-Authorization", "X-Forwarded-For"])
async def test_nobody_sets_the_platforms_headers(fetch, place, name: str) -> None:
    with pytest.raises(HeaderNotAllowed):
        await fetch(Request(url=f"http://{place}/seen", headers={name: "127.0.0.1"}))
    with pytest.raises(HeaderNotAllowed):
        await fetch(Request(url=f"http://{place}/seen", headers={"X-A": "b\r\nHost: x"}))


async def test_proxies_of_the_environment_are_ignored(
    fetch, place, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")

    assert (await fetch(Request(url=f"http://{place}/seen"))).status == 200
    assert canary.caught == 0


async def test_unknown_and_inside_look_the_same(names: EvilNames) -> None:
    client = OutboundClient(read_policy((), names))
    told = set()
    for host in ("nx.test", "localtest.me", "10.0.0.1", "intranet"):
        with pytest.raises(UrlNotAllowed) as refused:
            await client.fetch(Request(url=f"http://{host}/"))
        told.add(str(refused.value))

    assert len(told) == 1
