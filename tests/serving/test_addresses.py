"""Every address of the corpus as a model's: only the instance's owner may enter any, and odd ones are nobody's."""

from collections.abc import Iterator
from typing import Any

import pytest

from glms.serving.models import ModelEndpoint
from tests.factories import make_person, sign_in
from tests.outbound.attack import Canary, lines

pytestmark = pytest.mark.django_db
PLAIN = ("http://10.0.0.1/", "http://postgres:5432/", "http://vllm:8000/v1/models", "http://[fd00:ec2::254]/")
"""Owners may have their model servers inside."""


@pytest.fixture
def listener() -> Iterator[Canary]:
    made = Canary()
    yield made
    made.close()


def enter(person: Any, url: str) -> Any:
    return person.post("/api/v1/models", {"name": "GLM", "url": url, "model": "m"})


def test_nobody_but_the_owner_enters_any(listener: Canary) -> None:
    person = sign_in(make_person())
    statuses = {enter(person, listener.url(line)).status_code for _, line in lines()}

    assert statuses <= {403, 422}
    assert not ModelEndpoint.objects.exists()
    assert listener.caught == 0


def test_odd_ways_to_write_an_address_are_refused_to_the_owner_too(listener: Canary) -> None:
    owner = sign_in(make_person(is_instance_owner=True))
    odd = [line for kind, line in lines() if kind in {"encoding", "parser", "scheme"} or "0x" in line]
    usual = ("hTTp:", "http://①", "http://ⓛ", "http://127。", "http://127｡", "http://127.0.0.1:PORT/%0d", "http://unix:")
    odd = [line for line in odd if not line.startswith(usual)]
    for line in odd:
        answer = enter(owner, listener.url(line))
        assert answer.status_code == 422, (line, answer.json())
        assert answer.json()["error"]["param"] == "url"

    assert len(odd) > 30
    assert listener.caught == 0


@pytest.mark.parametrize("url", PLAIN)
def test_a_server_inside_is_the_owners_to_name(url: str) -> None:
    answer = enter(sign_in(make_person(is_instance_owner=True)), url)
    assert answer.status_code == 201


def test_a_server_that_sends_us_elsewhere_is_not_followed(model_server: Any, listener: Canary) -> None:
    model_server.status = 302
    model_server.headers = {"Location": f"http://127.0.0.1:{listener.port}/v1/models"}

    answer = enter(sign_in(make_person(is_instance_owner=True)), model_server.url)

    assert answer.json()["status"] == "failed"
    assert answer.json()["status_detail"] == "The server answers with status 302."
    assert listener.caught == 0
