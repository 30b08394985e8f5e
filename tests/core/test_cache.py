"""Without the wire: reads miss, writes are dropped, and what guards something counts more strictly."""

import signal
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from redis.backoff import NoBackoff
from redis.retry import Retry

from glms.core.cache import PatientRedisCache
from glms.core.errors import RateLimited
from glms.core.limits import Rate, limit_use
from tests.factories import PASSWORD, make_user
from tests.stack import start_valkey, valkey_socket

THREE = Rate(amount=3, seconds=3600)


@pytest.fixture
def away(settings: Any, tmp_path: Path) -> None:
    """The default cache's server is not there."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": f"unix://{tmp_path}/nothing.sock"}}


@pytest.mark.usefixtures("away")
def test_without_the_wire_reads_miss_and_writes_are_dropped() -> None:
    cache.set("a", 1)

    assert cache.get("a") is None
    assert cache.get("a", "instead") == "instead"
    assert cache.get_many(["a", "b"]) == {}
    assert cache.add("a", 1) is True
    assert not cache.delete("a")
    assert not cache.has_key("a")
    cache.set_many({"a": 1})
    cache.delete_many(["a"])


def test_values_keep_their_kind_on_the_wire() -> None:
    for value in (0, 7, -7, 1.5, True, False, "text", "7", "", None, [1, 2.5], {"a": [None]}, "芝麻"):
        cache.set("kind", value)
        found = cache.get("kind", "missing")
        assert (found, type(found)) == (value, type(value))


def _uses(*, until: int = 20) -> int:
    for number in range(until):
        try:
            limit_use(action="test", who="ada", rate=THREE)
        except RateLimited:
            return number
    return until


def test_a_limit_holds_says_how_long_and_is_anothers_own() -> None:
    assert _uses() == 3
    with pytest.raises(RateLimited) as refused:
        limit_use(action="test", who="ada", rate=THREE)
    assert 0 < refused.value.detail["retry_after"] <= 3600
    limit_use(action="test", who="eve", rate=THREE)
    limit_use(action="other", who="ada", rate=THREE)


@pytest.mark.usefixtures("away")
def test_without_the_wire_a_limit_is_stricter_and_not_open() -> None:
    assert _uses() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
def test_without_the_wire_guessing_a_password_ends_sooner() -> None:
    make_user(email="ada@example.com", password=PASSWORD)

    def guess(password: str) -> int:
        body = {"email": "ada@example.com", "password": password}
        return Client().post("/_allauth/browser/v1/auth/login", body, content_type="application/json").status_code

    assert [guess("wrong one") for _ in range(5)] == [400] * 3 + [429] * 2
    cache.clear()


@pytest.fixture
def short(tmp_path_factory: Any) -> Path:
    return tmp_path_factory.mktemp("v")


def test_a_server_that_comes_back_is_used_again(short: Path) -> None:
    server = start_valkey(short)
    patient = PatientRedisCache(
        f"unix://{valkey_socket(short)}", {"OPTIONS": {"socket_timeout": 1, "retry": Retry(NoBackoff(), 1)}}
    )
    patient.set("a", 1)
    server.kill()
    server.wait()
    assert patient.get("a") is None

    server = start_valkey(short)
    try:
        time.sleep(1.1)
        assert patient.get("a") == 1
    finally:
        server.kill()
        server.wait()
        patient.close()


def test_a_server_that_hangs_is_left_alone_for_a_while(short: Path) -> None:
    server = start_valkey(short)
    options = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "retry": Retry(NoBackoff(), 1)}
    patient = PatientRedisCache(f"unix://{valkey_socket(short)}", {"OPTIONS": options})
    server.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        for _ in range(20):
            assert patient.get("a") is None
        assert time.monotonic() - began < 2
    finally:
        server.send_signal(signal.SIGCONT)
        server.kill()
        server.wait()
        patient.close()
