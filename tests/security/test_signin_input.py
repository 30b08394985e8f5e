"""Bad input to sign-in, which is a library's: refused in good order, never a 5xx, whoever asks."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.factories import PASSWORD, make_person
from tests.security.test_bad_input import RAW, WRONG
from tests.security.test_routes import routes

pytestmark = pytest.mark.django_db

ROUTES = [line.split(" ") for line in routes().splitlines() if line.startswith("/_allauth/") and "^" not in line]
FIELDS = {
    "auth/login": ["email", "password"],
    "auth/password/request": ["email"],
    "auth/password/reset": ["key", "password"],
    "auth/reauthenticate": ["password"],
    "auth/sessions": ["sessions"],
    "auth/2fa/authenticate": ["code"],
    "auth/2fa/reauthenticate": ["code"],
    "account/password/change": ["current_password", "new_password"],
    "account/authenticators/totp": ["code"],
}
"""What each route reads; sign-up has a test of its own."""
GOOD = {"email": "ada@example.com", "password": PASSWORD, "name": "Ada", "key": "x-y", "code": "123456"}


@pytest.fixture(params=["anonymous", "signed_in"])
def client_of(request: pytest.FixtureRequest) -> Client:
    client = Client()
    if request.param == "signed_in":
        client.force_login(make_person(email="eve@example.com", password=PASSWORD))
    return client


def ask(client: Client, method: str, path: str, body: bytes) -> Any:
    from django.core.cache import cache

    cache.clear()  # the limits have tests of their own
    return client.generic(method, path, body, content_type="application/json")


@pytest.mark.parametrize(("path", "methods"), ROUTES)
def test_a_body_that_is_not_good_json_is_refused(client_of: Client, path: str, methods: str) -> None:
    for method in methods.split(","):
        for case, body in RAW.items():
            answer = ask(client_of, method, path, body)
            assert answer.status_code < 500, (method, case, answer.content)
            assert answer["Content-Type"].startswith("application/json"), (method, case)


@pytest.mark.parametrize("path", FIELDS)
def test_a_wrong_value_in_any_field_is_no_fault_of_ours(client_of: Client, path: str) -> None:
    for method in dict(ROUTES)[f"/_allauth/browser/v1/{path}"].split(","):
        for field in FIELDS[path]:
            for wrong in WRONG:
                body = json.dumps({**GOOD, field: wrong}).encode()
                answer = ask(client_of, method, f"/_allauth/browser/v1/{path}", body)
                assert answer.status_code < 500, (method, field, wrong, answer.content)


@pytest.mark.parametrize("field", ["email", "password", "name", "invitation"])
def test_a_wrong_value_in_a_sign_up_is_no_fault_of_ours(field: str) -> None:
    for number, wrong in enumerate(WRONG):
        body = {**GOOD, "email": f"p{number}@example.com", field: wrong}
        answer = ask(Client(), "POST", "/_allauth/browser/v1/auth/signup", json.dumps(body).encode())
        assert answer.status_code < 500, (wrong, answer.content)


@pytest.mark.parametrize("name", ["X-Session-Token", "X-Password-Reset-Key", "X-Email-Verification-Key"])
def test_a_header_of_garbage_is_no_fault_of_ours(name: str) -> None:
    for path, methods in ROUTES:
        for wrong in ("", "x", "' OR 1=1", "a" * 20_000, "\xff\xfe", "-", "--", "x-y-z", "%00"):
            answer = Client().generic(methods.split(",")[0], path, headers={name: wrong})
            assert answer.status_code < 500, (path, wrong, answer.content)


def test_a_form_or_another_origin_changes_nothing() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_person(password=PASSWORD))
    for path, methods in ROUTES:
        for method in methods.split(","):
            if method == "GET" or "/app/" in path:
                continue
            answer = browser.generic(method, path, b"{}", content_type="application/json")
            assert answer.status_code in {403, 404, 405}, (method, path)
            assert browser.generic(method, path, b"a=b", content_type="text/plain").status_code == 415


def test_no_answer_is_for_another_origin() -> None:
    for path, methods in ROUTES:
        for method in methods.split(","):
            answer = Client().generic(method, path, headers={"Origin": "https://evil.test"})
            assert not [header for header in answer.headers if header.lower().startswith("access-control-")]
            assert answer["Content-Security-Policy"].startswith("default-src 'none'")
            assert "no-store" in answer["Cache-Control"]
