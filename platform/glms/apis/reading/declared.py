"""A function as somebody declares it (name, description, JSON Schema), made into what every model takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glms.apis.reading.arguments import Argument, schema_of
from glms.apis.reading.context import Context, mapping_of, names_of
from glms.apis.reading.errors import UnreadableApi
from glms.apis.reading.gathering import Attempt, Gathered, OutOfWork, TooBig, gather
from glms.apis.reading.limits import MAX_DESCRIPTION
from glms.apis.reading.names import argument_names, tool_names
from glms.apis.reading.references import References
from glms.apis.reading.shapes import Remark
from glms.apis.reading.text import check_size
from glms.apis.reading.values import shortened_to
from inference.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """names: what the function itself calls each argument of `schema`."""

    name: str
    description: str
    schema: Mapping[str, Any]
    names: Mapping[str, str]
    report: tuple[Remark, ...] = ()


def read_declaration(name: str, description: str, parameters: Any) -> Declared:
    """parameters: a JSON Schema of an object; its `$ref`s lead into itself. Raises UnreadableApi where it is long."""
    check_size(parameters)
    root = mapping_of(parameters)
    context = Context(document=root, references=References(root))
    try:
        top = _top(context, root)
        properties = mapping_of(top.schema.get("properties"))
        needed = names_of(top.schema.get("required"))
        wanted = [str(one) for one in properties]
        names = argument_names([("field", one) for one in wanted])
        arguments = [
            Argument(name=names[at], schema=properties[one], path=top.path,
                     required=one in needed)
            for at, one in enumerate(wanted)
        ]  # fmt: skip
        schema = schema_of(context, "", arguments)
    except OutOfWork:
        schema = None
    if schema is None:
        raise UnreadableApi("too_large", "The function's arguments are too long for a model.")
    plain = clean(name[:1_000])
    return Declared(
        name=tool_names({plain: plain}, {})[plain],
        description=shortened_to(description, MAX_DESCRIPTION),
        schema=schema,
        names={known: one for known, one in zip(names, wanted, strict=True) if known in schema["properties"]},
        report=context.report.remarks(),
    )


def _top(context: Context, root: dict[str, Any]) -> Gathered:
    try:
        return gather(Attempt(context.references, context.work), root, ())
    except TooBig:
        return Gathered(root, ())
