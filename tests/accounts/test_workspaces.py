"""Workspaces, members, invitations and secrets: who may do what to whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from glms.accounts.models import Invitation, Membership, Role, Secret
from glms.accounts.selectors import invitation_hash, secret_value
from glms.accounts.services import invitation_accept, invitation_create, member_change_role, member_remove
from glms.core.errors import AppError, NotFound
from tests.factories import make_member, make_person, make_user, make_workspace, sign_in

API = "/api/v1"


@pytest.fixture
def place() -> Any:
    return make_workspace(name="Lab")


@pytest.fixture
def people(place: Any) -> dict[str, Any]:
    return {role.value: sign_in(make_person(role=role, workspace=place)) for role in Role}


def member_of(place: Any, user: Any) -> Membership:
    return Membership.objects.get(workspace=place, user=user)


@pytest.mark.django_db
def test_a_workspace_is_made_renamed_and_deleted_by_its_owner() -> None:
    ada = sign_in(make_person())

    made = ada.post(f"{API}/workspaces", {"name": "  Labor\u00a0 Eins "})
    assert (made.status_code, made.json()["name"], made.json()["role"]) == (201, "Labor Eins", "owner")
    path = f"{API}/workspaces/{made.json()['id']}"
    assert ada.patch(path, {"name": "实验室"}).json()["name"] == "实验室"
    assert ada.get(path).json()["name"] == "实验室"
    assert ada.delete(path).status_code == 204
    assert ada.get(path).status_code == 404


@pytest.mark.django_db
def test_lists_page_without_skipping_or_doubling(place: Any, people: dict[str, Any]) -> None:
    for _ in range(7):
        make_member(workspace=place)

    seen, cursor = [], ""
    while cursor is not None:
        answer = people["viewer"].get(
            f"{API}/workspaces/{place.pk}/members", limit=3, **({"cursor": cursor} if cursor else {})
        )
        seen += [item["id"] for item in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]

    assert len(seen) == len(set(seen)) == 11


@pytest.mark.django_db
def test_an_admin_changes_roles_below_owner_only(place: Any, people: dict[str, Any]) -> None:
    def change(by: str, of: str, role: str) -> int:
        member = member_of(place, people[of].user)
        return people[by].patch(f"{API}/workspaces/{place.pk}/members/{member.pk}", {"role": role}).status_code

    assert change("admin", "viewer", "editor") == 200
    assert change("admin", "viewer", "admin") == 200
    assert change("admin", "viewer", "owner") == 403
    assert change("admin", "admin", "owner") == 403
    assert change("admin", "owner", "viewer") == 403
    assert change("editor", "viewer", "editor") == 403
    assert change("owner", "viewer", "owner") == 200


@pytest.mark.django_db
def test_the_last_owner_cannot_leave_or_step_down(place: Any, people: dict[str, Any]) -> None:
    owner = people["owner"]
    path = f"{API}/workspaces/{place.pk}/members/{member_of(place, owner.user).pk}"

    assert owner.delete(path).json()["error"]["code"] == "last_owner"
    assert owner.patch(path, {"role": "admin"}).json()["error"]["code"] == "last_owner"
    make_member(workspace=place, role=Role.OWNER)
    assert owner.delete(path).status_code == 204


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["leave", "step_down"])
def test_two_owners_cannot_both_go_at_once(act: str) -> None:
    for _ in range(5):
        place = make_workspace()
        members = [make_member(workspace=place, role=Role.OWNER) for _ in range(4)]

        def go(member: Membership, place: Any = place) -> bool:
            place_of = {"user": member.user, "workspace_id": place.pk, "member_id": member.pk}
            try:
                if act == "leave":
                    member_remove(**place_of)
                else:
                    member_change_role(**place_of, role=Role.ADMIN)
            except AppError:
                return False
            else:
                return True
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            went = list(pool.map(go, members))

        assert sum(went) == 3
        assert Membership.objects.filter(workspace=place, role=Role.OWNER).count() == 1


@pytest.mark.django_db
def test_everybody_may_leave_and_loses_sight_at_once(place: Any, people: dict[str, Any]) -> None:
    viewer = people["viewer"]

    path = f"{API}/workspaces/{place.pk}/members/{member_of(place, viewer.user).pk}"
    assert viewer.delete(path).status_code == 204

    assert viewer.get(f"{API}/workspaces/{place.pk}").status_code == 404
    assert viewer.get(f"{API}/me").json()["default_workspace_id"] is None


@pytest.mark.django_db
def test_a_member_is_not_reached_through_another_workspace(place: Any, people: dict[str, Any]) -> None:
    elsewhere = make_member(workspace=make_workspace())

    path = f"{API}/workspaces/{place.pk}/members/{elsewhere.pk}"
    assert people["owner"].patch(path, {"role": "viewer"}).status_code == 404
    assert people["owner"].delete(path).status_code == 404


def invite(client: Any, place: Any, email: str = "eve@example.com", role: str = "editor") -> Any:
    return client.post(f"{API}/workspaces/{place.pk}/invitations", {"email": email, "role": role})


@pytest.mark.django_db
def test_an_invitation_is_read_by_its_link_and_accepted_once(place: Any, people: dict[str, Any]) -> None:
    made = invite(people["admin"], place, email="Eve@Example.com").json()
    token = made["link"].rsplit("/", 1)[1]
    eve = sign_in(make_user(email="eve@example.com"))

    preview = Client().get(f"{API}/invitations/{token}").json()
    assert (preview["workspace_name"], preview["email"], preview["role"]) == ("Lab", "eve@example.com", "editor")
    accepted = eve.post(f"{API}/invitations/{token}/accept")
    assert accepted.json() == {"id": str(place.pk), "name": "Lab", "role": "editor"}
    assert Client().get(f"{API}/invitations/{token}").status_code == 404
    assert eve.post(f"{API}/invitations/{token}/accept").status_code == 200
    member_remove(user=eve.user, workspace_id=place.pk, member_id=member_of(place, eve.user).pk)
    assert eve.post(f"{API}/invitations/{token}/accept").status_code == 404


@pytest.mark.django_db
def test_only_a_hash_of_an_invitation_is_kept_and_its_link_is_told_once(place: Any, people: dict[str, Any]) -> None:
    token = invite(people["admin"], place).json()["link"].rsplit("/", 1)[1]

    stored = Invitation.objects.get()
    assert len(token) >= 43
    assert stored.token_hash == invitation_hash(token)
    assert "link" not in people["admin"].get(f"{API}/workspaces/{place.pk}/invitations").json()["items"][0]


@pytest.mark.django_db
def test_an_invitation_is_for_one_address(place: Any, people: dict[str, Any]) -> None:
    token = invite(people["admin"], place).json()["link"].rsplit("/", 1)[1]
    mallory = sign_in(make_user(email="mallory@example.com"))

    assert mallory.post(f"{API}/invitations/{token}/accept").status_code == 403
    assert Client().post(f"{API}/invitations/{token}/accept", content_type="application/json").status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["expired", "revoked", "replaced"])
def test_an_ended_invitation_is_not_there(place: Any, people: dict[str, Any], end: str) -> None:
    made = invite(people["admin"], place).json()
    token = made["link"].rsplit("/", 1)[1]
    if end == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "revoked":
        people["admin"].delete(f"{API}/workspaces/{place.pk}/invitations/{made['id']}")
    else:
        invite(people["admin"], place, role="viewer")

    eve = sign_in(make_user(email="eve@example.com"))
    assert Client().get(f"{API}/invitations/{token}").status_code == 404
    assert eve.post(f"{API}/invitations/{token}/accept").status_code == 404


@pytest.mark.django_db
def test_nobody_invites_above_their_own_role(place: Any, people: dict[str, Any]) -> None:
    assert invite(people["admin"], place, role="owner").status_code == 403
    assert invite(people["editor"], place, role="viewer").status_code == 403
    assert invite(people["owner"], place, role="owner").status_code == 201


@pytest.mark.django_db
def test_a_member_is_not_invited_again(place: Any, people: dict[str, Any]) -> None:
    answer = invite(people["admin"], place, email=people["viewer"].user.email.upper())

    assert answer.json()["error"]["code"] == "already_member"


@pytest.mark.django_db(transaction=True)
def test_fifty_accepts_at_once_join_once() -> None:
    host = make_person()
    eve = make_user(email="eve@example.com")
    _, link = invitation_create(user=host, workspace_id=host.default_workspace_id, email=eve.email, role=Role.VIEWER)

    def accept(_number: int) -> Any:
        try:
            return invitation_accept(user=eve, token=link.rsplit("/", 1)[1]).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        joined = set(pool.map(accept, range(50)))

    assert len(joined) == 1
    assert Membership.objects.filter(user=eve).count() == 1


@pytest.mark.django_db
def test_guessing_links_ends_in_429() -> None:
    statuses = {Client().get(f"{API}/invitations/guess-{n}").status_code for n in range(61)}

    assert statuses == {404, 429}


@pytest.mark.django_db
def test_a_secret_is_written_replaced_and_never_told(place: Any, people: dict[str, Any]) -> None:
    admin, path = people["admin"], f"{API}/workspaces/{place.pk}/secrets"

    made = admin.post(path, {"name": "search", "value": "canary-one"})
    replaced = admin.put(f"{path}/{made.json()['id']}", {"value": "canary-two"})
    listed = admin.get(path)

    assert made.status_code == 201
    assert all(b"canary" not in answer.content for answer in (made, replaced, listed))
    assert listed.json()["items"][0]["has_value"] is True
    assert b"canary" not in bytes(Secret.objects.get().value)
    assert secret_value(user=people["viewer"].user, workspace_id=place.pk, name="search") == "canary-two"
    assert admin.delete(f"{path}/{made.json()['id']}").status_code == 204
    with pytest.raises(NotFound):
        secret_value(user=admin.user, workspace_id=place.pk, name="search")


@pytest.mark.django_db
def test_a_secrets_name_is_taken_once_in_a_workspace(place: Any, people: dict[str, Any]) -> None:
    path = f"{API}/workspaces/{place.pk}/secrets"
    people["admin"].post(path, {"name": "search", "value": "x"})

    assert people["admin"].post(path, {"name": "search", "value": "y"}).json()["error"]["code"] == "name_taken"


@pytest.mark.django_db
def test_a_secret_is_not_reached_through_another_workspace(place: Any, people: dict[str, Any]) -> None:
    mallory = sign_in(make_person())
    made = people["admin"].post(f"{API}/workspaces/{place.pk}/secrets", {"name": "search", "value": "x"}).json()

    path = f"{API}/workspaces/{mallory.user.default_workspace_id}/secrets/{made['id']}"
    assert mallory.put(path, {"value": "mine"}).status_code == 404
    assert mallory.delete(path).status_code == 404


@pytest.mark.django_db
def test_oneself_is_changed_within_ones_own(place: Any, people: dict[str, Any]) -> None:
    viewer = people["viewer"]

    changed = viewer.patch(f"{API}/me", {"name": "王小明", "language": "zh-CN"}).json()["user"]
    assert (changed["name"], changed["language"]) == ("王小明", "zh-CN")
    foreign = make_workspace()
    assert viewer.patch(f"{API}/me", {"default_workspace_id": str(foreign.pk)}).status_code == 404
    assert viewer.patch(f"{API}/me", {"default_workspace_id": str(place.pk)}).status_code == 200
    for field in ("email", "is_instance_owner", "id", "password", "is_active"):
        assert viewer.patch(f"{API}/me", {field: True}).status_code == 422


@pytest.mark.django_db
def test_the_instances_settings_are_its_owners() -> None:
    owner, person = sign_in(make_person(is_instance_owner=True)), sign_in(make_person())

    assert person.get(f"{API}/instance/settings").status_code == 403
    assert person.patch(f"{API}/instance/settings", {"signup_open": False}).status_code == 403
    assert owner.patch(f"{API}/instance/settings", {"signup_open": False, "name": "Our GLMs"}).json() == {
        "name": "Our GLMs",
        "signup_open": False,
    }
    assert Client().get(f"{API}/instance").json()["signup"] == "closed"
