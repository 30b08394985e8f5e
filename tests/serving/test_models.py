"""Models: who enters them, what of them is told to whom, and how they are."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from glms.config.env import ModelServer as ChosenModel
from glms.core.errors import InvalidRequest
from glms.serving.models import ModelEndpoint
from glms.serving.selectors import connection_for
from tests.factories import make_person, make_user, sign_in

pytestmark = pytest.mark.django_db
KEY = "canary-key-91"
UNKNOWN = "0199aaaa-0000-7000-8000-000000000000"


@pytest.fixture
def owner() -> Any:
    return sign_in(make_person(is_instance_owner=True))


@pytest.fixture
def model_file() -> Any:
    path: Path = django_settings.HOME / "run" / "model.json"
    path.parent.mkdir(parents=True, exist_ok=True)

    def write(**told: Any) -> None:
        path.write_text(json.dumps(told))

    yield write
    path.unlink(missing_ok=True)


def entered(model_server: Any, **fields: Any) -> dict[str, Any]:
    return {"name": "GLM", "url": model_server.url, "model": "glm-4", "api_key": KEY, **fields}


def test_a_new_endpoint_is_asked_with_its_key(owner: Any, model_server: Any) -> None:
    answer = owner.post("/api/v1/models", entered(model_server))

    made = answer.json()
    assert answer.status_code == 201, made
    assert (made["status"], made["context_length"], made["has_key"]) == ("ready", 131072, True)
    assert model_server.seen == [f"Bearer {KEY}"]


def test_a_key_is_never_read_back(owner: Any, model_server: Any) -> None:
    made = owner.post("/api/v1/models", entered(model_server))

    answers = [made, owner.get("/api/v1/models"), owner.patch(f"/api/v1/models/{made.json()['id']}", {"name": "G"})]
    assert all(KEY not in answer.content.decode() for answer in answers)
    assert KEY.encode() not in bytes(ModelEndpoint.objects.get().api_key)


def test_others_see_a_model_without_its_url_key_and_log(owner: Any, model_server: Any, model_file: Any) -> None:
    model_file(url=None, state="failed", detail="No space left.", log_tail=["a path"], source="bundled", is_toy=True)
    owner.post("/api/v1/models", entered(model_server))

    items = sign_in(make_person()).get("/api/v1/models").json()["items"]

    assert [(item["url"], item["has_key"], item["log_tail"]) for item in items] == [(None, False, [])] * 2
    assert items[0]["status"] == "failed"
    assert owner.get("/api/v1/models").json()["items"][0]["log_tail"] == ["a path"]


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_only_the_instance_owner_changes_models(method: str, model_server: Any) -> None:
    endpoint = ModelEndpoint.objects.create(name="GLM", url=model_server.url, model="glm-4")
    person = sign_in(make_person())
    path = "/api/v1/models" if method == "post" else f"/api/v1/models/{endpoint.pk}"

    answer = person.delete(path) if method == "delete" else getattr(person, method)(path, entered(model_server))

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/v1", "file:///etc/passwd", "host:8000/v1", "//host/v1", "http://", "http:///v1",
        "javascript:alert(1)",
        "http://user:pass@host/v1", "http://user@host/v1", "http://@host/v1", "http://host/v1#x", "http://host/v1?key=1",
        "http://host:99999/v1", "http://host:0/v1", "http://[::1/v1", "http://host/ v1", "http://host\\@evil/v1",
        "http://host/\u202ev1",
    ],
)  # fmt: skip
def test_a_bad_url_is_refused_at_its_field(owner: Any, url: str) -> None:
    answer = owner.post("/api/v1/models", {"name": "GLM", "url": url, "model": "m"})

    assert answer.status_code == 422
    assert answer.json()["error"]["param"] == "url"


def test_a_key_does_not_follow_its_endpoint_to_another_server(owner: Any, model_server: Any) -> None:
    made = owner.post("/api/v1/models", entered(model_server, url="http://127.0.0.1:9/v1")).json()

    moved = owner.patch(f"/api/v1/models/{made['id']}", {"url": model_server.url}).json()

    assert moved["has_key"] is False
    assert model_server.seen == [None]


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (401, b"secret words", "failed"),
        (500, b"secret words", "failed"),
        (404, b"secret words", "unknown"),
        (302, b"secret words", "failed"),
        (200, b"secret words", "failed"),
        (200, b'{"data": [{"id": 3}, 5]}', "failed"),
        (200, b'{"data": [{"id": "another"}]}', "failed"),
        (200, b'{"data": []}', "failed"),
        (200, b"[" * 100_000, "failed"),
    ],
)
def test_a_server_in_trouble_is_told_in_our_words(
    owner: Any, model_server: Any, status: int, body: bytes, told: str
) -> None:
    model_server.status, model_server.body = status, body
    model_server.headers = {"Location": "http://127.0.0.1:9/"}

    made = owner.post("/api/v1/models", entered(model_server)).json()

    assert made["status"] == told
    assert made["status_detail"]
    assert "secret words" not in json.dumps(made)


def test_a_silent_server_holds_the_page_two_seconds_at_most(owner: Any, model_server: Any) -> None:
    model_server.delay = 6
    for number in range(3):
        ModelEndpoint.objects.create(name=f"GLM {number}", url=model_server.url, model="glm-4")

    began = time.monotonic()
    items = owner.get("/api/v1/models").json()["items"]

    assert time.monotonic() - began < 3.5
    assert [item["status"] for item in items[1:]] == ["failed"] * 3


def test_a_server_is_not_asked_again_at_once_unless_told_to(owner: Any, model_server: Any) -> None:
    made = owner.post("/api/v1/models", entered(model_server)).json()

    for _ in range(5):
        owner.get("/api/v1/models")
    assert len(model_server.seen) == 1
    owner.post(f"/api/v1/models/{made['id']}/check")
    assert len(model_server.seen) == 2


def test_a_name_is_taken_once(owner: Any, model_server: Any) -> None:
    owner.post("/api/v1/models", entered(model_server))

    answer = owner.post("/api/v1/models", entered(model_server))

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "name_taken"


def test_the_supervisors_state_is_told(owner: Any, model_file: Any) -> None:
    model_file(url="http://127.0.0.1:9/v1", name="smol", source="bundled", is_toy=True, state="loading", detail="50%")

    found = owner.get("/api/v1/models").json()["items"][0]

    assert (found["id"], found["is_default"], found["is_toy"]) == ("default", True, True)
    assert (found["status"], found["status_detail"], found["source"]) == ("loading", "50%", "bundled")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"log_tail": null}', "\x00"])
def test_a_half_written_state_is_no_error(owner: Any, text: str) -> None:
    path: Path = django_settings.HOME / "run" / "model.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    try:
        found = owner.get("/api/v1/models").json()["items"][0]
    finally:
        path.unlink()

    assert found["status"] == "unknown"


def test_a_run_gets_the_endpoint_it_names(owner: Any, model_server: Any) -> None:
    made = owner.post("/api/v1/models", entered(model_server)).json()

    connection = connection_for(user_id=owner.user.pk, model_id=made["id"])

    assert (connection.url, connection.key, connection.model) == (model_server.url, KEY, "glm-4")
    assert (connection.context_length, connection.label) == (131072, "GLM")
    assert KEY not in repr(connection)


def test_a_run_gets_the_environments_model_by_default(settings: Any, model_server: Any, tmp_path: Path) -> None:
    settings.MODEL_SERVER = ChosenModel(url=f"{model_server.url}/", key=KEY, name=None, local="", venv=tmp_path)

    connection = connection_for(user_id=make_user().pk, model_id=None)

    assert (connection.url, connection.key, connection.model) == (model_server.url, KEY, "glm-4")
    assert connection.context_length == 131072


def test_a_run_gets_the_supervisors_model_as_the_file_has_it_now(model_file: Any, model_server: Any) -> None:
    user = make_user()
    model_file(url=model_server.url, name="glm-4", source="local", state="ready", context_length=4096)
    assert connection_for(user_id=user.pk, model_id="default").context_length == 4096

    model_file(url=model_server.url, name="other", source="local", state="ready", context_length=2048)
    assert connection_for(user_id=user.pk, model_id="default").model == "other"


@pytest.mark.parametrize("model_id", [UNKNOWN, "nonsense", "", "' OR 1=1", "\x00"])
def test_an_unknown_model_is_not_available(model_id: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        connection_for(user_id=make_user().pk, model_id=model_id)

    assert refused.value.code == "model_not_available"


def test_without_any_model_the_default_is_not_available() -> None:
    with pytest.raises(InvalidRequest) as refused:
        connection_for(user_id=make_user().pk, model_id=None)

    assert refused.value.code == "model_not_available"
