"""Addresses that must never be dialled, a listener that notices when one is, and a name server that lies."""

import re
import socket
import threading
from pathlib import Path

CORPUS = Path(__file__).with_name("ssrf_urls.txt")
NO_ADDRESS = {"redirect", "misc"}
"""Recipes: each has a test of its own."""
HARMLESS = {"http://example.com:/"}
PUBLIC = "93.184.216.34"


def lines() -> list[tuple[str, str]]:
    """Class and address of every line that is one; several of one line come one by one."""
    found = []
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        kind, url = re.split(r"\t", line, maxsplit=1)[0], line.split("\t", 1)[1].rsplit("\t", 1)[0]
        if kind in NO_ADDRESS or url in HARMLESS:
            continue
        parts = url.split(", ") if kind == "scheme" else [url]
        found.extend((kind, part) for part in parts)
    return found


class Canary:
    """Listens on every loopback address, for connections and for datagrams; `caught` counts who came."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.port = self._socket.getsockname()[1]
        self._datagrams = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self._datagrams.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self._datagrams.bind(("::", self.port))
        self.caught = 0
        self.caught_datagrams = 0
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._receive, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.caught += 1
            connection.close()

    def _receive(self) -> None:
        while True:
            try:
                data = self._datagrams.recv(4096)
            except OSError:
                return
            if not data:  # ours, at the end
                return
            self.caught += 1
            self.caught_datagrams += 1

    def url(self, line: str) -> str:
        return line.replace("OWN-PUBLIC-HOSTNAME", "glms.example").replace("PORT", str(self.port))

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._datagrams.sendto(b"", ("::1", self.port))
        self._datagrams.close()


class EvilNames:
    """A name server in an attacker's hands; `asked` counts the questions for each name."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}

    async def __call__(self, host: str, _port: int) -> list[str]:
        name = host.removesuffix(".")
        self.asked[name] = self.asked.get(name, 0) + 1
        if name.replace(".", "").isdigit() or ":" in name:
            return [name]
        match name:
            case "rebind.test":
                return [PUBLIC if self.asked[name] == 1 else "127.0.0.1"]
            case "mixed6.test":
                return [PUBLIC, "::1"]
            case "example.com" | "pub.test":
                return [PUBLIC]
            case "nx.test":
                raise OSError("Name or service not known")
            case _:
                return ["127.0.0.1"]
