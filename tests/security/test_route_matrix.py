"""Every route, every role, their own and others' ids: the answer is the table's, and a new route needs an entry."""

from typing import Any

import pytest

from glms.core.models import new_id
from tests.security.expectations import BODIES, EXPECTED, NESTED, QUERIES, RANKS
from tests.security.operations import OPERATIONS, Operation, is_id, of_operations
from tests.security.world import ROLES, World, make_world, undone

NAMES = sorted(OPERATIONS)
WITH_AGENT = [name for name in NAMES if "{agent_id}" in OPERATIONS[name].path]
WITH_IDS = [name for name in NAMES if any(p.endswith("_id") for p in OPERATIONS[name].parameters)]
INNER = [name for name in NAMES if len([p for p in OPERATIONS[name].parameters if p.endswith("_id")]) > 1]
RANKED = [name for name in NAMES if EXPECTED.get(name, {}).get("viewer") == 403 and EXPECTED[name]["owner"] < 300]
LISTS = {"file_ids", "knowledge_ids", "index_ids"}
NESTED_IDS = sorted(
    (name, field)
    for name, operation in OPERATIONS.items()
    for field, schema in [*operation.query.items(), *operation.fields.items()]
    if is_id(schema)
)


def body_of(operation: Operation, world: World) -> Any:
    return BODIES[operation.name](world) if operation.takes_body else None


def query_of(operation: Operation, world: World) -> str:
    return QUERIES[operation.name](world) if operation.name in QUERIES else ""


def ask(operation: Operation, world: World, role: str, ids: dict[str, Any]) -> Any:
    client = world.client(role)
    with undone():
        return operation.call(client, ids, body_of(operation, world), query_of(operation, world))


@pytest.mark.django_db
def test_the_tables_name_every_operation_and_no_other() -> None:
    assert sorted(EXPECTED) == NAMES, "enter new routes into tests/security/expectations.py"
    assert sorted(BODIES) == sorted(name for name in NAMES if OPERATIONS[name].takes_body)
    assert sorted(NESTED) == NESTED_IDS


@of_operations(NAMES)
def test_each_role_gets_the_tables_answer(name: str) -> None:
    operation, world = OPERATIONS[name], make_world()
    answers = {}
    for role in ROLES:
        answers[role] = ask(operation, world, role, world.ids()).status_code

    assert answers == EXPECTED[name]


@of_operations(WITH_AGENT)
def test_a_private_agent_is_there_for_nobody_but_its_maker(name: str) -> None:
    world = make_world()
    ids = {**world.ids(), "agent_id": world.ours.private_agent.pk}

    answers = {role: ask(OPERATIONS[name], world, role, ids).status_code for role in ROLES if role != "maker"}

    assert answers == {**dict.fromkeys(answers, 404), "anonymous": 401}
    assert ask(OPERATIONS[name], world, "maker", ids).status_code < 300


@of_operations(INNER)
def test_an_inner_id_of_another_workspace_is_not_there(name: str) -> None:
    world = make_world()
    own = world.theirs.ids()
    for parameter in OPERATIONS[name].parameters[1:]:
        ids = {**own, parameter: world.ours.ids()[parameter]}
        assert ask(OPERATIONS[name], world, "stranger", ids).status_code == 404, parameter


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "field"), NESTED_IDS)
def test_anothers_id_in_a_body_or_query_is_not_there(name: str, field: str) -> None:
    operation, world = OPERATIONS[name], make_world()
    status, foreign = NESTED[name, field]
    value = str(foreign(world))
    body = body_of(operation, world)
    if field == "regenerate":
        body = {field: value}
    elif field in operation.fields:
        body = {**body, field: [value] if field in LISTS else value}

    query = f"{field}={value}" if field in operation.query else ""
    answer = operation.call(world.client("stranger"), world.theirs.ids(), body, query)

    assert answer.status_code == status, answer.content
    assert status != 200 or answer.json()["items"] == []


@of_operations(WITH_IDS)
def test_an_unknown_id_is_not_there(name: str) -> None:
    operation, world = OPERATIONS[name], make_world()
    role = "instance_owner" if "model_id}" in operation.path else "owner"
    known = {**world.ids(), "workspace_id": world.ours.workspace_id}
    for bad in (new_id(), "nonsense", "0", "' OR 1=1 --", "..", "%00", "%F0%9F%98%80", "9" * 40):
        ids = {**known, operation.parameters[-1] if operation.parameters[-1] != "number" else "agent_id": bad}
        assert ask(operation, world, role, ids).status_code == 404, bad


@of_operations(RANKED)
def test_a_right_ends_with_the_role(name: str) -> None:
    operation, world = OPERATIONS[name], make_world()
    role = "admin" if EXPECTED[name]["admin"] < 300 else "owner"
    member = world.people[role].memberships.get()
    client = world.client(role)
    member.role = "viewer"
    member.save()

    assert operation.call(client, world.ids(), body_of(operation, world), query_of(operation, world)).status_code == 403
    member.delete()
    assert operation.call(client, world.ids(), body_of(operation, world), query_of(operation, world)).status_code == 404


@pytest.mark.django_db
def test_lists_hold_nothing_of_others() -> None:
    world = make_world()
    for name in ("agent_list", "conversation_list", "workspace_list"):
        seen = ask(OPERATIONS[name], world, "stranger", {}).content.decode()
        for thing in (world.ours.agent, world.ours.private_agent, world.ours.conversation):
            assert str(thing.pk) not in seen
        assert str(world.ours.workspace_id) not in seen
    assert RANKS["maker"] == RANKS["editor"]
    for role in ("viewer", "editor", "admin", "owner"):
        assert str(world.ours.private_agent.pk) not in ask(OPERATIONS["agent_list"], world, role, {}).content.decode()
        assert ask(OPERATIONS["conversation_list"], world, role, {}).json()["items"] == []
