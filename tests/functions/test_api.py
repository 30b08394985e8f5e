"""Functions over HTTP: written, read, tried, changed, deleted, and by whom."""

from typing import Any

import pytest

from glms.accounts.models import Role
from tests.factories import SignedInClient, make_person, sign_in
from tests.support.sandbox import Sandboxd, in_its_place

WEATHER = '''
import os

def weather(city: str, days: int = 3) -> dict:
    """The weather of a city.

    Args:
        city: Its name
    """
    print("asked for", city)
    return {"city": city, "days": days, "key": os.environ.get("WEATHER_KEY")}
'''
KEY = "s3cr3t-\"quoted\"-密钥"


def secret_of(ann: SignedInClient, name: str, value: str) -> None:
    workspace = ann.user.default_workspace_id
    made = ann.post(f"/api/v1/workspaces/{workspace}/secrets", {"name": name, "value": value})
    assert made.status_code == 201, made.content


def write(ann: SignedInClient, code: str, **more: Any) -> dict[str, Any]:
    made = ann.post("/api/v1/functions", {"code": code, **more})
    assert made.status_code == 201, made.content
    return made.json()


def trial(ann: SignedInClient, code: str, **more: Any) -> dict[str, Any]:
    tried = ann.post("/api/v1/functions/test", {"code": code, **more})
    assert tried.status_code == 200, tried.content
    return tried.json()


@pytest.fixture
def ann(db: None) -> SignedInClient:
    return sign_in(make_person())


def test_a_function_is_written_and_read_with_its_schema(ann: SignedInClient) -> None:
    made = write(ann, WEATHER, secret_names=["WEATHER_KEY"], changes_world=True)
    assert (made["name"], made["description"]) == ("weather", "The weather of a city.")
    assert made["parameters"] == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "Its name"},
            "days": {"type": "integer", "default": 3},
        },
        "required": ["city"],
        "additionalProperties": False,
    }
    assert (made["visibility"], made["changes_world"], made["can_edit"]) == ("private", True, True)
    assert ann.get(f"/api/v1/functions/{made['id']}").json() == made
    assert ann.get("/api/v1/functions").json()["items"] == [made]


def test_code_is_inspected_without_being_kept_or_run(ann: SignedInClient) -> None:
    told = ann.post("/api/v1/functions/inspect", {"code": WEATHER + "\nraise SystemExit"}).json()
    assert (told["name"], sorted(told["parameters"]["properties"])) == ("weather", ["city", "days"])
    assert ann.get("/api/v1/functions").json()["items"] == []


def test_a_change_is_read_anew_and_a_deleted_function_is_gone(ann: SignedInClient) -> None:
    path = f"/api/v1/functions/{write(ann, WEATHER)['id']}"
    changed = ann.patch(path, {"code": "def wind(): ...", "visibility": "workspace"}).json()
    assert (changed["name"], changed["visibility"], changed["parameters"]["properties"]) == ("wind", "workspace", {})
    assert ann.delete(path).status_code == 204
    assert ann.get(path).status_code == 404


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("def f(a):\n    return (a", 2),
        ("x = 1\n\ndef f(a: Path): ...", 3),
        ("def f(a: dict[()]): ...", 1),
        ("def f(a: Literal[b'x']): ...", 1),
        ("def f(a, a): ...", 1),
        ("def f(a: " + "list[" * 60 + "int" + "]" * 60 + "): ...", 1),
        ("def f(a: " + "x[" * 150 + "int" + "]" * 150 + "): ...", 1),
        ("def f(" + ", ".join(f"a{n}" for n in range(51)) + "): ...", 1),
        ("x = 1", None),
    ],
)
def test_code_that_no_model_can_call_is_refused_with_its_line(
    ann: SignedInClient, code: str, line: int | None
) -> None:
    for path in ("/api/v1/functions", "/api/v1/functions/inspect", "/api/v1/functions/test"):
        error = ann.post(path, {"code": code})
        assert (error.status_code, error.json()["error"]["param"]) == (422, "code")
        assert error.json()["error"]["detail"] == {"line": line}


@pytest.mark.parametrize("default", ["1e999", "float('inf')", "'\\x00'", "'\\ud800'", "9" * 400, "b'x'", "-1"])
def test_a_default_that_is_no_json_harms_nothing(ann: SignedInClient, default: str) -> None:
    made = write(ann, f'def f(a={default}):\n    """Says \\x00 and \\ud800."""')
    assert made["parameters"]["required"] == []
    assert ann.get(f"/api/v1/functions/{made['id']}").json() == made


@pytest.mark.parametrize("name", ["python", "update_plan", "browser_open", "remember"])
def test_a_function_cannot_be_called_like_a_tool(ann: SignedInClient, name: str) -> None:
    error = ann.post("/api/v1/functions", {"code": f"def {name}(): ..."})
    assert (error.status_code, error.json()["error"]["param"]) == (422, "code")


@pytest.mark.parametrize("names", [["2nd"], ["a b"], ["A=B"], ["K"] * 21])
def test_secrets_are_named_like_variables(ann: SignedInClient, names: list[str]) -> None:
    error = ann.post("/api/v1/functions", {"code": WEATHER, "secret_names": names})
    assert (error.status_code, error.json()["error"]["param"]) == (422, "secret_names")


