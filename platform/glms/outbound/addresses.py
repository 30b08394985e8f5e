"""Which IP addresses are public: global unicast and nothing else, however they are wrapped."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

GLOBAL_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
"""What DNS64 answers on networks without IPv4: the last 32 bits are the real address (RFC 6052)."""
NOT_PUBLIC_V6 = (
    IPv6Network("2001::/23"),  # protocol assignments; within it Teredo, which wraps IPv4, and ORCHIDs
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4, which wraps IPv4
    IPv6Network("3fff::/20"),  # documentation
)
NOT_PUBLIC_V4 = (
    IPv4Network("100.64.0.0/10"),  # carriers' NAT
    IPv4Network("192.0.0.0/24"),  # protocol assignments; a cloud's metadata server is among them
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
    IPv4Network("198.18.0.0/15"),  # benchmarks
)


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could be meant by it.

    `ipaddress.is_global` alone is not enough: it is true for multicast, fec0::/10, 2002:7f00:1:: and 192.0.0.192.
    """
    if isinstance(address, IPv4Address):
        return _is_public_v4(address)
    if address.scope_id is not None:
        return False
    if address.ipv4_mapped is not None:
        return _is_public_v4(address.ipv4_mapped)
    if address in NAT64:
        return _is_public_v4(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in GLOBAL_UNICAST and not any(address in network for network in NOT_PUBLIC_V6)


def unwrapped(text: str) -> Address:
    """An address as it is dialled; an IPv4 one in IPv6 clothes comes out as itself. Raises ValueError."""
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _is_public_v4(address: IPv4Address) -> bool:
    odd = address.is_multicast or address.is_reserved or address.is_private or address.is_loopback
    return address.is_global and not odd and not any(address in network for network in NOT_PUBLIC_V4)
