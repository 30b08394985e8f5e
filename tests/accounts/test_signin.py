"""Signing in and out, passwords, sessions, and what keeps strangers from guessing."""

import re
import time
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client

from tests.factories import PASSWORD, make_browser, make_person, make_user

pytestmark = pytest.mark.django_db

BROWSER = "/_allauth/browser/v1"
NEW = "another good phrase"


def call(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    return getattr(client, method)(
        f"{BROWSER}{path}", body or {}, content_type="application/json", headers=headers, REMOTE_ADDR="198.51.100.7"
    )


def sign_in(client: Client, *, email: str = "ada@example.com", password: str = PASSWORD) -> Any:
    return call(client, "post", "/auth/login", {"email": email, "password": password})


def is_signed_in(client: Client) -> bool:
    return bool(client.get("/api/v1/me").status_code == 200)


@pytest.fixture
def ada() -> Any:
    return make_person(email="ada@example.com", name="Ada", password=PASSWORD)


@pytest.mark.usefixtures("ada")
def test_a_password_opens_a_session_in_any_case_of_the_address(client: Client) -> None:
    answer = sign_in(client, email="ADA@Example.com")

    assert answer.status_code == 200
    assert answer.json()["data"]["user"]["name"] == "Ada"
    assert is_signed_in(client)


@pytest.mark.usefixtures("ada")
def test_the_session_cookie_is_closed_to_scripts_and_other_sites(client: Client) -> None:
    cookie = sign_in(client).cookies["glms"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.usefixtures("ada")
def test_signing_in_gives_a_session_of_another_name(client: Client) -> None:
    client.get(f"{BROWSER}/config")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["glms"] = session.session_key

    sign_in(client)

    assert client.cookies["glms"].value != session.session_key


@pytest.mark.usefixtures("ada")
def test_signing_out_ends_the_session(client: Client) -> None:
    sign_in(client)

    answer = call(client, "delete", "/auth/session")

    assert answer.status_code == 401
    assert not is_signed_in(client)


@pytest.mark.usefixtures("ada")
def test_a_wrong_password_and_an_unknown_address_look_the_same(client: Client) -> None:
    wrong = sign_in(client, password="wrong password 1")
    unknown = sign_in(client, email="eve@example.com", password="wrong password 1")

    assert (wrong.status_code, wrong.content) == (unknown.status_code, unknown.content)
    assert wrong.status_code == 400


@pytest.mark.usefixtures("ada")
def test_a_wrong_password_and_an_unknown_address_take_the_same_time(client: Client) -> None:
    def seconds(email: str) -> float:
        began = time.perf_counter()
        sign_in(client, email=email, password="wrong password 1")
        return time.perf_counter() - began

    sign_in(client)
    known = min(seconds("ada@example.com") for _ in range(3))
    unknown = min(seconds("eve@example.com") for _ in range(3))

    assert 0.4 < known / unknown < 2.5


@pytest.mark.usefixtures("ada")
def test_guessing_one_account_ends_in_429_and_does_not_lock_others_out(client: Client) -> None:
    statuses = [sign_in(client, password=f"wrong password {n}").status_code for n in range(8)]

    assert statuses == [400] * 5 + [429] * 3
    elsewhere = Client(REMOTE_ADDR="203.0.113.80")
    answer = elsewhere.post(
        f"{BROWSER}/auth/login",
        {"email": "ada@example.com", "password": PASSWORD},
        content_type="application/json",
    )
    assert answer.status_code == 200


def test_guessing_many_accounts_from_one_address_ends_in_429(client: Client) -> None:
    statuses = [sign_in(client, email=f"p{n}@example.com", password="wrong one").status_code for n in range(33)]

    assert statuses == [400] * 30 + [429] * 3


@pytest.mark.usefixtures("ada")
def test_guessing_one_account_from_everywhere_ends_in_429() -> None:
    def tried_from(number: int) -> int:
        answer = Client(REMOTE_ADDR=f"203.0.{number}.1").post(
            f"{BROWSER}/auth/login",
            {"email": "ada@example.com", "password": "a" * 129},
            content_type="application/json",
        )
        return answer.status_code

    assert [tried_from(n) for n in range(102)] == [400] * 100 + [429] * 2


@pytest.mark.usefixtures("ada")
def test_an_invented_forwarding_address_does_not_win_more_tries(client: Client) -> None:
    def tried(number: int) -> int:
        body = {"email": "ada@example.com", "password": "wrong one"}
        return call(client, "post", "/auth/login", body, **{"X-Forwarded-For": f"10.0.0.{number}"}).status_code

    assert [tried(n) for n in range(7)][-1] == 429


@pytest.mark.usefixtures("ada")
def test_a_password_of_a_megabyte_is_refused_unhashed(client: Client) -> None:
    began = time.perf_counter()
    answer = sign_in(client, password="a" * 900_000)

    assert answer.status_code == 400
    assert time.perf_counter() - began < 1


@pytest.mark.usefixtures("ada")
def test_a_new_password_ends_the_other_sessions_and_renames_this_one(client: Client) -> None:
    other, app = Client(), Client()
    sign_in(client)
    sign_in(other)
    body = {"email": "ada@example.com", "password": PASSWORD}
    token = app.post("/_allauth/app/v1/auth/login", body, content_type="application/json").json()["meta"][
        "session_token"
    ]
    before = client.cookies["glms"].value

    answer = call(client, "post", "/account/password/change", {"current_password": PASSWORD, "new_password": NEW})

    assert answer.status_code == 200
    assert is_signed_in(client)
    assert client.cookies["glms"].value != before
    assert not is_signed_in(other)
    assert Client().get("/api/v1/me", headers={"X-Session-Token": token}).status_code == 401
    assert sign_in(Client(), password=NEW).status_code == 200


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    "body",
    [
        {"current_password": "not it at all", "new_password": NEW},
        {"new_password": NEW},
        {"current_password": PASSWORD, "new_password": "short"},
        {"current_password": PASSWORD, "new_password": "a" * 129},
    ],
)
def test_a_password_is_not_changed_by_a_bad_request(client: Client, body: dict[str, str]) -> None:
    sign_in(client)

    assert call(client, "post", "/account/password/change", body).status_code == 400
    assert sign_in(Client()).status_code == 200


@pytest.fixture
def mail_folder(settings: Any) -> None:
    """The mail backend of an instance without a mail server; Django's test runner would keep mail in memory."""
    settings.EMAIL_BACKEND = "glms.core.mail.FolderBackend"


def _mailed_keys() -> list[str]:
    keys = []
    for path in sorted(Path(django_settings.EMAIL_FILE_PATH).glob("*.eml")):
        assert path.stat().st_mode & 0o077 == 0
        text = message_from_bytes(path.read_bytes(), policy=policy.default).get_content()
        keys += re.findall(r"http://localhost:8000/account/password/reset/key/(\S+)", text)
        path.unlink()
    return keys


@pytest.mark.usefixtures("ada", "mail_folder")
def test_a_mailed_key_sets_a_new_password_once_and_ends_all_sessions(client: Client) -> None:
    sign_in(client)
    stranger = Client()
    assert call(stranger, "post", "/auth/password/request", {"email": "ada@example.com"}).status_code == 200
    [key] = _mailed_keys()

    answer = call(stranger, "post", "/auth/password/reset", {"key": key, "password": NEW})

    assert answer.status_code == 401
    assert not is_signed_in(stranger)
    assert not is_signed_in(client)
    assert sign_in(Client(), password=NEW).status_code == 200
    again = call(stranger, "post", "/auth/password/reset", {"key": key, "password": "a third good phrase"})
    assert again.status_code == 400


@pytest.mark.usefixtures("ada", "mail_folder")
def test_a_reset_looks_the_same_for_an_unknown_address_and_tells_no_key(client: Client) -> None:
    known = call(client, "post", "/auth/password/request", {"email": "ada@example.com"})
    unknown = call(client, "post", "/auth/password/request", {"email": "eve@example.com"})

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    [key] = _mailed_keys()
    assert key not in known.content.decode()


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    "key", ["", "x", "x-y", "\x00", "' OR 1=1", "ffffffffffffffffffffffffffffffff-abc-def", "a" * 9000]
)
def test_a_bad_reset_key_is_refused(client: Client, key: str) -> None:
    answer = call(client, "post", "/auth/password/reset", {"key": key, "password": NEW})

    assert answer.status_code in {400, 422}