def test_others_see_what_is_shared_and_viewers_change_nothing(ann: SignedInClient) -> None:
    workspace = ann.user.default_workspace
    viewer = sign_in(make_person(workspace=workspace, role=Role.VIEWER))
    stranger = sign_in(make_person())
    private, shared = write(ann, WEATHER), write(ann, "def wind(): ...", visibility="workspace")
    assert viewer.get(f"/api/v1/functions/{private['id']}").status_code == 404
    seen = viewer.get(f"/api/v1/functions/{shared['id']}").json()
    assert (seen["name"], seen["can_edit"]) == ("wind", False)
    assert viewer.patch(f"/api/v1/functions/{shared['id']}", {"changes_world": True}).status_code == 403
    assert viewer.delete(f"/api/v1/functions/{shared['id']}").status_code == 403
    trial_of = {"code": WEATHER, "arguments": {"city": "x"}, "workspace_id": str(workspace.pk)}
    assert viewer.post("/api/v1/functions/test", trial_of).status_code == 403
    assert stranger.get(f"/api/v1/functions/{shared['id']}").status_code == 404
    assert stranger.post("/api/v1/functions/test", trial_of).status_code == 404


def test_the_test_panel_runs_it_in_the_sandbox(ann: SignedInClient, sandbox: Sandboxd) -> None:
    tried = trial(ann, WEATHER, arguments={"city": "北京"})
    assert tried | {"ms": 0} == {
        "ok": True,
        "output": '{"city": "北京", "days": 3, "key": null}',
        "error": "",
        "printed": "asked for 北京\n",
        "line": None,
        "ms": 0,
    }
    assert 0 < tried["ms"] < 60_000


def test_a_secret_is_a_variable_that_no_output_shows(ann: SignedInClient, sandbox: Sandboxd) -> None:
    secret_of(ann, "WEATHER_KEY", KEY)
    code = (
        "import os\ndef f(fail: bool = False):\n    key = os.environ['WEATHER_KEY']\n    print(key, len(key))\n"
        "    if fail:\n        raise ValueError(key)\n    return [key, {key: key}]"
    )
    good = trial(ann, code, secret_names=["WEATHER_KEY"])
    assert (good["printed"], good["output"]) == (f"••• {len(KEY)}\n", '["•••", {"•••": "•••"}]')
    bad = trial(ann, code, secret_names=["WEATHER_KEY"], arguments={"fail": True})
    assert (bad["ok"], bad["error"], bad["line"]) == (False, "ValueError: •••", 6)
    without = trial(ann, code)
    assert (without["ok"], without["error"]) == (False, "KeyError: 'WEATHER_KEY'")


def test_a_secret_that_is_not_there_is_said(ann: SignedInClient) -> None:
    error = ann.post("/api/v1/functions/test", {"code": WEATHER, "secret_names": ["WEATHER_KEY"]})
    assert (error.status_code, error.json()["error"]["param"]) == (422, "secret_names")


@pytest.mark.parametrize(
    ("body", "error", "line"),
    [
        ("return 1 / 0", "ZeroDivisionError: division by zero", 2),
        ("return {1, 2}", "TypeError: the function's result is not JSON", None),
        ("return float('nan')", "TypeError: the function's result is not JSON", None),
        ("return 'x' * 2_000_000", "ValueError: the function's result is longer than", None),
        ("import os; os._exit(3)", "Its interpreter crashed.", None),
        ("import urllib.request as u; u.urlopen('http://example.com')", "URLError", 2),
        ("return open('/mnt/data/x').read()", "FileNotFoundError", 2),
        ("raise ValueError(chr(0xd800) + chr(0))", "ValueError: ", 2),
        ("return missing(1)", "NameError: name 'missing' is not defined", 2),
    ],
)
def test_what_goes_wrong_in_it_is_told_with_its_line(
    ann: SignedInClient, sandbox: Sandboxd, body: str, error: str, line: int | None
) -> None:
    tried = trial(ann, f"def f():\n    {body}")
    assert (tried["ok"], tried["line"], tried["output"]) == (False, line, "")
    assert error in tried["error"]


def test_a_function_that_never_ends_is_stopped(ann: SignedInClient, sandbox: Sandboxd) -> None:
    with in_its_place(sandbox.client.socket, seconds="2"):
        tried = trial(ann, "def f():\n    print('begun')\n    while True: pass")
    assert (tried["ok"], tried["printed"]) == (False, "begun\n")
    assert "no result within" in tried["error"]


def test_one_call_leaves_nothing_to_the_next(ann: SignedInClient, sandbox: Sandboxd) -> None:
    code = "import os\nseen = []\ndef f():\n    seen.append(open('x', 'w'))\n    return [len(seen), os.listdir('.')]"
    assert [trial(ann, code)["output"] for _ in range(2)] == ['[1, ["x"]]'] * 2


def test_a_coroutine_is_awaited(ann: SignedInClient, sandbox: Sandboxd) -> None:
    code = "import asyncio\nasync def f(a: int):\n    await asyncio.sleep(0)\n    return a + 1"
    assert trial(ann, code, arguments={"a": 1})["output"] == "2"


def test_without_a_sandbox_the_panel_says_why(ann: SignedInClient, settings: Any, tmp_path: Any) -> None:
    settings.SANDBOX_SOCKET = tmp_path / "none.sock"
    error = ann.post("/api/v1/functions/test", {"code": "def f(): ..."})
    assert (error.status_code, error.json()["error"]["code"]) == (422, "sandbox_unavailable")
    assert "No sandbox is running here" in error.json()["error"]["message"]
