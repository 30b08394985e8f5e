"""How mail leaves the instance: one URL becomes Django's settings."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

PLAIN = 25
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Without a URL: files. `smtps://...` is TLS from the start; `smtp://...` is STARTTLS, and plain on port 25."""

    backend: str = "glms.core.mail.FolderBackend"
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(repr=False, default="")
    starttls: bool = False
    tls: bool = False


def mail_server(url: str) -> MailServer:
    """Read GLMS_EMAIL_URL. Raises ValueError that names it."""
    if not url:
        return MailServer()
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("GLMS_EMAIL_URL is smtp:// or smtps:// with a host, or empty.")
    return MailServer(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp" and parts.port != PLAIN,
        tls=parts.scheme == "smtps",
    )
