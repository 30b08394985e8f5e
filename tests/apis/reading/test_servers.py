"""Addresses in documents: those that lead into the network are marked, odd ones left out, and asked for again."""

from typing import Any

import orjson
import pytest

from glms.apis.reading import ImportedApi, read_api
from tests.outbound.attack import lines


def api(paths: Any, **more: Any) -> ImportedApi:
    return read_api(orjson.dumps({"openapi": "3.0.3", "paths": paths} | more))


def codes(read: ImportedApi) -> set[str]:
    return {remark.code for remark in read.report}


@pytest.mark.parametrize(
    ("servers", "usable"),
    [
        ([{"url": "http://169.254.169.254/latest"}], True),
        ([{"url": "http://localhost:8000"}], True),
        ([{"url": "https://{env}.internal", "variables": {"env": {"default": "x"}}}], True),
        ([{"url": "https://{host}/", "variables": {"host": {"default": "169.254.169.254"}}}], True),
        ([{"url": "http://[::1]/"}], True),
        ([{"url": "https://a.example:6379"}], True),
        ([{"url": "http://0x7f.1/"}], False),
        ([{"url": "http://2130706433/"}], False),
        ([{"url": "http://0177.0.0.1/"}], False),
        ([{"url": "http://[fe80::1%25eth0]/"}], False),
        ([{"url": "https://user:pass@a.example/"}], False),
        ([{"url": "https://{host}", "variables": {"host": {"default": "a.example@10.0.0.1"}}}], False),
        ([{"url": "https://{host}"}], False),
        ([{"url": "unix:///var/run/docker.sock"}], False),
        ([{"url": "http+unix://%2Fvar%2Frun/x"}], False),
        ([{"url": "file:///etc/passwd"}], False),
        ([{"url": "javascript:alert(1)"}], False),
        ([{"url": "https://a.example/\r\nHost: b"}], False),
        ([{"url": "/v1"}], False),
        ([{"url": ""}], False),
        ([{"url": 7}], False),
        (["https://a.example"], False),
        ([], False),
        (None, False),
        ({}, False),
    ],
)
def test_addresses_are_marked_or_asked_for(servers: Any, usable: bool) -> None:
    read = api({"/a": {"get": {}}}, servers=servers)

    assert bool(read.servers) is usable
    assert ("inside_address" in codes(read)) is usable
    assert ("no_server" in codes(read)) is not usable


@pytest.mark.parametrize("url", [url for kind, url in lines() if kind != "dns"])
def test_no_address_within_the_network_passes_unmarked(url: str) -> None:
    """Names that only lead there (dns) cannot be told without asking; whoever calls asks, and judges the answer."""
    read = api({"/a": {"get": {}}}, servers=[{"url": url.replace("PORT", "80")}])

    assert not read.servers or "inside_address" in codes(read)


def test_a_hundred_servers_are_cut() -> None:
    read = api({"/a": {"get": {}}}, servers=[{"url": f"https://s{n}.example"} for n in range(100)])

    assert len(read.servers) == 20
    assert "server_limit" in codes(read)
