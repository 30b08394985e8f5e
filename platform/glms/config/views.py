"""What is not the API: probes, metrics, the built page, and the words for a refused form."""

import hmac
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from glms.core.clients import is_local
from glms.core.errors import Forbidden, NotFound
from glms.core.http import error_response
from glms.core.middleware import MethodNotAllowed

NOT_A_PAGE = ("api/", "_allauth/", "assets/", "static/", "ws/")
UNBUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>GLMs</title>
<body><h1>The page is not built yet</h1>
<p>The server runs. Build its page with <code>npm ci &amp;&amp; npm run build</code> in <code>frontend/</code>,
or start everything with <code>make run</code>, then load this address again.</p></body></html>"""


def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> HttpResponse:
    """The parts the process needs. Ready without the wire: readers poll and new runs wait until it is back."""
    parts = {"database": _database(), "wire": _wire()}
    parts["migrations"] = _migrations() if parts["database"] == "ok" else "unknown"
    ready = parts["database"] == "ok" and parts["migrations"] == "ok"
    return JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "away"
    return "ok"


def _wire() -> str:
    try:
        _valkey().ping()
    except (RedisError, OSError):
        return "away"
    return "ok"


@cache
def _valkey() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 1))


_migrated: list[bool] = []


def _migrations() -> str:
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "pending"
        _migrated.append(True)
    return "ok"


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's numbers, for this machine or for who knows the token."""
    if not (is_local(request) or _knows_token(request)):
        return error_response(Forbidden("Metrics are for this machine or for bearers of GLMS_METRICS_TOKEN."))
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _knows_token(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    shown = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())


def page(request: HttpRequest, path: str) -> HttpResponseBase:
    """The built page for every address that is nothing else; it brings the CSRF cookie."""
    if path.startswith(NOT_A_PAGE):
        return error_response(NotFound("There is nothing here."))
    if request.method not in {"GET", "HEAD"}:
        refused = error_response(MethodNotAllowed("A page is only read."))
        refused["Allow"] = "GET, HEAD"
        return refused
    get_token(request)
    index = Path(settings.FRONTEND_DIST) / "index.html"
    built = index.is_file()
    response = HttpResponse(index.read_bytes() if built else UNBUILT, status=200 if built else 503)
    response.is_page = True  # type: ignore[attr-defined]
    response["Cache-Control"] = "no-cache"
    return response


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's refusal of a forged form, in our shape."""
    del reason
    return error_response(
        Forbidden("The page's CSRF token is missing or wrong; load the page again.", code="csrf_failed")
    )