@pytest.mark.usefixtures("ada", "mail_folder")
def test_a_reset_mail_names_the_public_address_whatever_the_host(client: Client) -> None:
    call(client, "post", "/auth/password/request", {"email": "ada@example.com"}, Host="127.0.0.1:9999")
    assert len(_mailed_keys()) == 1

    refused = call(client, "post", "/auth/password/request", {"email": "ada@example.com"}, Host="evil.test")
    assert refused.status_code == 400
    assert _mailed_keys() == []


@pytest.mark.usefixtures("ada")
def test_sessions_are_listed_and_ended(client: Client) -> None:
    other = Client(headers={"User-Agent": "another browser"})
    sign_in(client)
    sign_in(other)

    listed = call(client, "get", "/auth/sessions").json()["data"]
    ended = [session["id"] for session in listed if not session["is_current"]]
    answer = call(client, "delete", "/auth/sessions", {"sessions": ended})

    assert {session["user_agent"] for session in listed} == {"", "another browser"}
    assert [session["is_current"] for session in answer.json()["data"]] == [True]
    assert is_signed_in(client)
    assert not is_signed_in(other)


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("sessions", [[10**30], ["x"], [{}], {}, None, "1", [[1]], [-1], [1.5], [True], [2**63]])
def test_sessions_of_others_or_nonsense_are_not_ended(client: Client, sessions: Any) -> None:
    sign_in(client)

    assert call(client, "delete", "/auth/sessions", {"sessions": sessions}).status_code in {400, 422}


