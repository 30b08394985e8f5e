"""The ASGI application: the edge, the built page's files, Django and the socket."""

import os
import re
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator, WebsocketDenier
from django.core.asgi import get_asgi_application
from django.urls import path, re_path
from servestatic import ServeStaticASGI

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "glms.config.settings")
django_application = get_asgi_application()

from django.conf import settings  # noqa: E402

from glms.core.database import close_pool  # noqa: E402
from glms.core.edge import App, BodyLimit, Receive, Scope, Send  # noqa: E402
from glms.core.headers import CLOSED  # noqa: E402
from glms.runs.consumers import RunsConsumer  # noqa: E402

HASHED = re.compile(r"/assets/.+-[\w-]{8}\.\w+$")
"""Vite puts a hash of the content into these names: the file behind one never changes."""


def _close(headers: Any, _path: str, _url: str) -> None:
    for name, value in CLOSED.items():
        headers[name] = value


def with_files(application: Any) -> Any:
    """The files of the built page, compressed where a compressed copy lies beside them; all else to `application`."""
    assets = settings.FRONTEND_DIST / "assets"
    files = ServeStaticASGI(
        application,
        autorefresh=settings.DEBUG,
        max_age=3600,
        allow_all_origins=False,
        add_headers_function=_close,
        immutable_file_test=lambda _path, url: bool(HASHED.search(url)),
    )
    if assets.is_dir() or settings.DEBUG:
        files.add_files(assets, prefix="assets")
    return files


async def _lifespan(_scope: Scope, receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await close_pool()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


routes = URLRouter([path("ws/v1", RunsConsumer.as_asgi()), re_path(r"", WebsocketDenier.as_asgi())])
_parts: App = ProtocolTypeRouter(
    {
        "http": with_files(django_application),
        "websocket": AllowedHostsOriginValidator(routes),
        "lifespan": _lifespan,
    }
)
application: App = BodyLimit(_parts, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE, upload_limit=settings.UPLOAD_MAX_SIZE)
