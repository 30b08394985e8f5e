"""Where a service says that it is: variables filled in, addresses in their one form, nothing asked."""

import re
from typing import Any
from urllib.parse import urljoin

from glms.apis.reading.context import Context, list_of, mapping_of, pointer, text_of
from glms.apis.reading.limits import MAX_DESCRIPTION, MAX_SERVERS, MAX_URL
from glms.apis.reading.shapes import Server
from glms.apis.reading.values import shortened_to
from glms.outbound.addresses import is_public, unwrapped
from glms.outbound.errors import UrlNotAllowed
from glms.outbound.policy import INSIDE, WEB
from glms.outbound.urls import Target, parse

VARIABLE = re.compile(r"\{([^{}]{1,100})\}")
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def servers_of(context: Context, told: Any, place: str = "/servers", operation: str = "") -> tuple[Server, ...]:
    """The usable ones of a `servers` list; without any, and with a remark, an empty tuple."""
    entries = list_of(told)
    if len(entries) > MAX_SERVERS:
        context.report.add("server_limit", "altered", operation=operation, place=place)
    found: dict[str, Server] = {}
    for number, entry in enumerate(entries[:MAX_SERVERS]):
        made = _server(context, mapping_of(entry), place=place + pointer(number), operation=operation)
        if made is not None:
            found.setdefault(made.url, made)
    return tuple(found.values())


def absolute(context: Context, url: Any, base: str = "") -> str:
    """An address in its one form, or "" where it is none: relative ones are joined to `base` or the document's own."""
    if not isinstance(url, str) or len(url) > MAX_URL:
        return ""
    start = base or context.source_url
    try:
        told = url.strip() if ABSOLUTE.match(url.strip()) else urljoin(start, url.strip()) if start else ""
        return str(parse(told)) if told else ""
    except (UrlNotAllowed, ValueError):
        return ""


def _server(context: Context, entry: dict[str, Any], *, place: str, operation: str) -> Server | None:
    told = entry.get("url")
    url = _filled(told, mapping_of(entry.get("variables"))) if isinstance(told, str) and len(told) <= MAX_URL else ""
    is_relative = bool(url) and not ABSOLUTE.match(url) and not context.source_url
    if is_relative:
        return None
    made = absolute(context, url.partition("?")[0].partition("#")[0])
    if not made:
        context.report.add("bad_server", "altered", operation=operation, place=place, detail=text_of(told, 100))
        return None
    _remark_on(context, parse(made), place=place, operation=operation)
    return Server(url=made.rstrip("/"), description=shortened_to(entry.get("description"), MAX_DESCRIPTION))


def _remark_on(context: Context, target: Target, *, place: str, operation: str) -> None:
    if target.is_literal:
        is_inside = not is_public(unwrapped(target.host))
    else:
        labels = target.host.split(".")
        is_inside = len(labels) == 1 or labels[-1] in INSIDE
    if is_inside or target.port not in WEB:
        context.report.add("inside_address", "noted", operation=operation, place=place, detail=target.authority)


def _filled(url: str, variables: dict[str, Any]) -> str:
    """With each variable's default, or its first allowed value; one without either makes the address a bad one."""

    def value_of(found: re.Match[str]) -> str:
        variable = mapping_of(variables.get(found[1]))
        told = variable.get("default")
        if told is None:
            told = next(iter(list_of(variable.get("enum"))), None)
        return str(told)[:200] if isinstance(told, str | int | float) else found[0]

    return VARIABLE.sub(value_of, url)
