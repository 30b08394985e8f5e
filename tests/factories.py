"""Makes people, workspaces and signed-in clients for tests, by the product's own rows."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from django.test import AsyncClient, Client

from glms.accounts.models import Membership, Role, User, Workspace

PASSWORD = "correct horse battery"
_numbers = count(1)


def make_user(*, name: str = "", email: str = "", is_instance_owner: bool = False, password: str = "") -> User:
    """A person without a workspace."""
    number = next(_numbers)
    user = User(
        email=email or f"person{number}@example.com",
        name=name or f"Person {number}",
        is_instance_owner=is_instance_owner,
    )
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    return user


def make_workspace(*, owner: User | None = None, name: str = "") -> Workspace:
    workspace = Workspace.objects.create(name=name or f"Workspace {next(_numbers)}")
    if owner is not None:
        make_member(workspace=workspace, user=owner, role=Role.OWNER)
    return workspace


def make_member(*, workspace: Workspace, user: User | None = None, role: Role = Role.VIEWER) -> Membership:
    """Puts a person (a new one unless given) into the workspace, which becomes their default if they have none."""
    user = user or make_user()
    if user.default_workspace_id is None:
        user.default_workspace = workspace
        user.save(update_fields=["default_workspace"])
    return Membership.objects.create(workspace=workspace, user=user, role=role)


def make_person(*, role: Role = Role.OWNER, workspace: Workspace | None = None, **fields: Any) -> User:
    """A person with a role in the workspace, or in a new one."""
    user = make_user(**fields)
    make_member(workspace=workspace or make_workspace(), user=user, role=role)
    return user


@dataclass(frozen=True)
class SignedInClient:
    """A browser with somebody's session: JSON in, JSON out."""

    user: User
    http: Client

    def get(self, path: str, **params: Any) -> Any:
        return self.http.get(path, params)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.http.post(path, body or {}, content_type="application/json", headers=headers)

    def patch(self, path: str, body: Any = None) -> Any:
        return self.http.patch(path, body or {}, content_type="application/json")

    def put(self, path: str, body: Any = None) -> Any:
        return self.http.put(path, body or {}, content_type="application/json")

    def delete(self, path: str) -> Any:
        return self.http.delete(path)


def sign_in(user: User) -> SignedInClient:
    http = Client()
    http.force_login(user)
    return SignedInClient(user=user, http=http)


async def sign_in_async(user: User) -> AsyncClient:
    http = AsyncClient()
    await http.aforce_login(user)
    return http


def make_browser() -> Client:
    """A browser without a session whose forged requests are refused as in production."""
    return Client(enforce_csrf_checks=True)
