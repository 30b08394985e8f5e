"""What a base is set to: how documents are cut, how passages are looked for, which metadata documents have."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from glms.core.errors import InvalidRequest
from knowledge.chunking import Chunking

MAX_FIELDS = 30
MAX_LIST = 100
MAX_VALUE = 2000
FIELD = re.compile(r"[^\W\d]\w{0,39}")
"""A name of a field: a letter of any script, then letters, digits and underscores."""

FieldType = Literal["text", "number", "date", "boolean", "list"]
SearchMode = Literal["hybrid", "vector", "keyword"]


class Part(BaseModel):
    """Unknown fields and other types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ChunkingChoice(Part):
    """How documents are cut; sizes in tokens as `knowledge.tokens` counts them."""

    mode: Literal["structure", "parent_child", "qa", "separators"] = "structure"
    size: Annotated[int, Field(ge=32, le=2000)] = 512
    overlap: Annotated[int, Field(ge=0, le=500)] = 64
    parent_size: Annotated[int, Field(ge=64, le=8000)] = 1600
    separators: Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=10)] = []

    @model_validator(mode="before")
    @classmethod
    def _overlaps_by_an_eighth(cls, told: Any) -> Any:
        """An overlap that nobody chose goes with a smaller size."""
        if isinstance(told, dict) and "overlap" not in told and isinstance(told.get("size"), int):
            return {**told, "overlap": max(0, min(64, told["size"] // 8))}
        return told

    @model_validator(mode="after")
    def _fits(self) -> "ChunkingChoice":
        if self.overlap >= self.size:
            raise ValueError("The overlap must be less than the size.")
        if self.mode == "parent_child" and self.parent_size <= self.size:
            raise ValueError("A parent must be larger than its parts.")
        if self.mode == "separators" and not self.separators:
            raise ValueError("Give at least one separator.")
        return self

    def plan(self) -> Chunking:
        """As the library that cuts takes it."""
        return Chunking(**{**self.model_dump(), "separators": tuple(self.separators)})


class RetrievalChoice(Part):
    """How a base is searched. threshold: of the vector score. token_budget: of all passages together."""

    mode: SearchMode = "hybrid"
    top_k: Annotated[int, Field(ge=1, le=50)] = 6
    threshold: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)] | None = None
    rerank: bool = False
    rewrite: bool = False
    token_budget: Annotated[int, Field(ge=200, le=32_000)] = 4000


class MetadataField(Part):
    """A field that documents of the base may have."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    type: FieldType

    @model_validator(mode="after")
    def _is_a_name(self) -> "MetadataField":
        if not FIELD.fullmatch(self.name):
            raise ValueError("A field is named by letters, digits and underscores, a letter first.")
        return self


def checked(shape: type[Part], value: dict[str, Any], *, param: str) -> Any:
    """`value` as a `shape`. Raises InvalidRequest that names the field below `param`."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join([param, *(str(part) for part in first["loc"])])
        raise InvalidRequest(first["msg"].removeprefix("Value error, "), param=where) from error


def fields_check(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Raises InvalidRequest."""
    if len(fields) > MAX_FIELDS:
        raise InvalidRequest(f"A base may have {MAX_FIELDS} fields at most.", param="fields")
    found = [checked(MetadataField, field, param="fields").model_dump() for field in fields]
    if len({field["name"] for field in found}) < len(found):
        raise InvalidRequest("Two fields have the same name.", param="fields")
    return found


def metadata_check(metadata: dict[str, Any], fields: list[dict[str, Any]]) -> dict[str, Any]:
    """`metadata` with values of the types that the base declares; null ones left out. Raises InvalidRequest."""
    types = {field["name"]: field["type"] for field in fields}
    checked_values = {}
    for name, value in metadata.items():
        if name not in types:
            raise InvalidRequest("The base has no such field.", param=f"metadata.{name[:40]}")
        if value is not None:
            checked_values[name] = typed(value, types[name], param=f"metadata.{name}")
    return checked_values


def typed(value: Any, kind: str, *, param: str) -> Any:
    """A value of a field's type; dates in their one form, `2024-01-31`. Raises InvalidRequest."""
    match kind, value:
        case "boolean", bool():
            return value
        case "number", int() | float() if not isinstance(value, bool) and abs(value) < 1e15:
            return value
        case "text", str() if _is_text(value):
            return value
        case "date", str() if len(value) <= 40:
            return _day(value, param)
        case "list", list() if len(value) <= MAX_LIST and all(_is_text(one) for one in value):
            return value
    raise InvalidRequest(f"This must be a {kind}.", param=param)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_VALUE


def _day(value: str, param: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        try:
            return datetime.fromisoformat(value).date().isoformat()
        except ValueError:
            raise InvalidRequest("A date is written like 2024-01-31.", param=param) from None
