"""Opening an account: the first one owns the instance, whatever else happens at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from glms.accounts.models import InstanceSettings, Membership, Role, User
from glms.accounts.services import invitation_create
from tests.factories import PASSWORD, make_browser, make_person, make_user

SIGNUP = "/_allauth/browser/v1/auth/signup"


def sign_up(client: Client, **fields: str):
    body = {"email": "ada@example.com", "password": PASSWORD, "name": "Ada", **fields}
    return client.post(SIGNUP, body, content_type="application/json")


@pytest.mark.django_db
def test_the_first_account_owns_the_instance_and_a_workspace(client: Client) -> None:
    answer = sign_up(client)

    assert answer.status_code == 200, answer.json()
    me = client.get("/api/v1/me").json()
    assert me["user"]["is_instance_owner"] is True
    assert me["user"]["email"] == "ada@example.com"
    assert [(w["name"], w["role"]) for w in me["workspaces"]] == [("Ada's workspace", "owner")]
    assert me["default_workspace_id"] == me["workspaces"][0]["id"]


@pytest.mark.django_db
def test_later_accounts_do_not_own_the_instance(client: Client) -> None:
    make_user(is_instance_owner=True)

    sign_up(client)

    assert client.get("/api/v1/me").json()["user"]["is_instance_owner"] is False


@pytest.mark.django_db(transaction=True)
def test_fifty_first_accounts_at_once_give_one_owner() -> None:
    def one(number: int) -> int:
        try:
            return sign_up(Client(), email=f"p{number}@example.com").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(one, range(50)))

    assert statuses == [200] * 50
    assert User.objects.filter(is_instance_owner=True).count() == 1
    assert Membership.objects.filter(role=Role.OWNER).count() == 50


@pytest.mark.django_db(transaction=True)
def test_one_address_gives_one_account_even_when_raced() -> None:
    def one(_number: int) -> int:
        try:
            return sign_up(Client()).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(one, range(8)))

    assert statuses == [200] + [400] * 7
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_an_address_is_taken_in_any_case(client: Client) -> None:
    sign_up(client)

    answer = sign_up(Client(), email="ADA@example.com")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["param"] == "email"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "   ", "a" * 81, "\u200b\u200b", "a\u202eb", "a\nb\x07"])
def test_a_name_is_visible(client: Client, name: str) -> None:
    answer = sign_up(client, name=name)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["param"] == "name"


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short", "a" * 129, "a" * 500_000, "12345678", "password", " " * 12])
def test_a_bad_password_is_refused_at_its_field(client: Client, password: str) -> None:
    answer = sign_up(client, password=password)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["param"] == "password"
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "email", ["a@b", "a b@example.com", "a@example.com\r\nBcc: b@example.com", "a" * 320 + "@x.de"]
)
def test_a_bad_address_is_refused_at_its_field(client: Client, email: str) -> None:
    answer = sign_up(client, email=email)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["param"] == "email"


@pytest.mark.django_db
def test_closed_sign_up_refuses_strangers_and_the_instance_says_so(client: Client) -> None:
    make_user(is_instance_owner=True)
    InstanceSettings.objects.create(signup_open=False)

    assert sign_up(client).status_code == 403
    assert client.get("/api/v1/instance").json()["signup"] == "closed"


@pytest.mark.django_db
def test_closed_sign_up_still_admits_the_invited(client: Client) -> None:
    host = make_person()
    InstanceSettings.objects.create(signup_open=False)
    _, link = invitation_create(
        user=host, workspace_id=host.default_workspace_id, email="ada@example.com", role=Role.EDITOR
    )
    token = link.rsplit("/", 1)[1]

    assert sign_up(Client(), email="eve@example.com", invitation=token).status_code == 403
    assert sign_up(client, invitation=token).status_code == 200
    accepted = client.post(f"/api/v1/invitations/{token}/accept", content_type="application/json")
    assert accepted.json()["role"] == "editor"


@pytest.mark.django_db
def test_the_first_account_may_sign_up_though_the_setting_is_closed(client: Client) -> None:
    InstanceSettings.objects.create(signup_open=False)

    assert client.get("/api/v1/instance").json()["signup"] == "first_account"
    assert sign_up(client).status_code == 200


@pytest.mark.django_db
def test_sign_up_without_the_pages_token_is_refused() -> None:
    answer = sign_up(make_browser())

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "csrf_failed"


@pytest.mark.django_db
def test_an_app_signs_up_and_acts_with_its_token(client: Client) -> None:
    answer = client.post(
        "/_allauth/app/v1/auth/signup",
        {"email": "ada@example.com", "password": PASSWORD, "name": "Ada"},
        content_type="application/json",
    )

    token = answer.json()["meta"]["session_token"]
    assert not answer.cookies
    assert Client().get("/api/v1/me", headers={"X-Session-Token": token}).status_code == 200
