"""Planted secrets turn up in no log line, no answer and no database column in the clear."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from django.db import connection
from django.test import Client

from glms.config.logging import SHARED, redact
from glms.serving.models import ModelEndpoint
from tests.factories import make_person, sign_in

CANARIES = {
    "password": "canary-Passw0rd-91",
    "new_password": "canary-NewPassw0rd-92",
    "wrong_password": "canary-WrongPassw0rd-93",
    "api_key": "canary-key-94",
    "secret": "canary-secret-95",
}


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Every line of every logger, down to DEBUG, as the instance writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    renderer = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=SHARED, processors=renderer))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def _sign_up(http: Client) -> list[Any]:
    def post(path: str, **body: Any) -> Any:
        return http.post(f"/_allauth/browser/v1{path}", body, content_type="application/json")

    ada = "ada@example.com"
    return [
        post("/auth/login", email=ada, password=CANARIES["wrong_password"]),
        post("/auth/signup", email=ada, password=CANARIES["password"], name="Ada"),
        post("/auth/signup", email=ada, password="canary-short", name=""),
        post("/account/password/change", current_password=CANARIES["password"], new_password=CANARIES["new_password"]),
        post("/auth/password/request", email=ada),
    ]


def _store_secrets(http: Client) -> list[Any]:
    def post(path: str, **body: Any) -> Any:
        return http.post(f"/api/v1{path}", body, content_type="application/json")

    place = http.get("/api/v1/me").json()["default_workspace_id"]
    model = {"name": "GLM", "url": "http://127.0.0.1:9/v1", "model": "m", "api_key": CANARIES["api_key"]}
    return [
        post(f"/workspaces/{place}/secrets", name="search", value=CANARIES["secret"]),
        post(f"/workspaces/{place}/secrets", name=[], value=CANARIES["secret"]),
        post(f"/workspaces/{place}/secrets", name="x", value=[CANARIES["secret"]]),
        http.get(f"/api/v1/workspaces/{place}/secrets"),
        post("/models", **model),
        post("/models", **{**model, "url": f"http://u:{CANARIES['api_key']}@h/"}),
        http.get("/api/v1/models"),
        post(f"/workspaces/{place}/invitations", email="eve@example.com", role="viewer"),
    ]


@pytest.mark.django_db
def test_no_planted_secret_is_logged_or_answered(client: Client, logged: io.StringIO) -> None:
    answers = _sign_up(client) + _store_secrets(client)
    session = client.cookies["glms"].value
    invited = answers[-1].json()["link"].rsplit("/", 1)[1]
    Client().get(f"/api/v1/invitations/{invited}")
    Client().get("/api/v1/me", headers={"X-Session-Token": session})

    lines = logged.getvalue()
    assert "account_opened" in lines
    for canary in [*CANARIES.values(), "canary-short", session, invited]:
        assert canary not in lines
    for answer in answers:
        assert "canary" not in answer.content.decode()


@pytest.mark.django_db
def test_no_planted_secret_lies_in_the_database(client: Client) -> None:
    _sign_up(client)
    _store_secrets(client)
    assert ModelEndpoint.objects.count() == 1

    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%canary%"])  # noqa: S608
            assert cursor.fetchone() == (0,), table
            hexed = "".join(f"{byte:02x}" for byte in b"canary")
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{hexed}%"])  # noqa: S608
            assert cursor.fetchone() == (0,), table


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "canary"),
        ("api_key", "canary"),
        ("x_session_token", "canary"),
        ("Authorization", "canary"),
        ("cookie", "canary"),
        ("event", "Authorization: Bearer canary-canary"),
        ("url", "postgresql://user:canary@host/db"),
        ("error", "key sk-canarycanary refused"),
    ],
)
def test_a_secret_is_hidden_by_its_name_or_its_look(field: str, value: str) -> None:
    assert "canary" not in json.dumps(redact(None, "info", {field: value}))


def test_counts_of_tokens_are_not_hidden_and_long_fields_are_cut() -> None:
    shown = redact(None, "info", {"prompt_tokens": 7, "text": "a" * 100_000})

    assert shown["prompt_tokens"] == 7
    assert len(shown["text"]) <= 4000


@pytest.mark.django_db
def test_every_line_of_a_request_has_its_id_and_its_user(logged: io.StringIO) -> None:
    ada = sign_in(make_person())

    answer = ada.post("/api/v1/workspaces", {"name": 'New\n{"event": "forged"}\x1b[31m'})
    answer = ada.post("/api/v1/workspaces", {"name": "New"})

    [line] = [json.loads(line) for line in logged.getvalue().splitlines() if '"workspace_created"' in line]
    assert line["request_id"] == answer["X-Request-ID"]
    assert line["user_id"] == str(ada.user.pk)
    later = Client().get("/api/v1/me")
    assert later["X-Request-ID"] != answer["X-Request-ID"]


@pytest.mark.django_db
def test_a_clients_own_request_id_is_not_believed() -> None:
    answer = Client().get("/api/v1/instance", headers={"X-Request-ID": "mine\r\nforged"})

    assert "mine" not in answer["X-Request-ID"]


def test_an_error_of_ours_tells_an_id_and_nothing_else(live: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_instancesettings RENAME TO hidden_table")
    try:
        answer = httpx.get(f"{live.url}/api/v1/instance")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE hidden_table RENAME TO accounts_instancesettings")

    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert answer.json()["error"]["request_id"] == answer.headers["X-Request-ID"]
    assert "accounts_" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_metrics_count_by_route_and_not_by_id() -> None:
    ada = sign_in(make_person())
    ada.get(f"/api/v1/workspaces/{ada.user.default_workspace_id}")
    Client().generic("INVENTED", "/api/v1/me")

    shown = Client().get("/metrics").content.decode()

    assert 'route="api/v1/workspaces/<workspace_id>"' in shown
    assert str(ada.user.default_workspace_id) not in shown
    assert "INVENTED" not in shown
