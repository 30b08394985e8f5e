"""How a service wants to know who calls: the schemes that we can use, and what each operation asks for."""

import re
from typing import Any, Literal

from glms.apis.reading.context import Context, first_of, list_of, mapping_of, pointer
from glms.apis.reading.limits import MAX_DESCRIPTION, MAX_NOTE, MAX_SCHEMES, MAX_SCOPES
from glms.apis.reading.parameters import FIXED_HEADERS, TOKEN
from glms.apis.reading.servers import absolute
from glms.apis.reading.shapes import Flow, Requirement, SecurityScheme
from glms.apis.reading.values import shortened_to
from inference.text import clean

FLOWS: dict[str, Literal["client_credentials", "authorization_code"]] = {
    "clientCredentials": "client_credentials",
    "application": "client_credentials",
    "authorizationCode": "authorization_code",
    "accessCode": "authorization_code",
}
"""Those of OpenAPI 3 and of Swagger 2. Implicit and password flows give no token that may be kept (RFC 9700)."""
KEY_NAME = re.compile(r"[^\x00-\x20\x7f&=#;,]{1,200}")


def schemes_of(context: Context) -> dict[str, SecurityScheme]:
    """The usable schemes by id; a remark for each other."""
    inner = ("securityDefinitions",) if context.is_swagger else ("components", "securitySchemes")
    told: Any = context.document
    for key in inner:
        told = mapping_of(mapping_of(told).get(key))
    found = {}
    for id_, raw in list(told.items())[:MAX_SCHEMES]:
        scheme = mapping_of(context.followed(raw, place=pointer(*inner, id_)))
        made = _scheme(context, clean(str(id_))[:200], scheme)
        if made is None:
            kind = clean(str(scheme.get("scheme") or scheme.get("type") or "?"))
            context.report.add("scheme_not_supported", "noted", place=pointer(*inner, id_), detail=f"{id_}: {kind}")
        else:
            found[str(id_)] = made
    return found


def requirements_of(context: Context, told: Any, operation: str = "") -> tuple[Requirement, ...]:
    """The alternatives that can be met with the schemes we have; empty where nothing is asked for."""
    made: list[Requirement] = []
    for raw in list_of(told)[:MAX_SCHEMES]:
        if not isinstance(raw, dict):
            context.report.add("bad_security", "altered", operation=operation)
            continue
        entry = first_of(raw, MAX_SCHEMES)
        unknown = [id_ for id_ in entry if id_ not in context.schemes]
        if unknown:
            code = "scheme_not_supported" if _is_described(context, unknown[0]) else "unknown_scheme"
            context.report.add(code, "noted", operation=operation, detail=unknown[0])
            continue
        made.append({id_: _scopes(scopes) for id_, scopes in entry.items()})
    return tuple(made)


def _is_described(context: Context, id_: str) -> bool:
    components = mapping_of(context.document.get("components"))
    return id_ in mapping_of(components.get("securitySchemes")) or id_ in mapping_of(
        context.document.get("securityDefinitions")
    )


def _scopes(told: Any) -> tuple[str, ...]:
    return tuple(clean(scope)[:200] for scope in list_of(told)[:MAX_SCOPES] if isinstance(scope, str))


def _scheme(context: Context, id_: str, raw: dict[str, Any]) -> SecurityScheme | None:
    described = shortened_to(raw.get("description"), MAX_DESCRIPTION)
    kind = str(raw.get("type", "")).lower()
    way = str(raw.get("scheme", "")).lower()
    if kind == "apikey":
        return _key(id_, raw, described)
    if kind == "basic" or (kind == "http" and way == "basic"):
        return SecurityScheme(id=id_, kind="basic", description=described)
    if kind == "http" and way == "bearer":
        return SecurityScheme(id=id_, kind="bearer", description=described)
    flows = _flows(context, raw) if kind == "oauth2" else ()
    return SecurityScheme(id=id_, kind="oauth2", description=described, flows=flows) if flows else None


def _key(id_: str, raw: dict[str, Any], described: str) -> SecurityScheme | None:
    place, name = raw.get("in"), raw.get("name")
    if place not in ("header", "query", "cookie") or not isinstance(name, str) or not KEY_NAME.fullmatch(name):
        return None
    is_odd = place != "query" and not TOKEN.fullmatch(name)
    if is_odd or (place == "header" and name.lower() in FIXED_HEADERS - {"authorization", "proxy-authorization"}):
        return None
    return SecurityScheme(id=id_, kind="api_key", description=described, place=place, name=name)


def _flows(context: Context, raw: dict[str, Any]) -> tuple[Flow, ...]:
    """Swagger 2 has one flow beside the type, OpenAPI 3 several by name."""
    told = {str(raw.get("flow")): raw} if context.is_swagger else mapping_of(raw.get("flows"))
    found = (_flow(context, FLOWS[name], mapping_of(flow)) for name, flow in told.items() if name in FLOWS)
    return tuple(flow for flow in found if flow is not None)


def _flow(
    context: Context, kind: Literal["client_credentials", "authorization_code"], raw: dict[str, Any]
) -> Flow | None:
    base = f"{context.servers[0].url}/" if context.servers else ""
    urls = {key: absolute(context, raw.get(f"{key}Url"), base) for key in ("token", "authorization", "refresh")}
    needed = ("token", "authorization") if kind == "authorization_code" else ("token",)
    if not all(urls[key] for key in needed):
        return None
    scopes = list(mapping_of(raw.get("scopes")).items())[:MAX_SCOPES]
    return Flow(
        kind=kind,
        token_url=urls["token"],
        authorization_url=urls["authorization"],
        refresh_url=urls["refresh"],
        scopes={clean(str(name))[:200]: shortened_to(told, MAX_NOTE) for name, told in scopes},
    )
