"""Swagger 2 as OpenAPI 3: one operation at a time; its references keep leading into the document as it is."""

from typing import Any

from glms.apis.reading.context import Context, first_of, list_of, text_of
from glms.apis.reading.limits import MAX_RAW_PARAMETERS

SCHEMA_KEYS = (
    "type", "format", "items", "enum", "default", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
    "maxLength", "minLength", "pattern", "maxItems", "minItems", "multipleOf", "x-nullable",
)  # fmt: skip
STYLES = {
    "csv": (None, False),
    "multi": ("form", True),
    "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
}
"""By collectionFormat: the style, None for the place's own, and whether each value stands by itself."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SHARED = ("operationId", "summary", "description", "tags", "deprecated", "security", "x-openai-isConsequential")


def servers_as_3(context: Context) -> list[dict[str, Any]]:
    """`schemes`, `host` and `basePath` as addresses, https first; none where nothing tells the host."""
    document = context.document
    host, base = document.get("host"), document.get("basePath")
    base = base if isinstance(base, str) and base.startswith("/") else ""
    if not isinstance(host, str) or not host:
        return [{"url": base or "/"}] if context.source_url else []
    told = [one for one in list_of(document.get("schemes")) if one in ("https", "http")]
    return [{"url": f"{scheme}://{host}{base}"} for scheme in sorted(set(told), reverse=True) or ["https"]]


def operation_as_3(context: Context, raw: dict[str, Any], item: dict[str, Any], key: str) -> dict[str, Any]:
    """The operation with its path's parameters, as OpenAPI 3 writes them."""
    made = {name: raw[name] for name in SHARED if name in raw}
    listed = [*list_of(item.get("parameters")), *list_of(raw.get("parameters"))][:MAX_RAW_PARAMETERS]
    context.work.spend(len(listed))
    told = [one for entry in listed if (one := context.followed(entry, operation=key)) is not None]
    consumes = _types(raw, context, "consumes")
    body = next((one for one in reversed(told) if one.get("in") == "body"), None)
    fields = [one for one in told if one.get("in") == "formData"]
    if body is not None:
        made["requestBody"] = _body(body, consumes)
    elif fields:
        made["requestBody"] = _form(fields, consumes)
    made["parameters"] = [_parameter(one) for one in told if one.get("in") not in ("body", "formData")]
    produces = _types(raw, context, "produces")
    made["responses"] = {
        status: {"content": {one: {} for one in produces}}
        for status, response in first_of(raw.get("responses"), 100).items()
        if isinstance(response, dict)
    }
    return made


def _types(raw: dict[str, Any], context: Context, key: str) -> list[str]:
    """Media types of the operation, or those of the document."""
    told = list_of(raw.get(key, context.document.get(key)))[:20]
    return [one[:100] for one in told if isinstance(one, str)]


def _body(told: dict[str, Any], consumes: list[str]) -> dict[str, Any]:
    media_types = [one for one in consumes if one not in FORMS] or ["application/json"]
    content = {one: {"schema": told.get("schema", {})} for one in media_types}
    return {"content": content, "required": told.get("required"), "description": told.get("description")}


def _form(fields: list[dict[str, Any]], consumes: list[str]) -> dict[str, Any]:
    has_file = any(one.get("type") == "file" for one in fields)
    asked = [one for one in consumes if one in FORMS]
    media_type = FORMS[1] if has_file else (asked or FORMS)[0]
    named = [one for one in fields if isinstance(one.get("name"), str)]
    properties = {one["name"]: _schema(one) | _notes(one) for one in named}
    styled = {one["name"]: style for one in named if (style := _style(one))}
    encoding = {name: {"style": style or "form", "explode": explode} for name, (style, explode) in styled.items()}
    needed = [one["name"] for one in named if one.get("required") is True]
    schema = {"type": "object", "properties": properties, "required": needed}
    return {"content": {media_type: {"schema": schema, "encoding": encoding}}, "required": bool(needed)}


def _parameter(told: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {key: told[key] for key in ("name", "in", "description", "required") if key in told}
    made["schema"] = _schema(told) if "schema" not in told else told["schema"]
    if style := _style(told):
        made["explode"] = style[1]
        if style[0]:
            made["style"] = style[0]
    return made


def _schema(told: dict[str, Any]) -> dict[str, Any]:
    made = {key: told[key] for key in SCHEMA_KEYS if key in told}
    return {**made, "type": "string", "format": "binary"} if told.get("type") == "file" else made


def _notes(told: dict[str, Any]) -> dict[str, Any]:
    return {key: told[key] for key in ("description",) if key in told}


def _style(told: dict[str, Any]) -> tuple[str | None, bool] | None:
    return STYLES.get(text_of(told.get("collectionFormat", "csv"), 10)) if told.get("type") == "array" else None
