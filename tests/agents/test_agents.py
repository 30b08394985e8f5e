"""Agents: drafts, versions, copies, and who may do what with them."""

import pytest

from glms.accounts.models import Role
from tests.factories import SignedInClient, make_member, make_person, make_workspace, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> SignedInClient:
    return sign_in(make_person())


def make_agent(client: SignedInClient, **draft: object) -> dict:
    answer = client.post("/api/v1/agents", {"draft": {"name": "Bob", **draft}})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_new_agent_has_a_whole_draft_and_no_version(ann: SignedInClient) -> None:
    agent = make_agent(ann, starter_questions=["你好？"])
    assert agent["draft"]["starter_questions"] == ["你好？"]
    assert agent["draft"]["max_turns"] == 12
    assert (agent["published"], agent["has_unpublished_changes"], agent["can_edit"]) == (None, True, True)


@pytest.mark.parametrize(
    ("draft", "param"),
    [
        ({"name": ""}, "draft.name"),
        ({"name": " \u200b "}, "draft.name"),
        ({"name": "x" * 81}, "draft.name"),
        ({"name": 7}, "draft.name"),
        ({"instructions": "x" * 64_001}, "draft.instructions"),
        ({"model": {"temperature": -1}}, "draft.model.temperature"),
        ({"model": {"temperature": True}}, "draft.model.temperature"),
        ({"model": {"temperature": "0.7"}}, "draft.model.temperature"),
        ({"model": {"max_tokens": 1.5}}, "draft.model.max_tokens"),
        ({"model": {"max_tokens": 0}}, "draft.model.max_tokens"),
        ({"starter_questions": ["a"] * 9}, "draft.starter_questions"),
        ({"variables": [{"key": "A B"}]}, "draft.variables.0.key"),
        ({"variables": [{"key": "a"}, {"key": "a"}]}, "draft"),
        ({"tools": [{"name": "nothing"}]}, "draft"),
        ({"tools": [{"name": "calculator"}, {"name": "calculator"}]}, "draft"),
        ({"owner": "me"}, "draft.owner"),
        ({"avatar": {"emoji": "x", "color": "<script>"}}, "draft.avatar.color"),
    ],
)
def test_a_bad_draft_is_refused_with_the_field(ann: SignedInClient, draft: dict, param: str) -> None:
    answer = ann.post("/api/v1/agents", {"draft": draft})
    assert answer.status_code == 422
    assert answer.json()["error"]["param"] == param


def test_an_unknown_model_is_refused(ann: SignedInClient) -> None:
    answer = ann.post("/api/v1/agents", {"draft": {"model": {"id": "01a208e0-ac5c-73cb-82a2-3e2b187adbed"}}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "model_not_available")


def test_a_change_keeps_the_fields_that_it_does_not_name(ann: SignedInClient) -> None:
    agent = make_agent(ann, description="first")
    changed = ann.patch(f"/api/v1/agents/{agent['id']}", {"draft": {"name": "Eve"}}).json()
    assert (changed["draft"]["name"], changed["draft"]["description"]) == ("Eve", "first")
    assert changed["draft_revision"] == agent["draft_revision"] + 1


def test_a_change_of_an_outdated_draft_is_a_conflict(ann: SignedInClient) -> None:
    agent = make_agent(ann)
    path, revision = f"/api/v1/agents/{agent['id']}", agent["draft_revision"]
    assert ann.patch(path, {"draft": {"name": "One"}, "draft_revision": revision}).status_code == 200
    late = ann.patch(path, {"draft": {"name": "Two"}, "draft_revision": revision})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "revision_conflict")
    assert ann.get(path).json()["draft"]["name"] == "One"


def test_versions_never_change_and_can_be_taken_back(ann: SignedInClient) -> None:
    agent = make_agent(ann, instructions="one")
    path = f"/api/v1/agents/{agent['id']}"
    first = ann.post(f"{path}/publish", {"notes": "first"}).json()
    assert (first["published"]["number"], first["has_unpublished_changes"]) == (1, False)
    ann.patch(path, {"draft": {"instructions": "two"}})
    second = ann.post(f"{path}/publish", {}).json()
    assert second["published"]["number"] == 2
    assert ann.get(f"{path}/versions/1").json()["config"]["instructions"] == "one"
    assert [row["number"] for row in ann.get(f"{path}/versions").json()["items"]] == [2, 1]
    back = ann.post(f"{path}/versions/1/revert").json()
    assert (back["draft"]["instructions"], back["has_unpublished_changes"]) == ("one", True)


