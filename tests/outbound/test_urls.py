"""The parser, the addresses and the operator's list."""

from ipaddress import ip_address

import pytest

from glms.outbound.addresses import is_public
from glms.outbound.errors import UrlNotAllowed
from glms.outbound.policy import read_policy
from glms.outbound.urls import parse
from tests.outbound.attack import PUBLIC, EvilNames


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "192.0.0.192", "198.18.0.1", "224.0.0.1", "0.0.0.0",  # noqa: S104
        "255.255.255.255", "240.0.0.1", "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::127.0.0.1",
        "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:5db8:d822::", "2001:0:5db8:d822::1", "fe80::1", "fe80::1%eth0",
        "fec0::1", "fd00:ec2::254", "ff02::1", "100::1", "2001:db8::1", "3fff::1", "5f00::1", "::ffff:0:7f00:1",
    ],
)  # fmt: skip
def test_an_address_of_no_one_public_is_refused(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_allowed(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    ("given", "dialled"),
    [
        ("http://Example.COM", "http://example.com/"),
        ("HTTPS://example.com:443/a?b=c#d", "https://example.com/a?b=c"),
        ("http://example.com:/", "http://example.com/"),
        ("https://example.com.:8443/x", "https://example.com:8443/x"),
        ("https://例え.jp/道?q=人口", "https://xn--r8jz45g.jp/%E9%81%93?q=%E4%BA%BA%E5%8F%A3"),
        ("http://[2606:4700:0:0::1111]/", "http://[2606:4700::1111]/"),
        ("https://example.com?x=%20", "https://example.com/?x=%20"),
    ],
)
def test_an_address_has_one_form(given: str, dialled: str) -> None:
    assert str(parse(given)) == dialled


async def test_the_operator_opens_a_name_a_network_and_a_port(names: EvilNames) -> None:
    policy = read_policy(("search.internal:8888", "10.0.0.0/8:9000", "[::1]:81", "*:8443"), names)

    assert [str(one) for one in await policy.addresses("search.internal", 8888)] == ["127.0.0.1"]
    assert await policy.addresses("10.1.2.3", 9000)
    assert await policy.addresses("::1", 81)
    assert await policy.addresses("example.com", 8443)
    for host, port in [("search.internal", 80), ("10.1.2.3", 80), ("127.0.0.1", 8888), ("example.com", 9000)]:
        with pytest.raises(UrlNotAllowed):
            await policy.addresses(host, port)


@pytest.mark.parametrize("entry", ["http://x", "a b", "host:port", "", "10.0.0.1/8"])
def test_a_misspelt_entry_stops_the_start(entry: str) -> None:
    with pytest.raises(ValueError, match="GLMS_OUTBOUND_ALLOW"):
        read_policy((entry,))
