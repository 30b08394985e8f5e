"""Bad input to every operation, made from the API's description: a clear refusal, never a 5xx."""

import json
from collections.abc import Iterator
from typing import Any

from django.test import Client

from tests.security.expectations import BODIES, EXPECTED, QUERIES
from tests.security.operations import OPERATIONS, Operation, of_operations
from tests.security.world import World, make_world, undone

WITH_BODY = sorted(name for name, operation in OPERATIONS.items() if operation.takes_body and not operation.takes_form)
WITH_QUERY = sorted(name for name, operation in OPERATIONS.items() if operation.query)
WITH_CURSOR = sorted(name for name, operation in OPERATIONS.items() if "cursor" in operation.query)

WRONG: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**31, 2**63, 10**40, "", " ", "x", "a" * 300_000,
    "\u202e", "\ufffe", "e\u0301" * 5000,
    [], [None], [[]], {}, {"": None}, {"__proto__": 1}, "1e999", "' OR 1=1 --", "{{7*7}}", "%s%n", "../../etc/passwd",
]  # fmt: skip
RAW = {
    "nothing but space": b"   ",
    "not JSON": b"hello",
    "a comma too many": b'{"name": "x",}',
    "a comment": b'{"name": "x" /* y */}',
    "a byte order mark": b'\xef\xbb\xbf{"name": "x"}',
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a lone surrogate": b'{"name": "\\ud800"}',
    "a lone surrogate as a key": b'{"\\udfff": 1}',
    "NUL": b'{"name": "a\\u0000b"}',
    "NUL in a key": b'{"a\\u0000b": 1}',
    "NaN": b'{"name": NaN}',
    "Infinity": b'{"name": -Infinity}',
    "a huge exponent": b'{"name": 1e400}',
    "a huge integer": b'{"name": ' + b"9" * 100_000 + b"}",
    "depth in lists": b"[" * 100_000 + b"]" * 100_000,
    "depth in objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "depth of 33": b'{"name": ' + b"[" * 33 + b"]" * 33 + b"}",
    "many keys": json.dumps({f"k{n}": n for n in range(50_000)}).encode(),
    "the same key twice": b'{"name": 1, "name": 2}',
    "a list": b"[]",
    "a string": b'"x"',
    "null": b"null",
}
WRONG_QUERIES = [
    "", "0", "-1", "abc", "1.5", "9" * 40, "%00", "%ff", "%ED%A0%80", "'", "%25_%5C", "a" * 5000, "null", "NaN", "[]",
]  # fmt: skip
BAD_CURSORS = [
    "x", "W10", "bnVsbA", "eyJhIjoxfQ", "WyJjcmVhdGVkX2F0IixudWxsLG51bGxd", "WyJpZCIsMSwyXQ", "☃", "A" * 499,
]  # fmt: skip
REFUSED = {400, 404, 409, 413, 415, 422, 429}
FINE = {200, 201, 202, 204}


def asker(name: str, world: World) -> Client:
    """A client of whom the operation would accept a good request, if the world were in the state for it."""
    answers = EXPECTED[name]
    roles = ["maker", "owner", "instance_owner", "stranger"]
    return world.client(next(role for role in roles if answers[role] in FINE | {409, 422}))


def send(operation: Operation, client: Client, world: World, body: bytes) -> Any:
    query = QUERIES[operation.name](world) if operation.name in QUERIES else ""
    path = f"{operation.path.format(**world.ids())}?{query}"
    with undone():
        return client.generic(operation.method.upper(), path, body, content_type="application/json")


def check(answer: Any, case: Any, allowed: set[int]) -> None:
    told = "" if answer.streaming else answer.content.decode()
    assert answer.status_code in allowed, f"{case!r:.200}: {answer.status_code} {told[:500]}"
    if answer.status_code in REFUSED:
        error = answer.json()["error"]
        assert set(error) == {"code", "message", "param", "detail", "request_id"}
        assert error["request_id"] == answer["X-Request-ID"]
        assert "Traceback" not in told
        assert "psycopg" not in told


