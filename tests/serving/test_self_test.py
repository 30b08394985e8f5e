"""Trying models: asked for, done in the background, kept with the model, told to everybody."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import timezone

from glms.config.env import ModelServer
from glms.serving.models import SelfTest
from glms.serving.selectors import LONGEST_TEST, connection_for
from glms.serving.trial import self_test_run
from inference.dialects import NAMES
from tests.factories import make_person, make_user, sign_in
from tests.support.scripted import ScriptedProcess

pytestmark = pytest.mark.django_db
ANSWERS = {"colour is a clear sky": "[[say Blue.]]", "weather in Paris now": '[[call get_weather {"city": "Paris"}]]'}


@pytest.fixture(scope="module")
def scripted() -> Iterator[ScriptedProcess]:
    with ScriptedProcess() as model:
        httpx.post(model.url.removesuffix("/v1") + "/scripted/answers", json=ANSWERS)
        yield model


@pytest.fixture
def owner() -> Any:
    return sign_in(make_person(is_instance_owner=True))


def entered(client: Any, url: str, **fields: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/models", {"name": "GLM", "url": url, "model": "scripted", **fields})
    assert answer.status_code == 201, answer.json()
    told: dict[str, Any] = answer.json()
    return told


def outcomes(model: dict[str, Any]) -> dict[str, str]:
    return {one["check"]: one["outcome"] for one in model["self_test"]}


@pytest.mark.parametrize("dialect", ["server", "glm4"])
def test_a_new_model_is_tried_and_tells_what_it_can(owner: Any, scripted: ScriptedProcess, dialect: str) -> None:
    made = entered(owner, scripted.url, dialect=dialect)
    assert (made["self_test_running"], made["self_test"], made["self_tested_at"]) == (True, [], None)

    self_test_run(made["id"])

    [told] = [one for one in sign_in(make_user()).get("/api/v1/models").json()["items"] if one["id"] == made["id"]]
    assert (outcomes(told)["plain"], outcomes(told)["call"]) == ("passed", "passed")
    assert outcomes(told)["zero_argument_call"] == "failed"
    assert len(told["self_test"]) == 8
    assert (told["self_test_running"], told["self_tested_at"] is not None) == (False, True)


def test_a_server_that_is_away_fails_the_first_check(owner: Any) -> None:
    made = entered(owner, "http://127.0.0.1:9/v1")
    self_test_run(made["id"])
    told = owner.post(f"/api/v1/models/{made['id']}/check").json()
    assert outcomes(told)["plain"] == "failed"
    assert set(outcomes(told).values()) == {"failed", "skipped"}


def test_only_the_owner_has_models_tried_and_one_test_runs_at_a_time(owner: Any, scripted: ScriptedProcess) -> None:
    made = entered(owner, scripted.url)
    path = f"/api/v1/models/{made['id']}/self-test"
    assert sign_in(make_user()).post(path).status_code == 403
    begun = SelfTest.objects.get().started_at
    answer = owner.post(path)
    assert (answer.status_code, answer.json()["self_test_running"]) == (202, True)
    assert SelfTest.objects.get().started_at == begun


def test_a_test_that_was_lost_is_not_waited_for(owner: Any, scripted: ScriptedProcess) -> None:
    made = entered(owner, scripted.url)
    SelfTest.objects.update(started_at=timezone.now() - LONGEST_TEST)
    assert owner.post(f"/api/v1/models/{made['id']}/check").json()["self_test_running"] is False
    assert owner.post(f"/api/v1/models/{made['id']}/self-test").json()["self_test_running"] is True


@pytest.mark.parametrize("model_id", ["nonsense", "0199aaaa-0000-7000-8000-000000000000"])
def test_an_unknown_model_is_not_tried(owner: Any, model_id: str) -> None:
    assert owner.post(f"/api/v1/models/{model_id}/self-test").status_code == 404
    assert SelfTest.objects.count() == 0


def test_the_default_model_can_be_tried(owner: Any, scripted: ScriptedProcess, settings: Any, tmp_path: Path) -> None:
    settings.MODEL_SERVER = ModelServer(url=scripted.url, key=None, name="scripted", local="", venv=tmp_path)
    assert owner.post("/api/v1/models/default/self-test").status_code == 202
    self_test_run("default")
    told = owner.get("/api/v1/models").json()["items"][0]
    assert (told["id"], outcomes(told)["plain"]) == ("default", "passed")


def test_what_another_model_could_is_forgotten_when_the_endpoint_changes(owner: Any, scripted: ScriptedProcess) -> None:
    made = entered(owner, scripted.url)
    self_test_run(made["id"])
    renamed = owner.patch(f"/api/v1/models/{made['id']}", {"name": "Other"}).json()
    assert len(renamed["self_test"]) == 8
    changed = owner.patch(f"/api/v1/models/{made['id']}", {"dialect": "glm47"}).json()
    assert (changed["dialect"], changed["self_test"], changed["self_test_running"]) == ("glm47", [], True)


def test_a_model_that_was_deleted_meanwhile_leaves_nothing(owner: Any, scripted: ScriptedProcess) -> None:
    made = entered(owner, scripted.url)
    assert owner.delete(f"/api/v1/models/{made['id']}").status_code == 204
    self_test_run(made["id"])
    assert SelfTest.objects.count() == 0


def test_a_run_gets_the_dialect_and_the_prices(owner: Any, scripted: ScriptedProcess) -> None:
    made = entered(owner, scripted.url, dialect="glm4-0414", input_price=0.25, output_price=1.5)
    found = connection_for(user_id=make_user().pk, model_id=made["id"])
    assert (found.dialect, found.input_price, found.output_price) == ("glm4-0414", 0.25, 1.5)
    assert (made["dialect"], made["input_price"], made["output_price"]) == ("glm4-0414", 0.25, 1.5)


@pytest.mark.parametrize("fields", [{"dialect": "latin"}, {"input_price": -1}, {"output_price": "cheap"}])
def test_what_is_no_dialect_and_no_price_is_refused(owner: Any, fields: dict[str, Any]) -> None:
    body = {"name": "GLM", "url": "http://127.0.0.1:9/v1", "model": "m", **fields}
    assert owner.post("/api/v1/models", body).status_code == 422


def test_the_api_knows_every_dialect(owner: Any) -> None:
    for name in NAMES:
        entered(owner, "http://127.0.0.1:9/v1", name=f"of {name}", dialect=name)
