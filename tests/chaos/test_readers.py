"""Readers that come late, come back, read slowly, or are cut by a new web server."""

import contextlib
import itertools
import json
import select
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from inference.scripted import reply_text
from tests.chaos.conftest import Keep
from tests.support.client import Person, text_of
from tests.support.instance import Instance
from tests.support.invariants import agree

Tell = Callable[[str], None]
pytestmark = pytest.mark.timeout(240)

SCENE = (
    "[[think let me see, that is not hard]][[words 30]][[pace 15]]"
    '[[call calculator {"expression":"17*3"}]][[call calculator {"expression":"1/0"}]][[then]][[words 20]]'
)


def test_a_restart_of_web_costs_readers_nothing_but_a_moment(instance: Instance, ann: Person, tell: Tell) -> None:
    message = "[[words 250]][[pace 30]]"
    runs = [ann.run(message) for _ in range(5)]
    readers = [*map(ann.follow, runs), *map(ann.follow_by_socket, runs)]
    readers[0].until("text_added", count=5)
    instance.kill("web")
    time.sleep(0.5)
    instance.kill("web", psutil.signal.SIGTERM)
    agree(*readers)
    tell(f"cuts {[reader.cuts for reader in readers]}, silence at most {max(r.silence() for r in readers):.1f} s")

    assert {text_of(ann.ended(run_id)) for run_id in runs} == {reply_text(message, 250)}
    assert all(reader.cuts for reader in readers)
    assert {ann.state(run_id)["attempt"] for run_id in runs} == {1}


def test_every_cursor_of_a_finished_run_gives_exactly_the_rest(
    instance: Instance, ann: Person, keep_journal: Keep
) -> None:
    run_id = ann.run(SCENE, tools=("calculator",))
    whole = ann.follow(run_id).wait().events
    assert [event["seq"] for event in whole] == list(range(1, len(whole) + 1))

    def rest(after: int) -> tuple[list, list]:
        return ann.follow(run_id, after).wait().events, ann.follow_by_socket(run_id, after).wait().events

    with ThreadPoolExecutor(4) as threads:
        for after, (by_events, by_socket) in enumerate(threads.map(rest, range(len(whole)))):
            assert by_events == whole[after:]
            assert by_socket == whole[after:]
    for beyond in (len(whole), len(whole) + 1, 2**31 - 1):
        answer = ann.http.get(f"/api/v1/runs/{run_id}/events", params={"after": beyond}, timeout=5)
        assert "data:" not in answer.text
    keep_journal("tools", run_id)


def test_every_cursor_of_a_running_run_gives_exactly_the_rest(instance: Instance, ann: Person) -> None:
    message = "[[words 120]][[pace 25]]"
    run_id = ann.run(message)
    first = ann.follow(run_id)
    readers = [first]
    while not first.has_end.is_set():  # each time from the newest number, by turns
        make = ann.follow if len(readers) % 2 else ann.follow_by_socket
        readers.append(make(run_id, max(0, first.last - len(readers) % 3)))
        time.sleep(0.04)
    for reader in readers:
        reader.wait()
    whole = first.events

    assert len(readers) > 20
    for reader in readers:
        assert reader.events == whole[reader.after :]
    agree(first)


def test_a_cursor_that_was_never_given_out_still_gets_the_end(instance: Instance, ann: Person) -> None:
    run_id = ann.run("[[words 40]][[pace 25]]")
    with ann.http.stream("GET", f"/api/v1/runs/{run_id}/events", params={"after": 100_000}, timeout=20) as answer:
        types = [line.removeprefix("event: ") for line in answer.iter_lines() if line.startswith("event: ")]

    assert types[-1] == "run_finished"


@pytest.mark.parametrize("cursor", ["abc", "-1", "1e3", str(10**30), "１"])
def test_a_cursor_that_is_no_number_is_refused(instance: Instance, ann: Person, cursor: str) -> None:
    run_id = ann.run("[[say hello]]")
    ann.ended(run_id)
    headers = {b"Last-Event-ID": cursor.encode()}
    answer = ann.http.get(f"/api/v1/runs/{run_id}/events", headers=headers)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_cursor"


