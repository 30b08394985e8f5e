"""One schema out of a reference and an `allOf`: what its members say together, before anything is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glms.apis.reading.limits import MAX_MERGED, MAX_SCHEMA_NODES, MAX_WORK
from glms.apis.reading.references import LeadsNowhere, LeadsOutside, References

FOLDED = 50
"""References and `allOf`s within one another that make one schema."""
SAME = 2
"""How often a reference may stand within itself: a filter of filters keeps one turn that models can use."""
UNIONS = ("anyOf", "oneOf")


class TooBig(Exception):
    """This operation's schema has too many parts at this depth."""


class OutOfWork(Exception):
    """The whole document has cost as much as it may."""


@dataclass(slots=True)
class Work:
    """What reading a whole document may still cost, in schemas looked at."""

    left: int = MAX_WORK

    def spend(self, count: int) -> None:
        """Raises OutOfWork."""
        self.left -= count
        if self.left < 0:
            raise OutOfWork


@dataclass(slots=True)
class Attempt:
    """One try at one operation's schema: its own cost, and what has to be said if it succeeds."""

    references: References
    work: Work
    left: int = MAX_SCHEMA_NODES
    notes: dict[str, int] = field(default_factory=dict)

    def spend(self, count: int = 1) -> None:
        """Raises TooBig, OutOfWork."""
        self.work.spend(min(count, MAX_SCHEMA_NODES))
        self.left -= count
        if self.left < 0:
            raise TooBig

    def note(self, code: str) -> None:
        self.notes[code] = self.notes.get(code, 0) + 1


Path = tuple[str, ...]
"""The references passed on the way from the top."""


@dataclass(slots=True)
class Gathered:
    """A schema without `$ref` and `allOf`. is_ring: it only leads back to where the way has been."""

    schema: dict[str, Any]
    path: Path
    is_ring: bool = False


def gather(attempt: Attempt, schema: Any, path: Path) -> Gathered:
    """Raises TooBig, OutOfWork."""
    found = Gathered({}, path)
    members: list[dict[str, Any]] = []
    _collect(attempt, schema, found, members, ())
    for one in members:
        found.schema = _merged(attempt, found.schema, one)
    found.is_ring = found.is_ring and not found.schema
    return found


def _collect(attempt: Attempt, schema: Any, found: Gathered, members: list[dict[str, Any]], within: Path) -> None:
    if schema is True:
        return
    if not isinstance(schema, dict):
        attempt.note("bad_schema")
        return
    attempt.spend(1 + len(schema) // 16)
    if len(members) >= MAX_MERGED or len(within) > FOLDED:
        attempt.note("schema_cut")
        return
    own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
    if own:
        members.append(own)
    if "$ref" in schema:
        _follow(attempt, schema["$ref"], found, members, within)
    inner = schema.get("allOf")
    for one in inner if isinstance(inner, list) else ():
        _collect(attempt, one, found, members, (*within, ""))


def _follow(attempt: Attempt, reference: Any, found: Gathered, members: list[dict[str, Any]], within: Path) -> None:
    if reference in within or found.path.count(reference) >= SAME:
        attempt.note("recursive_schema")
        found.is_ring = True
        return
    try:
        target = attempt.references.target(reference)
    except LeadsOutside:
        attempt.note("external_ref")
    except LeadsNowhere:
        attempt.note("missing_ref")
    else:
        found.path = (*found.path, reference)
        _collect(attempt, target, found, members, (*within, reference))


def _merged(attempt: Attempt, first: dict[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Both together; where only one can be kept it is the first, which stands further out."""
    if not first:
        return dict(second)
    made = dict(first)
    for key, value in second.items():
        if key not in made:
            made[key] = value
        elif key in MERGERS:
            made[key] = MERGERS[key](attempt, made[key], value)
        elif key in UNIONS and made[key] is not value:
            attempt.note("union_dropped")
    return made


def _properties(attempt: Attempt, first: Any, second: Any) -> Any:
    if not isinstance(first, dict) or not isinstance(second, dict):
        return first or second
    attempt.spend(len(second) + len(first) // 16)
    made = dict(first)
    for name, schema in second.items():
        made[name] = _both(attempt, made[name], schema) if name in made else schema
    return made


def _both(_attempt: Attempt, first: Any, second: Any) -> Any:
    return first if first is second else {"allOf": [first, second]}


def _required(attempt: Attempt, first: Any, second: Any) -> Any:
    if not isinstance(first, list) or not isinstance(second, list):
        return first if isinstance(first, list) else second
    attempt.spend((len(first) + len(second)) // 8)
    return list(dict.fromkeys(name for name in [*first, *second] if isinstance(name, str)))


def _common(attempt: Attempt, first: Any, second: Any) -> Any:
    """What both allow, or what the first does where that is nothing."""
    one, other = (value if isinstance(value, list) else [value] for value in (first, second))
    attempt.spend((len(one) + len(other)) // 8)
    allowed = {_identity(value) for value in other}
    return [value for value in one if _identity(value) in allowed] or first


def _identity(value: Any) -> Any:
    """What tells single values apart; lists and objects are only themselves."""
    return (type(value), value) if isinstance(value, str | int | float | bool | None) else id(value)


MERGERS = {
    "properties": _properties,
    "required": _required,
    "type": _common,
    "enum": _common,
    "items": _both,
}
