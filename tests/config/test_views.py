"""Probes, metrics and the page."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db


def test_the_process_says_that_it_lives(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_names_its_parts(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200, answer.json()
    assert answer.json() == {"ready": True, "parts": {"database": "ok", "wire": "ok", "migrations": "ok"}}


def test_metrics_are_for_this_machine(client: Client) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403


def test_metrics_open_to_their_token(client: Client, settings) -> None:
    settings.METRICS_TOKEN = "the-token"

    def read(token: str) -> int:
        answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code

    assert read("the-token") == 200
    assert read("another") == 403


def test_an_unbuilt_page_says_how_to_build_it(client: Client) -> None:
    answer = client.get("/")

    assert answer.status_code == 503
    assert b"npm run build" in answer.content


def test_every_page_address_is_the_built_page_with_a_csrf_cookie(client: Client) -> None:
    dist = Path(settings.FRONTEND_DIST)
    dist.mkdir(parents=True, exist_ok=True)
    (dist / "index.html").write_text("<!doctype html><title>built</title>")
    try:
        answer = client.get("/agents/0199/edit")
    finally:
        (dist / "index.html").unlink()

    assert answer.content == b"<!doctype html><title>built</title>"
    assert answer.cookies["csrftoken"].value
    assert "script-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/nothing", "/_allauth/nothing", "/assets/missing.js"])
def test_an_unknown_api_address_is_a_json_404(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
    assert answer.json()["error"]["request_id"] == answer["X-Request-ID"]


def test_a_signed_in_session_is_found() -> None:
    assert sign_in(make_user()).get("/api/v1/tools").status_code == 200


def test_nobody_is_told_to_sign_in(client: Client) -> None:
    answer = client.get("/api/v1/tools")

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not_signed_in"