@of_operations(WITH_BODY)
def test_a_body_that_is_not_good_json_is_refused(name: str) -> None:
    operation, world = OPERATIONS[name], make_world()
    client = asker(name, world)

    for case, body in RAW.items():
        allowed = REFUSED | FINE if case == "null" and operation.may_be_null else REFUSED
        check(send(operation, client, world, body), case, allowed)


@of_operations(WITH_BODY)
def test_an_unknown_field_is_refused(name: str) -> None:
    operation, world = OPERATIONS[name], make_world()
    client = asker(name, world)

    for field in ("id", "owner", "owner_id", "is_staff", "is_instance_owner", "created_at", "tenant_id", "__class__"):
        answer = send(operation, client, world, json.dumps({**BODIES[name](world), field: "x"}).encode())
        assert answer.status_code == 422, (field, answer.content)
        assert answer.json()["error"]["param"] == field


def _variants(body: dict[str, Any], field: str) -> Iterator[dict[str, Any]]:
    """`body` with each wrong value at a dotted field; `[]` steps into a list of one."""
    for wrong in WRONG:
        value: Any = wrong
        for step in reversed(field.split(".")[1:]):
            value = {step.rstrip("[]"): [value] if step.endswith("[]") else value}
        top = field.split(".", maxsplit=1)[0]
        yield {**body, top.rstrip("[]"): [value] if top.endswith("[]") else value}


@of_operations(WITH_BODY)
def test_a_wrong_value_in_any_field_is_no_fault_of_ours(name: str) -> None:
    operation, world = OPERATIONS[name], make_world()
    client = asker(name, world)

    for field in operation.fields:
        for body in _variants(BODIES[name](world), field):
            answer = send(operation, client, world, json.dumps(body).encode())
            check(answer, (field, body), REFUSED | FINE)


@of_operations(WITH_QUERY)
def test_a_wrong_query_is_no_fault_of_ours(name: str) -> None:
    operation, world = OPERATIONS[name], make_world()
    client = asker(name, world)
    path = operation.path.format(**world.ids())

    for field in operation.query:
        for wrong in (*WRONG_QUERIES, f"1&{field}=2"):
            if operation.method == "get":
                check(client.get(f"{path}?{field}={wrong}"), (field, wrong), REFUSED | FINE)


@of_operations(WITH_CURSOR)
def test_a_bad_limit_or_cursor_is_refused(name: str) -> None:
    operation, world = OPERATIONS[name], make_world()
    client = asker(name, world)
    path = operation.path.format(**world.ids())

    for limit in ("0", "-1", "1000000000", "abc", "1.5", "", "NaN"):
        check(client.get(f"{path}?limit={limit}"), limit, {422})
    for cursor in BAD_CURSORS:
        check(client.get(path, {"cursor": cursor}), cursor, {400})


@of_operations(sorted(OPERATIONS))
def test_other_methods_are_405_and_name_the_right_ones(name: str) -> None:
    operation, world = OPERATIONS[name], make_world()
    client = world.client("owner")
    path = operation.path.format(**world.ids())
    known = {other.method.upper() for other in OPERATIONS.values() if other.path == operation.path}

    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - known:
        answer = client.generic(method, path, headers={"X-HTTP-Method-Override": operation.method})
        assert answer.status_code == 405, method
        assert answer.json()["error"]["code"] == "method_not_allowed"
        assert {part.strip() for part in answer["Allow"].split(",")} == known


@of_operations(sorted(OPERATIONS))
def test_every_answer_is_closed_to_the_rest_of_the_web(name: str) -> None:
    operation, world = OPERATIONS[name], make_world()
    for role in ("anonymous", "stranger", "maker"):
        client = world.client(role)
        for origin in ("https://evil.test", "null", "http://testserver.evil.test"):
            path = operation.path.format(**world.ids())
            answer = client.generic(operation.method.upper(), path, headers={"Origin": origin})
            assert not [header for header in answer.headers if header.lower().startswith("access-control-")]
        for header, start in CLOSED.items():
            assert answer[header].startswith(start), header
        preflight = client.options(
            path, headers={"Origin": "https://evil.test", "Access-Control-Request-Method": "POST"}
        )
        assert not [header for header in preflight.headers if header.lower().startswith("access-control-")]


CLOSED = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Cache-Control": "no-store",
}
