"""TLS through the proxy's tunnel: a certificate that nobody vouches for is refused, in words."""

import asyncio
import datetime as dt
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.tools.browser.place import Talk, make_kit

pytestmark = pytest.mark.asyncio(loop_scope="session")


def certificate(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(1)
    )
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(pem + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    greeted: list[str] = []

    def greet(client: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        greeted.append(name or "")

    context = certificate(tmp_path)
    context.sni_callback = greet
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    kit = make_kit(f"localhost:{port}")
    try:
        done = await Talk(kit).open(f"https://localhost:{port}/")
    finally:
        await kit.close()
        server.close()

    assert "certificate is not valid" in done.output
    assert "localhost" in greeted, "the tunnel led to the server, and named it"
