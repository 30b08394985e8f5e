"""Where the product may go: the public web, and what the operator added in `GLMS_OUTBOUND_ALLOW`."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network

from glms.outbound.addresses import Address, is_public, unwrapped
from glms.outbound.errors import UrlNotAllowed
from glms.outbound.urls import host_of

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""All IP addresses of a name, as text. Raises OSError where there are none."""

WEB = frozenset({80, 443})
ENTRY = re.compile(r"(\*|\[[^\]]+\]|[^:\[\]]+)(?::(\d{1,5}))?")
INSIDE = ("localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp", "svc", "arpa", "onion")
"""Last labels of names that only mean something within a network."""


async def resolve_by_system(host: str, port: int) -> list[str]:
    """What the system's resolver says."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """One entry: a name or a network, with one port or the web's. `host` is `*` for every public address."""

    host: str = ""
    network: IPv4Network | IPv6Network | None = None
    ports: frozenset[int] = WEB


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rule for every way out."""

    allowed: tuple[Allowed, ...] = ()
    resolve: Resolve = field(default=resolve_by_system)

    async def addresses(self, host: str, port: int) -> list[Address]:
        """Where to dial, each address checked. Raises UrlNotAllowed, with one face for "unknown" and "inside".

        host: as `urls.host_of` returns it. Whoever dials must dial these, and not ask for the name again.
        """
        trusted = any(one.host == host and port in one.ports for one in self.allowed)
        if not trusted:
            self._check_name(host)
        # the dot keeps the resolver from trying the name within the operator's own domains
        asked = host if trusted or ":" in host or host.rpartition(".")[2].isdigit() else f"{host}."
        try:
            found = [unwrapped(text) for text in await self.resolve(asked, port)]
        except (OSError, ValueError) as error:
            raise UrlNotAllowed from error
        if not found or not (trusted or all(self._may_dial(address, port) for address in found)):
            raise UrlNotAllowed
        return list(dict.fromkeys(found))

    def _check_name(self, host: str) -> None:
        labels = host.split(".")
        if ":" not in host and (len(labels) == 1 or labels[-1] in INSIDE):
            raise UrlNotAllowed

    def _may_dial(self, address: Address, port: int) -> bool:
        if any(one.network and address in one.network and port in one.ports for one in self.allowed):
            return True
        ports = WEB.union(*(one.ports for one in self.allowed if one.host == "*"))
        return port in ports and is_public(address)


def read_policy(entries: Sequence[str], resolve: Resolve = resolve_by_system) -> Policy:
    """`name`, `name:port`, `10.0.0.0/8`, `10.0.0.0/8:8080`, `[fd00::/8]:8080`, `*:8443`. Raises ValueError."""
    return Policy(allowed=tuple(_entry(entry) for entry in entries), resolve=resolve)


def _entry(text: str) -> Allowed:
    found = ENTRY.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"GLMS_OUTBOUND_ALLOW has {text!r}; write host:port, network or network:port.")
    ports = frozenset({int(found[2])}) if found[2] else WEB
    place = found[1].strip("[]")
    if place == "*":
        return Allowed(host="*", ports=ports)
    try:
        return Allowed(network=ip_network(place), ports=ports)
    except ValueError:
        try:
            return Allowed(host=host_of(place), ports=ports)
        except UrlNotAllowed as error:
            raise ValueError(f"GLMS_OUTBOUND_ALLOW has {text!r}, which names no host or network.") from error