@pytest.mark.usefixtures("ada")
def test_anothers_session_cannot_be_ended(client: Client) -> None:
    make_user(email="eve@example.com", password=PASSWORD)
    eve = Client()
    sign_in(client)
    sign_in(eve, email="eve@example.com")
    theirs = call(client, "get", "/auth/sessions").json()["data"][0]["id"]

    assert call(eve, "delete", "/auth/sessions", {"sessions": [theirs]}).status_code == 400
    assert is_signed_in(client)


def test_a_deactivated_account_is_out_at_once(client: Client, ada: Any) -> None:
    sign_in(client)

    ada.is_active = False
    ada.save()

    assert not is_signed_in(client)
    assert sign_in(Client()).status_code != 200


@pytest.mark.usefixtures("ada")
def test_an_unsafe_request_needs_the_pages_token() -> None:
    browser = make_browser()
    browser.get(f"{BROWSER}/config")
    token = browser.cookies["csrftoken"].value
    signed = browser.post(
        f"{BROWSER}/auth/login",
        {"email": "ada@example.com", "password": PASSWORD},
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert signed.status_code == 200

    def rename(**headers: str) -> Any:
        return browser.patch("/api/v1/me", {"name": "Eve"}, content_type="application/json", headers=headers)

    assert rename().json()["error"]["code"] == "csrf_failed"
    token = browser.cookies["csrftoken"].value
    assert rename(**{"X-CSRFToken": token, "Origin": "https://evil.test"}).status_code == 403
    assert rename(**{"X-CSRFToken": token, "Origin": "null"}).status_code == 403
    assert rename(**{"X-CSRFToken": token, "Origin": "http://testserver"}).status_code == 200


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_form_is_no_request(client: Client, content_type: str) -> None:
    for path in (f"{BROWSER}/auth/login", "/api/v1/workspaces"):
        answer = client.generic(
            "POST", path, b'{"email": "ada@example.com", "password": "x"}', content_type=content_type
        )
        assert answer.status_code == 415


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("token", ["", "x", "' OR 1=1", "a" * 40, "A" * 32, "a" * 5000])
def test_a_bad_app_token_is_nobody_even_beside_a_good_cookie(client: Client, token: str) -> None:
    sign_in(client)

    assert client.get("/api/v1/me", headers={"X-Session-Token": token}).status_code == 401


@pytest.mark.usefixtures("ada")
def test_an_expired_session_is_nobody(client: Client) -> None:
    sign_in(client)
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")

    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/", "/accounts/signup/", "/_allauth/browser/v1/account/email", "/_allauth/app/v1/account/email",
        "/_allauth/browser/v1/account/phone", "/_allauth/browser/v1/auth/code/request", "/_allauth/openapi.json",
        "/_allauth/browser/v1/auth/email/verify",
    ],
)  # fmt: skip
def test_what_is_not_offered_is_not_there(client: Client, path: str) -> None:
    answer = client.post(path, {}, content_type="application/json")

    assert answer.status_code in {404, 405}
