"""The one parser of addresses: what it returns is what is dialled; whatever is odd it refuses."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urljoin

import idna

from glms.outbound.errors import UrlNotAllowed

SHAPE = re.compile(r"(?i)(https?)://([^/?#]+)([^#]*)(#.*)?")
AUTHORITY = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[^\[\]:@%]{1,253})(?::(\d{0,5}))?", re.IGNORECASE)
FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2000-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ud800-\udfff]")
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
NUMERIC = re.compile(r"\d+|0x[0-9a-f]*")
KEPT_IN_PATHS = "/?:@!$&'()*+,;=-._~%[]|"
PORTS = {"http": 80, "https": 443}
LONGEST = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A parsed address. `host`: in lower case and ASCII, IPv6 without brackets; `path` has the query with it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def is_literal(self) -> bool:
        """Whether the host is an IP address and no name."""
        return ":" in self.host or self.host.rpartition(".")[2].isdigit()

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def parse(url: str) -> Target:
    """Raises UrlNotAllowed for what is no plain http or https address."""
    shape = SHAPE.fullmatch(url) if len(url) <= LONGEST and not FORBIDDEN.search(url) else None
    authority = AUTHORITY.fullmatch(shape[2]) if shape else None
    if shape is None or authority is None:
        raise UrlNotAllowed
    scheme = shape[1].lower()
    port = int(authority[2] or PORTS[scheme])
    if not 0 < port < 65536:
        raise UrlNotAllowed
    path = quote(shape[3], safe=KEPT_IN_PATHS)
    return Target(
        scheme=scheme, host=host_of(authority[1]), port=port, path=path if path.startswith("/") else f"/{path}"
    )


def joined(base: Target, location: str) -> Target:
    """Where a redirect leads. Raises UrlNotAllowed."""
    if FORBIDDEN.search(location):
        raise UrlNotAllowed
    try:
        return parse(urljoin(str(base), location))
    except ValueError as error:
        raise UrlNotAllowed from error


def host_of(text: str) -> str:
    """A host in its one form. Raises UrlNotAllowed: numbers that some programs read as addresses are none here."""
    try:
        if text.startswith("["):
            return str(IPv6Address(text[1:-1]))
        name = text.lower() if text.isascii() else idna.encode(text.lower()).decode()
        labels = name.removesuffix(".").split(".")
        if NUMERIC.fullmatch(labels[-1]):
            return str(IPv4Address(name))
    except (AddressValueError, idna.IDNAError) as error:
        raise UrlNotAllowed from error
    if not all(LABEL.fullmatch(label) for label in labels):
        raise UrlNotAllowed
    return ".".join(labels)
