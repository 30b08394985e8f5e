"""What a document comes out as: plain values that can be stored, shown and called. Their tree is ImportedApi."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ParameterPlace = Literal["path", "query", "header", "cookie"]
BodyKind = Literal["json", "form", "multipart", "binary", "text"]
Effect = Literal["skipped", "altered", "noted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One line of the report.

    code: stable, for programs. operation: its key, or "" for the whole document. place: a JSON pointer into the
    document as it was given (into the converted one for curl and Postman). times: how often within the operation.
    """

    code: str
    message: str
    effect: Effect
    operation: str = ""
    place: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a service is. `url`: absolute http or https without a closing slash; "" where it has to be asked for."""

    url: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One way to a token. Urls are as the document has them, made absolute; nobody has asked them yet."""

    kind: Literal["client_credentials", "authorization_code"]
    token_url: str
    authorization_url: str = ""
    refresh_url: str = ""
    scopes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityScheme:
    """How to say who calls. `place` and `name` are those of an API key; `flows` those of OAuth 2."""

    id: str
    kind: Literal["api_key", "bearer", "basic", "oauth2"]
    description: str = ""
    place: Literal["header", "query", "cookie"] | None = None
    name: str = ""
    flows: tuple[Flow, ...] = ()


Requirement = Mapping[str, tuple[str, ...]]
"""Schemes that are needed together, each with its scopes; an empty one: nothing is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Where an argument goes outside of the body.

    style, explode, allow_reserved: as OpenAPI 3 has them, with its defaults filled in. content: a media type in which
    the value is written instead, or "".
    """

    argument: str
    name: str
    place: ParameterPlace
    required: bool
    style: str
    explode: bool
    allow_reserved: bool = False
    content: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One argument that is a field of the body. `media_type`, `style`: of its part or its form field, "" for the usual.

    is_file: the argument names a file (several where the schema is an array).
    """

    argument: str
    name: str
    is_file: bool = False
    media_type: str = ""
    style: str = ""
    explode: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What is sent. Either `argument` is the whole of it, or `fields` are put together into an object.

    offered: every media type that the document offers, the chosen one among them.
    """

    media_type: str
    kind: BodyKind
    required: bool
    argument: str = ""
    is_file: bool = False
    fields: tuple[Field, ...] = ()
    offered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that the service does.

    key: "METHOD /path", what stands for it across imports. path: a template, each {name} with a path parameter.
    fixed_query: what the document wrote into the path itself. schema: a JSON Schema of an object whose properties are
    the arguments. servers: its own, or the document's. security: alternatives.
    """

    key: str
    name: str
    method: str
    path: str
    schema: Mapping[str, Any]
    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    fixed_query: tuple[tuple[str, str], ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    response_types: tuple[str, ...] = ()
    security: tuple[Requirement, ...] = ()
    servers: tuple[Server, ...] = ()
    deprecated: bool = False
    consequential: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedApi:
    """A whole service. `kind`: what the text was. `found`: operations in the document, those skipped among them."""

    kind: Literal["openapi3", "swagger2", "postman", "curl"]
    title: str
    version: str
    description: str
    servers: tuple[Server, ...]
    schemes: tuple[SecurityScheme, ...]
    operations: tuple[Operation, ...]
    report: tuple[Remark, ...]
    found: int
