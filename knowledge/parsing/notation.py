"""JSON, JSON lines and notebooks: each record as lines that say where a value stands."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.documents import Parsed
from knowledge.errors import ParseError
from knowledge.parsing import plain, source
from knowledge.parsing.building import ANSWERS, QUESTIONS, Building
from knowledge.parsing.limits import Limits

MEDIA_TYPE = "application/json"


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    decoded = plain.text_of(path, limits)
    building = plain.begin(decoded, media_type=MEDIA_TYPE, limits=limits)
    text = decoded.text.lstrip("\ufeff")
    if not text.strip():
        return building.done()
    if name.lower().endswith((".jsonl", ".ndjson")):
        _add_records(building, [_loaded(line, building) for line in text.splitlines() if line.strip()])
        return building.done()
    value = _loaded(text, building)
    if isinstance(value, dict) and isinstance(value.get("cells"), list) and "nbformat" in value:
        _add_notebook(building, value["cells"])
    elif isinstance(value, list):
        _add_records(building, value)
    else:
        _add_value(building, value)
    return building.done()


def _loaded(text: str, building: Building) -> Any:
    """Numbers stay as they are written: no length of them does harm."""
    def constant(name: str) -> None:
        raise ParseError("malformed_json", f"{name} is no JSON.")

    def joined(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            building.warn("Some objects have a name twice: only the last value of each was read.")
        return found

    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=constant, object_pairs_hook=joined)
    except RecursionError as error:
        raise ParseError("malformed_json", "The JSON is nested too deeply.") from error
    except json.JSONDecodeError as error:
        message = f"Not JSON at line {error.lineno}, column {error.colno}: {error.msg}."
        raise ParseError("malformed_json", message) from error


def _add_records(building: Building, records: list[Any]) -> None:
    objects = [record for record in records if isinstance(record, dict)]
    if objects and len(objects) == len(records) and _pair(objects[0]):
        names = list(dict.fromkeys(name for record in objects for name in record))
        building.table([names, *([_cell(record.get(name)) for name in names] for record in objects)])
        return
    for record in records:
        building.add("paragraph", "\n".join(_lines(record, "")))


def _pair(record: dict[str, Any]) -> bool:
    names = {name.strip().lower() for name in record}
    return bool(names & QUESTIONS) and bool(names & ANSWERS)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else "\n".join(_lines(value, ""))


def _add_value(building: Building, value: Any) -> None:
    if not isinstance(value, dict):
        building.add("paragraph", "\n".join(_lines(value, "")))
        return
    for name, inner in value.items():
        if isinstance(inner, list) and any(isinstance(one, dict) for one in inner):
            building.heading(name, level=1)
            _add_records(building, inner)
        else:
            building.add("paragraph", "\n".join(_lines(inner, name)))


def _lines(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _lines(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list) and all(isinstance(one, str) for one in value):
        yield from _lines(", ".join(value), place)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _lines(inner, f"{place}[{number}]")
    elif value is not None:
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        yield f"{place}: {shown}" if place else shown


def _add_notebook(building: Building, cells: list[Any]) -> None:
    for cell in cells:
        lines = cell.get("source", "") if isinstance(cell, dict) else ""
        text = "".join(map(str, lines)) if isinstance(lines, list) else str(lines)
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source.add_code(building, text)
        else:
            from knowledge.parsing import markdown  # noqa: PLC0415  only notebooks need it

            markdown.add_markdown(building, text)