def test_publishing_twice_makes_one_version(ann: SignedInClient) -> None:
    agent = make_agent(ann)
    for _ in range(2):
        published = ann.post(f"/api/v1/agents/{agent['id']}/publish", {}).json()
    assert published["published"]["number"] == 1


def test_an_export_comes_back_as_the_same_agent(ann: SignedInClient) -> None:
    agent = make_agent(
        ann, instructions="温柔", variables=[{"key": "city", "type": "text"}], tools=[{"name": "calculator"}]
    )
    bundle = ann.get(f"/api/v1/agents/{agent['id']}/export").json()
    assert agent["id"] not in str(bundle)
    copy = ann.post("/api/v1/agents/import", bundle)
    assert copy.status_code == 201
    assert copy.json()["draft"] == agent["draft"]


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"format": "zip"}, "format"),
        ({"format_version": 9}, "format_version"),
        ({"x": 1}, "x"),
        ({"config": 1}, "config"),
    ],
)
def test_a_file_that_is_no_agent_says_why(ann: SignedInClient, change: dict, param: str) -> None:
    bundle = {"format": "glms.agent", "format_version": 1, "config": {"name": "A"}, **change}
    answer = ann.post("/api/v1/agents/import", bundle)
    assert (answer.status_code, answer.json()["error"]["param"]) == (422, param)


def test_a_deleted_agent_is_gone_until_it_is_restored(ann: SignedInClient) -> None:
    path = f"/api/v1/agents/{make_agent(ann)['id']}"
    assert ann.delete(path).status_code == 204
    assert ann.get(path).status_code == 404
    assert ann.post(f"{path}/restore").status_code == 200
    assert ann.get(path).status_code == 200


def test_archived_agents_are_listed_apart(ann: SignedInClient) -> None:
    agent = make_agent(ann)
    ann.post(f"/api/v1/agents/{agent['id']}/archive")
    assert ann.get("/api/v1/agents").json()["items"] == []
    assert len(ann.get("/api/v1/agents", archived=True).json()["items"]) == 1


def test_pages_of_a_list_neither_skip_nor_repeat(ann: SignedInClient) -> None:
    made = {make_agent(ann, name=f"Agent {n}")["id"] for n in range(7)}
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ann.get("/api/v1/agents", limit=3, **({"cursor": cursor} if cursor else {})).json()
        seen += [agent["id"] for agent in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == 7
    assert set(seen) == made


def test_a_private_agent_is_its_makers_alone() -> None:
    workspace = make_workspace()
    ann, admin = (sign_in(make_person(workspace=workspace, role=role)) for role in (Role.EDITOR, Role.ADMIN))
    path = f"/api/v1/agents/{make_agent(ann)['id']}"
    assert admin.get(path).status_code == 404
    ann.patch(path, {"visibility": "workspace"})
    assert admin.get(path).status_code == 200


def test_a_viewer_reads_a_shared_agent_and_changes_nothing() -> None:
    workspace = make_workspace()
    ann, viewer = (sign_in(make_person(workspace=workspace, role=role)) for role in (Role.EDITOR, Role.VIEWER))
    path = f"/api/v1/agents/{make_agent(ann)['id']}"
    ann.patch(path, {"visibility": "workspace"})
    assert viewer.get(path).json()["can_edit"] is False
    for answer in (viewer.patch(path, {"draft": {"name": "X"}}), viewer.delete(path), viewer.post(f"{path}/publish")):
        assert answer.status_code == 403
    assert viewer.post("/api/v1/agents", {}).status_code == 403


def test_another_editor_may_edit_and_not_delete_a_shared_agent() -> None:
    workspace = make_workspace()
    ann, eve = (sign_in(make_person(workspace=workspace, role=Role.EDITOR)) for _ in range(2))
    path = f"/api/v1/agents/{make_agent(ann)['id']}"
    ann.patch(path, {"visibility": "workspace"})
    assert eve.patch(path, {"draft": {"name": "Eve's"}}).status_code == 200
    assert eve.delete(path).status_code == 403


def test_whoever_left_the_workspace_sees_nothing_of_it(ann: SignedInClient) -> None:
    agent = make_agent(ann)
    other = make_workspace()
    make_member(workspace=other, user=ann.user, role=Role.OWNER)
    ann.user.memberships.exclude(workspace=other).delete()
    assert ann.get(f"/api/v1/agents/{agent['id']}").status_code == 404


def test_a_create_with_the_same_key_happens_once(ann: SignedInClient) -> None:
    answers = [ann.post("/api/v1/agents", {"draft": {"name": "Once"}}, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    other = ann.post("/api/v1/agents", {"draft": {"name": "Other"}}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_conflict")
