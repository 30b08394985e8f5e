"""Functions as others declare them for models: made into what every model takes, their own names kept beside."""

from typing import Any

import pytest

from glms.apis.reading import UnreadableApi
from glms.apis.reading.declared import read_declaration


def test_types_by_any_name_are_json_types() -> None:
    made = read_declaration(
        "math.triangle area",
        "The area.",
        {
            "type": "dict",
            "properties": {
                "base": {"type": "float", "default": "none"},
                "h-1": {"type": "Integer"},
                "any": {"type": "any"},
            },
            "required": ["base", "h-1", "more"],
        },
    )

    assert (made.name, made.description) == ("math_triangle_area", "The area.")
    assert made.schema == {
        "type": "object",
        "properties": {"base": {"type": "number"}, "h_1": {"type": "integer"}, "any": {}},
        "required": ["base", "h_1"],
        "additionalProperties": False,
    }
    assert made.names == {"base": "base", "h_1": "h-1", "any": "any"}
    assert {one.code for one in made.report} == {"bad_default"}


def test_references_lead_into_the_schema_itself() -> None:
    pet = {"type": "object", "properties": {"name": {"type": "string"}, "friend": {"$ref": "#/$defs/Pet"}}}
    made = read_declaration(
        "f", "", {"type": "object", "properties": {"pet": {"$ref": "#/$defs/Pet"}}, "$defs": {"Pet": pet}}
    )

    assert made.schema["properties"]["pet"]["properties"]["name"] == {"type": "string"}


@pytest.mark.parametrize("odd", [None, 7, "x", [], {"type": "string"}, {"properties": 7, "required": "x"}])
def test_what_is_no_object_takes_nothing(odd: Any) -> None:
    assert read_declaration("f", "", odd).schema["properties"] == {}


def test_more_than_a_model_can_be_told_is_refused() -> None:
    many = {f"a{n}" + "x" * 40: {"type": "string"} for n in range(600)}

    with pytest.raises(UnreadableApi) as caught:
        read_declaration("f", "", {"type": "object", "properties": many, "required": list(many)})

    assert caught.value.code == "too_large"
