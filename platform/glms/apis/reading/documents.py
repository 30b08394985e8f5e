"""An OpenAPI or Swagger document as a whole: what it is, where the service is, and each of its operations in turn."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from glms.apis.reading.conformity import check_conformity
from glms.apis.reading.context import Context, mapping_of, pointer
from glms.apis.reading.errors import UnreadableApi
from glms.apis.reading.gathering import OutOfWork
from glms.apis.reading.limits import MAX_DESCRIPTION, MAX_OPERATIONS, MAX_SUMMARY
from glms.apis.reading.names import tool_names
from glms.apis.reading.operations import CALLED, NOT_CALLED, Found, read_operation
from glms.apis.reading.references import References
from glms.apis.reading.security import requirements_of, schemes_of
from glms.apis.reading.servers import servers_of
from glms.apis.reading.shapes import ImportedApi, Operation
from glms.apis.reading.swagger import operation_as_3, servers_as_3
from glms.apis.reading.values import shortened_to
from inference.text import clean

Kind = Literal["openapi3", "swagger2", "postman", "curl"]
VERSION = re.compile(r"\s*v?([0-9]{1,3})(\.[0-9]{1,6})*\s*")


def kind_of(document: Mapping[str, Any]) -> Kind:
    """Raises UnreadableApi where it is neither OpenAPI 3 nor Swagger 2."""
    if "asyncapi" in document:
        raise UnreadableApi("not_openapi", "This is an AsyncAPI document. Give the service's OpenAPI document.")
    told = document.get("openapi", document.get("swagger", document.get("swaggerVersion")))
    found = VERSION.fullmatch(str(told)) if told is not None else None
    if found and found[1] in ("2", "3"):
        return "openapi3" if found[1] == "3" else "swagger2"
    if told is not None:
        raise UnreadableApi(
            "old_version", f"Version {str(told)[:20]} of OpenAPI is not read. Convert it to OpenAPI 3 first."
        )
    if isinstance(document.get("paths"), dict):
        return "swagger2" if "definitions" in document or "basePath" in document else "openapi3"
    raise UnreadableApi(
        "not_openapi", "This is no OpenAPI document, curl line or Postman collection: `openapi` and `paths` lack."
    )


def read_document(
    document: Mapping[str, Any], *, kind: Kind, source_url: str = "", known_names: Mapping[str, str] | None = None
) -> ImportedApi:
    """Every operation, or why not. Raises UnreadableApi where there is none at all."""
    context = Context(
        document=document, references=References(document), source_url=source_url, is_swagger=kind == "swagger2"
    )
    told_servers = servers_as_3(context) if context.is_swagger else document.get("servers")
    context.servers = servers_of(context, told_servers)
    context.schemes = schemes_of(context)
    context.security = requirements_of(context, document.get("security"))
    found = _found(context)
    if not found:
        raise UnreadableApi("no_operations", "The document describes no operation: `paths` is empty.", "/paths")
    operations = _read(context, found[:MAX_OPERATIONS], known_names or {})
    if len(found) > MAX_OPERATIONS:
        left = len(found) - MAX_OPERATIONS
        context.report.add("operation_limit", "skipped", place=found[MAX_OPERATIONS].place, detail=f"{left:,} left out")
    if any(not one.servers for one in operations):
        context.report.add("no_server", "noted", place="/servers")
    if kind in ("openapi3", "swagger2"):
        check_conformity(context)
    info = mapping_of(document.get("info"))
    return ImportedApi(
        kind=kind,
        title=shortened_to(info.get("title"), MAX_SUMMARY),
        version=shortened_to(str(info.get("version") or ""), 100),
        description=shortened_to(info.get("description"), MAX_DESCRIPTION),
        servers=context.servers,
        schemes=tuple(context.schemes.values()),
        operations=tuple(operations),
        report=context.report.remarks(),
        found=len(found),
    )


def _read(context: Context, found: list[Found], known: Mapping[str, str]) -> list[Operation]:
    names = tool_names({one.key: _wanted(one) for one in found}, known)
    made = []
    for number, one in enumerate(found):
        try:
            operation = read_operation(context, _as_3(context, one), names[one.key])
        except OutOfWork:
            for left in found[number:]:
                context.report.add("document_too_large", "skipped", operation=left.key, place=left.place)
            break
        if operation is not None:
            made.append(operation)
    return made


def _as_3(context: Context, found: Found) -> Found:
    if not context.is_swagger:
        return found
    return replace(found, raw=operation_as_3(context, found.raw, found.item, found.key), item={})


def _wanted(found: Found) -> str:
    told = found.raw.get("operationId")
    return clean(told[:500]) if isinstance(told, str) else ""


def _found(context: Context) -> list[Found]:
    """Every operation, each key once."""
    by_key: dict[str, Found] = {}
    for one in _each(context):
        if one.key in by_key:
            context.report.add("duplicate_operation", "skipped", operation=one.key, place=one.place)
        else:
            by_key[one.key] = one
    return list(by_key.values())


def _each(context: Context) -> Iterator[Found]:
    for path, told in mapping_of(context.document.get("paths")).items():
        if str(path).startswith("x-"):
            continue
        item = _item(context, str(path), told)
        for method, raw in item.items():
            place = pointer("paths", path, method)
            key = f"{str(method).upper()} {clean(str(path))}"
            if method in NOT_CALLED and isinstance(raw, dict):
                context.report.add("method_not_supported", "skipped", operation=key, place=place)
            elif method == "additionalOperations":
                context.report.add("additional_operations", "noted", place=place)
            elif str(method).lower() in CALLED:
                if not isinstance(raw, dict):
                    context.report.add("bad_operation", "skipped", operation=key, place=place)
                    continue
                yield Found(key=key, method=str(method).upper(), path=str(path), raw=raw, item=item)


def _item(context: Context, path: str, told: Any) -> dict[str, Any]:
    """What stands under a path, its `$ref` followed."""
    own = mapping_of(told)
    if "$ref" not in own:
        return own
    target = context.followed(own, place=pointer("paths", path), effect="skipped") or {}
    return {**target, **{key: value for key, value in own.items() if key != "$ref"}}
