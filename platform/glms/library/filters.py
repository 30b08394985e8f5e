"""Conditions on documents' metadata: checked against the fields of the bases, and said to PostgreSQL."""

from collections.abc import Mapping
from typing import Any

from django.db.models import BooleanField, Q, Value
from django.db.models.fields.json import JSONField, KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, Lower, StrIndex
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from glms.core.errors import InvalidRequest
from glms.library.shapes import MAX_LIST, typed

MAX_CONDITIONS = 50
MAX_DEPTH = 5
COMPARED: Mapping[str, Any] = {
    "gt": GreaterThan,
    "gte": GreaterThanOrEqual,
    "lt": LessThan,
    "lte": LessThanOrEqual,
}
OPERATORS: Mapping[str, frozenset[str]] = {
    "text": frozenset({"eq", "in", "contains"}),
    "number": frozenset({"eq", "in", *COMPARED}),
    "date": frozenset({"eq", "in", *COMPARED}),
    "boolean": frozenset({"eq"}),
    "list": frozenset({"contains", "in"}),
}
"""What can be asked of a field. Of a list: `contains` one value, or any `in` several."""


def filter_query(wanted: Any, fields: Mapping[str, str]) -> Q:
    """The rows of documents that satisfy a filter. fields: names and types. Raises InvalidRequest."""
    return _Reading(fields).read(wanted, "filter", depth=1)


class _Reading:
    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields
        self._left = MAX_CONDITIONS

    def read(self, wanted: Any, where: str, *, depth: int) -> Q:
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            raise InvalidRequest(
                f"A filter may have {MAX_CONDITIONS} conditions, {MAX_DEPTH} deep, at most.", param="filter"
            )
        match wanted:
            case {"and": list() as parts, **rest} if not rest:
                return self._joined(parts, f"{where}.and", Q.AND, depth)
            case {"or": list() as parts, **rest} if not rest:
                return self._joined(parts, f"{where}.or", Q.OR, depth)
            case {"not": inner, **rest} if not rest:
                return ~self.read(inner, f"{where}.not", depth=depth + 1)
            case {"field": str() as name, "op": str() as op, "value": value, **rest} if not rest:
                return self._condition(name, op, value, where)
        raise InvalidRequest("A filter is and, or, not, or a condition of field, op and value.", param=where)

    def _joined(self, parts: list[Any], where: str, how: str, depth: int) -> Q:
        if not parts:
            raise InvalidRequest("This needs at least one condition.", param=where)
        read = [self.read(part, f"{where}.{number}", depth=depth + 1) for number, part in enumerate(parts)]
        joined = read[0]
        for part in read[1:]:
            joined = joined & part if how == Q.AND else joined | part
        return joined

    def _condition(self, name: str, op: str, value: Any, where: str) -> Q:
        kind = self._fields.get(name)
        if kind is None:
            raise InvalidRequest("No base that is searched has such a field.", param=f"{where}.field")
        if op not in OPERATORS[kind]:
            raise InvalidRequest(f"A {kind} knows {', '.join(sorted(OPERATORS[kind]))}.", param=f"{where}.op")
        if kind == "list":
            return self._in_list(name, op, value, where)
        place = KeyTransform(name, "metadata")
        if op == "in":
            return _any_of(place, [typed(one, kind, param=f"{where}.value") for one in _listed(value, where)])
        wanted = typed(value, kind, param=f"{where}.value")
        if op == "contains":
            words = Lower(KeyTextTransform(name, "metadata"))
            return _true(GreaterThan(StrIndex(words, Value(wanted.lower())), 0))
        if op == "eq":
            return _any_of(place, [wanted])
        return _true(COMPARED[op](place, _json(wanted)))

    @staticmethod
    def _in_list(name: str, op: str, value: Any, where: str) -> Q:
        wanted = _listed(value, where) if op == "in" else [value]
        found = Q(pk__in=[])
        for one in wanted:
            found |= Q(metadata__contains={name: typed([one], "list", param=f"{where}.value")})
        return found


def _any_of(place: KeyTransform, values: list[Any]) -> Q:
    found = Q(pk__in=[])
    for value in values:
        found |= _true(Exact(place, _json(value)))
    return found


def _true(condition: Any) -> Q:
    """A document without the field does not satisfy a condition, and satisfies its opposite."""
    return Q(Coalesce(condition, Value(value=False), output_field=BooleanField()))


def _json(value: Any) -> Value:
    return Value(value, output_field=JSONField())


def _listed(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_LIST:
        raise InvalidRequest(f"Give a list of {MAX_LIST} values at most.", param=f"{where}.value")
    return value
