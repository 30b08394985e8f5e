"""The edge: bodies, files, sockets and odd requests, through the real web server."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from glms.config import asgi
from tests.factories import make_person, make_user, sign_in
from tests.live import Live

MIB = 1024 * 1024
ME = "/api/v1/me"


def told(answer: bytes) -> tuple[int, dict]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def test_a_body_declared_too_large_is_refused_unread(live: Live) -> None:
    status, body = told(
        live.raw(b"POST /api/v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n")
    )

    assert status == 413
    assert body["error"]["code"] == "body_too_large"
    assert body["error"]["request_id"]


def test_a_chunked_body_is_cut_where_it_becomes_too_large(live: Live) -> None:
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    head = b"POST /api/v1/agents HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"

    status, body = told(live.raw(head + chunk * 200))

    assert status == 413
    assert body["error"]["code"] == "body_too_large"


@pytest.mark.parametrize("path", ["/api/v1/agents", "/_allauth/browser/v1/auth/login", "/", "/nowhere"])
def test_every_address_refuses_a_large_body_closed_to_others(live: Live, path: str) -> None:
    answer = httpx.post(f"{live.url}{path}", content=b"a" * (MIB + 1))

    assert answer.status_code == 413
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_compressed_body_is_refused(live: Live) -> None:
    bomb = gzip.compress(b"0" * 50 * MIB)
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}

    answer = httpx.post(f"{live.url}/api/v1/agents", content=bomb, headers=headers)

    assert answer.status_code == 415


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /\x00 HTTP/1.1", b"GET /%00 HTTP/1.1", b"GET //api/v1/me HTTP/1.1", b"GET /api/../metrics HTTP/1.1",
        b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1", b"GET /assets/../index.html HTTP/1.1", b"TRACE /api/v1/me HTTP/1.1",
        b"GET /assets/%2e%2e/index.html HTTP/1.1", b"GET /api/v1/me;jsessionid=1 HTTP/1.1", b"FOO /api/v1/me HTTP/1.1",
        b"GET /" + b"a" * 10_000 + b" HTTP/1.1", b"GET /api/v1/agents/%ff%fe HTTP/1.1", b"GET /api/v1/me/ HTTP/1.1",
        b"GET /api/v1/invitations/%00 HTTP/1.1", b"OPTIONS * HTTP/1.1", b"GET http://evil.test/ HTTP/1.1",
    ],
)  # fmt: skip
def test_an_odd_request_is_answered_calmly(live: Live, request_line: bytes) -> None:
    answer = live.raw(request_line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    status = int(answer.split()[1])
    assert status < 500 or b"not built yet" in answer
    assert b"root:" not in answer


@pytest.mark.parametrize("host", [b"evil.test", b"localhost.evil.test", b"localhost@evil.test", b"", b"a b", b"\xff"])
def test_another_host_is_not_answered(live: Live, host: bytes) -> None:
    for path in (b"/", b"/api/v1/instance"):
        answer = live.raw(b"GET " + path + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
        assert int(answer.split()[1]) == 400


def test_a_cookie_of_garbage_is_nobody(live: Live) -> None:
    for cookie in (b"glms=\x01\x02", b"glms=%00", b"glms=" + b"a" * 5000, b"glms='; DROP", b"glms=\xff\xfe", b";;;=,"):
        answer = live.raw(
            b"GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookie + b"\r\nConnection: close\r\n\r\n"
        )
        assert int(answer.split()[1]) in {400, 401}


@pytest.fixture
def dist() -> Iterator[Path]:
    folder = Path(settings.FRONTEND_DIST) / "assets"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index-B4x_9-zQ.js").write_text("console.log(1)" * 400)
    (folder / "index-B4x_9-zQ.js.gz").write_bytes(gzip.compress(b"console.log(1)" * 400))
    (folder / "early.js").write_text("early()")
    yield folder
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


async def test_a_hashed_file_is_kept_for_ever_compressed_and_closed(dist: Path) -> None:
    application = asgi.with_files(asgi.django_application)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        hashed = await http.get("/assets/index-B4x_9-zQ.js", headers={"Accept-Encoding": "gzip"})
        early = await http.get("/assets/early.js")
        again = await http.get("/assets/early.js", headers={"If-None-Match": early.headers["ETag"]})

    assert "immutable" in hashed.headers["Cache-Control"]
    assert hashed.headers["Content-Encoding"] == "gzip"
    assert hashed.text == "console.log(1)" * 400
    assert "immutable" not in early.headers["Cache-Control"]
    assert again.status_code == 304
    for answer in (hashed, early):
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Type"].startswith("text/javascript")


def _session(live: Live) -> dict[str, str]:
    key = sign_in(make_person()).http.cookies["glms"].value
    return {"Cookie": f"glms={key}", "Origin": live.url}


def test_a_socket_opens_for_our_own_page(live: Live) -> None:
    with connect(live.ws, additional_headers=_session(live)) as socket:
        socket.send('{"type": "ping"}')
        assert json.loads(socket.recv(timeout=5)) == {"type": "pong"}


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.test", "http://localhost.evil.test", "http://evil.test:80"]
)
def test_a_socket_of_another_page_is_refused_at_the_handshake(live: Live, origin: str | None) -> None:
    headers = {"Cookie": _session(live)["Cookie"], **({"Origin": origin} if origin else {})}

    with pytest.raises(InvalidStatus) as refused, connect(live.ws, additional_headers=headers):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("path", ["/ws", "/ws/v1/more", "/", "/api/v1/me"])
def test_another_socket_is_not_there(live: Live, path: str) -> None:
    with pytest.raises(InvalidStatus), connect(f"ws://127.0.0.1:{live.port}{path}", additional_headers=_session(live)):
        pass


def test_metrics_and_health_answer_to_any_host(live: Live) -> None:
    make_user()

    for path in ("/healthz", "/readyz", "/metrics"):
        assert httpx.get(f"{live.url}{path}", headers={"Host": "10.1.2.3"}).status_code == 200