def straw(ann: Person, request: str, more: bytes = b"") -> socket.socket:
    """A client that asked for something and takes what it gets through a straw."""
    address = httpx.URL(ann.url)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect((address.host, address.port))
    head = f"{request}\r\nHost: {address.netloc.decode()}\r\nOrigin: {ann.url}\r\n\r\n"
    client.sendall(head.encode() + more)
    return client


def slow_http(ann: Person, run_id: str) -> socket.socket:
    return straw(ann, f"GET /api/v1/runs/{run_id}/events HTTP/1.1\r\nX-Session-Token: {ann.token}")


def slow_socket(ann: Person, run_id: str) -> socket.socket:
    wanted = json.dumps({"type": "follow", "run_id": run_id, "after": 0}).encode()
    frame = bytes([0x81, 0x80 | len(wanted), 0, 0, 0, 0]) + wanted  # a text, masked with zeros
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
    key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
    client = straw(ann, f"GET /ws/v1 HTTP/1.1\r\n{upgrade}\r\n{key}\r\nCookie: glms={ann.token}")
    while not client.recv(1024).endswith(b"\r\n\r\n"):
        pass
    client.sendall(frame)
    return client


def test_clients_that_read_one_byte_a_second_hold_nobody_up_and_are_cut(
    instance: Instance, ann: Person, tell: Tell
) -> None:
    web = psutil.Process(instance.pid("web"))
    message = "[[words 24000]][[pace 0.5]]"
    run_id = ann.run(message)
    fast = ann.follow(run_id)
    before = web.memory_info().rss
    slow = [slow_http(ann, run_id) for _ in range(60)] + [slow_socket(ann, run_id) for _ in range(10)]
    began = time.monotonic()
    cut: dict[int, float] = {}
    peak = before
    while len(cut) < len(slow) and time.monotonic() - began < 75:
        for number, client in enumerate(slow):
            if number not in cut and _is_cut(client):
                cut[number] = time.monotonic() - began
        peak = max(peak, web.memory_info().rss)
        time.sleep(1)
    fast.wait(90)
    tell(
        f"{len(cut)} of {len(slow)} cut after {min(cut.values(), default=0):.0f}-{max(cut.values(), default=0):.0f} s; "
        f"web grew by {(peak - before) / 2**20:.0f} MiB; lag of the fast reader {fast.lag():.2f} s"
    )
    for client in slow:
        client.close()

    assert text_of(ann.ended(run_id)) == reply_text(message, 24000)
    assert len(cut) == len(slow)
    assert (peak - before) / len(slow) < 2**20
    assert fast.lag() < 2
    rest = ann.follow(run_id, after=100).wait()
    assert rest.events == fast.events[100:], "whoever was cut comes back by number"


def _is_cut(client: socket.socket) -> bool:
    """Reads one byte; whether the server has reset the connection (what it sent before may still be read)."""
    client.settimeout(0.01)
    with contextlib.suppress(OSError):
        client.recv(1)
    watch = select.poll()
    watch.register(client, select.POLLIN)
    return any(events & (select.POLLHUP | select.POLLERR) for _, events in watch.poll(0))


def test_a_socket_that_misbehaves_is_told_or_closed_and_others_go_on(instance: Instance, ann: Person) -> None:
    run_id = ann.run("[[words 100]][[pace 20]]")
    other = ann.follow_by_socket(run_id)
    with ann.socket() as socket_:
        wrong = ["{", "[]", '"x"', '{"type": 1}', '{"type": "follow"}', '{"type": "follow", "run_id": "x"}']
        wrong += [json.dumps({"type": "follow", "run_id": run_id, "after": after}) for after in (-1, 2**40, "1", True)]
        for message in wrong:
            socket_.send(message)
            assert json.loads(socket_.recv(5))["code"] == "invalid_request", message
        socket_.send(json.dumps({"type": "follow", "run_id": "00000000-0000-7000-8000-000000000000", "after": 0}))
        assert json.loads(socket_.recv(5))["code"] == "not_found"
        socket_.send('{"type": "ping"}')
        assert json.loads(socket_.recv(5)) == {"type": "pong"}
    with pytest.raises(ConnectionClosed) as closed:
        flood(ann)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4429
    agree(other)


def flood(ann: Person) -> None:
    with ann.socket() as socket_:
        for _ in itertools.repeat(None, 2000):
            socket_.send('{"type": "ping"}')
        while True:
            socket_.recv(5)
