"""The page's socket shows a person their own runs and nothing else."""

import json
from typing import Any

import pytest
from django.test import Client
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection, connect

from glms.core.models import new_id
from tests.live import Live
from tests.security.world import ROLES, World, make_world


def open_as(live: Live, http: Client, query: str = "") -> ClientConnection:
    cookie = f"glms={http.cookies['glms'].value}" if "glms" in http.cookies else "a=b"
    return connect(f"{live.ws}{query}", additional_headers={"Cookie": cookie, "Origin": live.url})


def say(socket: ClientConnection, **message: Any) -> dict[str, Any]:
    socket.send(json.dumps(message))
    told: dict[str, Any] = json.loads(socket.recv(timeout=10))
    return told


@pytest.fixture
def world(live: Live) -> World:
    return make_world()


def test_without_a_session_the_socket_closes_before_any_data(live: Live) -> None:
    with open_as(live, Client()) as socket, pytest.raises(ConnectionClosedError) as closed:
        socket.recv(timeout=5)

    assert closed.value.rcvd.code == 4401


def test_a_session_in_the_address_opens_nothing(live: Live, world: World) -> None:
    key = world.client("maker").cookies["glms"].value
    for query in (f"?glms={key}", f"?session={key}", f"?X-Session-Token={key}", f"?token={key}"):
        with open_as(live, Client(), query) as socket, pytest.raises(ConnectionClosedError) as closed:
            socket.recv(timeout=5)
        assert closed.value.rcvd.code == 4401


def test_only_its_maker_follows_a_run_or_watches_a_conversation(live: Live, world: World) -> None:
    run, conversation = str(world.ours.run.pk), str(world.ours.conversation.pk)
    for role in ROLES:
        if role in {"anonymous", "maker"}:
            continue
        with open_as(live, world.client(role)) as socket:
            assert say(socket, type="follow", run_id=run, after=0)["code"] == "not_found"
            assert say(socket, type="watch", conversation_id=conversation)["code"] == "not_found"
            assert say(socket, type="ping") == {"type": "pong"}
    with open_as(live, world.client("maker")) as socket:
        assert say(socket, type="follow", run_id=run, after=0)["event"]["type"] == "run_cancelled"


def test_an_unknown_run_looks_like_anothers(live: Live, world: World) -> None:
    with open_as(live, world.client("stranger")) as socket:
        unknown = say(socket, type="follow", run_id=str(new_id()), after=0)
        foreign = say(socket, type="follow", run_id=str(world.ours.run.pk), after=0)

    assert {**unknown, "run_id": ""} == {**foreign, "run_id": ""}


@pytest.mark.parametrize(
    "frame",
    [
        "[" * 5000,
        "", "x", "[]", "null", "1", '"x"', "{}", '{"type": []}', '{"type": "nonsense"}', '{"type": "follow"}',
        '{"type": "follow", "run_id": 1}', '{"type": "follow", "run_id": "x"}', '{"type": "follow", "run_id": null}',
        '{"type": "watch", "conversation_id": {}}', "\x00", '{"type": "follow", "run_id": "\\ud800"}', "a" * 100_000,
        '{"type": "follow", "run_id": "0199aaaa-0000-7000-8000-000000000000", "after": -1}',
        '{"type": "follow", "run_id": "0199aaaa-0000-7000-8000-000000000000", "after": 1e30}', b"\x00\xff",
    ],
)  # fmt: skip
def test_a_frame_of_nonsense_is_an_error_and_the_socket_stays(live: Live, world: World, frame: str | bytes) -> None:
    with open_as(live, world.client("maker")) as socket:
        socket.send(frame)
        assert json.loads(socket.recv(timeout=5))["type"] == "error"
        assert say(socket, type="ping") == {"type": "pong"}
